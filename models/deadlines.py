"""Dates ahead: how far off they are, and where months end. A date is over when its day ends, in UTC."""

from __future__ import annotations

import calendar
import math
from collections.abc import Iterator
from datetime import date, datetime
from itertools import count, islice

ROUNDING = 1e-6
"""Days that a fraction of a day may be off: a tenth of a second."""


def days_through(day: date, as_of: datetime) -> float:
    """Count the days from a moment to the end of a date.

    Parameters
    ----------
    day : datetime.date
    as_of : datetime.datetime
        In UTC.

    Returns
    -------
    float
        0 or less if the date is over.

    Examples
    --------
    >>> from datetime import UTC
    >>> days_through(date(2026, 4, 1), datetime(2026, 3, 31, 12, tzinfo=UTC))
    1.5
    """
    return day.toordinal() + 1 - as_of.toordinal() - _passed(as_of)


def day_after(as_of: datetime, days: float) -> date:
    """Name the date some days after a moment.

    Parameters
    ----------
    as_of : datetime.datetime
        In UTC.
    days : float
        Negative for days before it.

    Returns
    -------
    datetime.date
        In the years 1 to 9999: what lies beyond is their first or last day.

    Examples
    --------
    >>> from datetime import UTC
    >>> day_after(datetime(2026, 3, 31, 12, tzinfo=UTC), 0.5).isoformat()
    '2026-04-01'
    """
    number = as_of.toordinal() + math.floor(_passed(as_of) + days + ROUNDING)
    return date.fromordinal(min(max(number, date.min.toordinal()), date.max.toordinal()))


def month_ends(as_of: datetime, months: int) -> list[date]:
    """List the next last days of months, after the day of a moment.

    Parameters
    ----------
    as_of : datetime.datetime
        In UTC.
    months : int
        How many; fewer only at the end of the year 9999.

    Returns
    -------
    list of datetime.date

    Examples
    --------
    >>> [day.isoformat() for day in month_ends(datetime(2026, 1, 31), 2)]
    ['2026-02-28', '2026-03-31']
    """
    return list(islice((day for day in _ends_of_months(as_of) if day > as_of.date()), months))


def _ends_of_months(as_of: datetime) -> Iterator[date]:
    for number in count(as_of.year * 12 + as_of.month - 1):
        year, month = number // 12, number % 12 + 1
        if year > date.max.year:
            return
        yield date(year, month, calendar.monthrange(year, month)[1])


def _passed(as_of: datetime) -> float:
    """The share of the day that has passed."""
    seconds = (as_of.hour * 60 + as_of.minute) * 60 + as_of.second + as_of.microsecond / 1e6
    return seconds / 86_400
