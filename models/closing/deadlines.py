"""Dates ahead: how far off they are, and where months end. A date is over when the company's day ends."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import count, islice

from winprob.features.calendar import DAYS_OF_UTC, FIRST, LAST, MICROSECONDS_PER_DAY, Calendar

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
ROUNDING = 1e-6
"""Days that a fraction of a day may be off: a tenth of a second."""


def days_through(day: date, as_of: datetime, calendar: Calendar = DAYS_OF_UTC) -> float:
    """Count the days from a moment to the end of a date.

    Parameters
    ----------
    day : datetime.date
    as_of : datetime.datetime
        UTC if it has no zone.
    calendar : Calendar
        Whose day ends.

    Returns
    -------
    float
        0 or less if the date is over. A day is 24 hours, also where clocks are changed.

    Examples
    --------
    >>> days_through(date(2026, 4, 1), datetime(2026, 3, 31, 12, tzinfo=UTC))
    1.5
    >>> days_through(date(2026, 4, 1), datetime(2026, 3, 31, 16), Calendar(time_zone="Asia/Shanghai"))
    1.0
    """
    begun = calendar.begins(calendar.day(as_of))
    seconds, microseconds = divmod(_microseconds(as_of) - begun, 1_000_000)
    passed = (seconds + microseconds / 1e6) / 86_400
    return (calendar.over(day) - begun) / MICROSECONDS_PER_DAY - passed


def day_after(as_of: datetime, days: float, calendar: Calendar = DAYS_OF_UTC) -> date:
    """Name the date some days after a moment.

    Parameters
    ----------
    as_of : datetime.datetime
        UTC if it has no zone.
    days : float
        Negative for days before it.
    calendar : Calendar
        Whose date.

    Returns
    -------
    datetime.date
        In the years 1 to 9999: what lies beyond is their first or last day.

    Examples
    --------
    >>> day_after(datetime(2026, 3, 31, 12, tzinfo=UTC), 0.5).isoformat()
    '2026-04-01'
    """
    after = _microseconds(as_of) + round((days + ROUNDING) * MICROSECONDS_PER_DAY)
    return calendar.day(EPOCH + min(max(after, FIRST), LAST) * MICROSECOND)


def month_ends(as_of: datetime, months: int, calendar: Calendar = DAYS_OF_UTC) -> list[date]:
    """List the next last days of months, after the day of a moment.

    Parameters
    ----------
    as_of : datetime.datetime
        UTC if it has no zone.
    months : int
        How many; fewer only at the end of the year 9999.
    calendar : Calendar
        Whose day the moment lies in.

    Examples
    --------
    >>> [day.isoformat() for day in month_ends(datetime(2026, 1, 31), 2)]
    ['2026-02-28', '2026-03-31']
    """
    today = calendar.day(as_of)
    return list(islice((day for day in _ends_of_months(today) if day > today), months))


def _ends_of_months(day: date) -> Iterator[date]:
    for number in count(day.year * 12 + day.month - 1):
        year, month = number // 12, number % 12 + 1
        if year > date.max.year:
            return
        yield date(year, month, monthrange(year, month)[1])


def _microseconds(moment: datetime) -> int:
    """Since 1970 in UTC."""
    aware = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
    return (aware - EPOCH) // MICROSECOND
