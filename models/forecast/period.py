"""Periods of a forecast: weeks, months, fiscal quarters, or between dates; days are the company's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import islice

from winprob.features.calendar import DAYS_OF_UTC, Calendar
from winprob.features.message import message
from winprob.features.mistake import Mistake
from winprob.models.closing.deadlines import days_through

WEEK, MONTH, QUARTER = "week", "month", "quarter"
UNITS = (WEEK, MONTH, QUARTER)
UNIT_NAMES = {WEEK: message("week"), MONTH: message("month"), QUARTER: message("quarter")}
By = str | Sequence[date]
"""A unit of `UNITS`, or the last days of periods."""


@dataclass(frozen=True, order=True)
class Period:
    """A span of days.

    Attributes
    ----------
    start, end : datetime.date
        First and last day.
    calendar : Calendar
        Whose days they are.

    Examples
    --------
    >>> quarter = Period(date(2026, 10, 1), date(2026, 12, 31))
    >>> str(quarter), quarter.days_after(datetime(2026, 9, 30))
    ('2026-10-01 to 2026-12-31', (1.0, 93.0))
    """

    start: date
    end: date
    calendar: Calendar = field(default=DAYS_OF_UTC, compare=False, repr=False)

    def __str__(self) -> str:
        """Name it by its days."""
        return f"{self.start} to {self.end}"

    @property
    def bounds(self) -> tuple[int, int]:
        """When it begins and when it is over: microseconds since 1970 in UTC."""
        return self.calendar.begins(self.start), self.calendar.over(self.end)

    def days_after(self, as_of: datetime) -> tuple[float, float]:
        """Count the days from a moment to where the period begins and ends.

        Parameters
        ----------
        as_of : datetime.datetime
            UTC if it has no zone.

        Returns
        -------
        float, float
            Never below 0: what is over is not ahead.
        """
        before = date.fromordinal(max(self.start.toordinal() - 1, date.min.toordinal()))
        begin, end = (days_through(day, as_of, self.calendar) for day in (before, self.end))
        return max(begin, 0.0), max(end, 0.0)


def periods(
    as_of: datetime, by: By, count: int = 1, calendar: Calendar = DAYS_OF_UTC, begin: date | None = None
) -> tuple[Period, ...]:
    """List the periods of a forecast.

    Parameters
    ----------
    as_of : datetime.datetime
        UTC if it has no zone. The first week, month or quarter is the one that it lies in.
    by : str or sequence of datetime.date
        ``week`` (from Monday), ``month`` or ``quarter`` (of the fiscal year); or the last days of periods,
        rising: the first begins with the fiscal quarter in which `as_of` lies, however far off its end is,
        and each other on the day after the one before it.
    count : int
        How many weeks, months or quarters; dates tell it themselves.
    calendar : Calendar
        Whose days and fiscal year.
    begin : datetime.date, optional
        The first day of the first period instead, if `by` are dates.

    Returns
    -------
    tuple of Period

    Raises
    ------
    winprob.features.mistake.Mistake
        If the unit is not known, there are no periods, they reach beyond the year 9999, a date lies in
        the past or before the one before, or `begin` is after the first of them or stands beside a unit.

    Examples
    --------
    >>> [str(each) for each in periods(datetime(2026, 11, 22), "quarter", 2)]
    ['2026-10-01 to 2026-12-31', '2027-01-01 to 2027-03-31']
    >>> [str(each) for each in periods(datetime(2026, 11, 22), [date(2026, 12, 24)])]
    ['2026-10-01 to 2026-12-24']
    """
    if not isinstance(by, str):
        return _between(calendar.day(as_of), by, calendar, begin)
    if by not in UNITS:
        raise Mistake(f"by: expected {', '.join(UNITS)} or dates such as 2026-12-31, found {by!r}")
    if begin is not None:
        raise Mistake(f"from: expected nothing, as a {by} tells where it begins, found {begin}; leave it out")
    if count < 1:
        raise Mistake(f"periods: expected at least 1, found {count}")
    try:
        return tuple(islice(_units(calendar.day(as_of), by, calendar), count))
    except OverflowError as error:
        raise Mistake(f"periods: expected none after the year {date.max.year}, found {count}") from error


def unit_start(day: date, unit: str, calendar: Calendar = DAYS_OF_UTC) -> date:
    """Find the first day of the week, month or quarter that a day lies in.

    Parameters
    ----------
    day : datetime.date
    unit : {"week", "month", "quarter"}
    calendar : Calendar
        Its fiscal year says in which months quarters begin.

    Examples
    --------
    >>> unit_start(date(2026, 11, 22), "quarter").isoformat()
    '2026-10-01'
    >>> unit_start(date(2026, 1, 22), "quarter", Calendar(fiscal_year_starts=2)).isoformat()
    '2025-11-01'
    """
    if unit == WEEK:
        return day - timedelta(days=day.weekday())
    into = 0 if unit == MONTH else (day.month - calendar.fiscal_year_starts) % 3
    year, month = divmod(day.year * 12 + day.month - 1 - into, 12)
    return date(year, month + 1, 1) if year >= date.min.year else date.min


def next_start(start: date, unit: str, calendar: Calendar = DAYS_OF_UTC) -> date:
    """Find where the next week, month or quarter begins.

    Parameters
    ----------
    start : datetime.date
        First day of one.
    unit : {"week", "month", "quarter"}
    calendar : Calendar
        Its fiscal year says in which months quarters begin.

    Examples
    --------
    >>> next_start(date(2026, 10, 1), "quarter").isoformat()
    '2027-01-01'
    """
    days = {WEEK: 7, MONTH: 31, QUARTER: 92}[unit]
    return unit_start(start + timedelta(days=days), unit, calendar)


def _units(day: date, unit: str, calendar: Calendar) -> Iterator[Period]:
    start = unit_start(day, unit, calendar)
    while True:
        following = next_start(start, unit, calendar)
        yield Period(start, following - timedelta(days=1), calendar)
        start = following


def _between(today: date, ends: Sequence[date], calendar: Calendar, begin: date | None) -> tuple[Period, ...]:
    if not ends:
        raise Mistake("by: expected at least one date, found none; give the last day of each period")
    found: list[Period] = []
    for end in ends:
        if found and end <= found[-1].end:
            raise Mistake(f"by: expected dates that rise, found {end} after {found[-1].end}; correct them")
        if end < today:
            raise Mistake(f"by: expected dates from {today} on, not in the past, found {end}; correct them")
        start = found[-1].end + timedelta(days=1) if found else begin or unit_start(today, QUARTER, calendar)
        if end < start:
            raise Mistake(f"from: expected a day not after {end}, the first in by, found {start}; correct it")
        found.append(Period(start, end, calendar))
    return tuple(found)
