"""Periods of a forecast: weeks, months, quarters, or what lies between any dates. Days are days in UTC."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice

from features.instant import MICROSECONDS_PER_DAY
from features.mistake import Mistake
from models.deadlines import days_through

WEEK, MONTH, QUARTER = "week", "month", "quarter"
UNITS = (WEEK, MONTH, QUARTER)
By = str | Sequence[date]
"""A unit of `UNITS`, or the last days of periods."""


@dataclass(frozen=True, order=True)
class Period:
    """A span of days.

    Attributes
    ----------
    start, end : datetime.date
        First and last day, in UTC.

    Examples
    --------
    >>> quarter = Period(date(2026, 10, 1), date(2026, 12, 31))
    >>> str(quarter), quarter.days_after(datetime(2026, 9, 30))
    ('2026-10-01 to 2026-12-31', (1.0, 93.0))
    """

    start: date
    end: date

    def __str__(self) -> str:
        """Name it by its days."""
        return f"{self.start} to {self.end}"

    @property
    def bounds(self) -> tuple[int, int]:
        """When it begins and when it is over: microseconds since 1970 in UTC."""
        days = (self.start.toordinal(), self.end.toordinal() + 1)
        begin, over = ((day - date(1970, 1, 1).toordinal()) * MICROSECONDS_PER_DAY for day in days)
        return begin, over

    def days_after(self, as_of: datetime) -> tuple[float, float]:
        """Count the days from a moment to where the period begins and ends.

        Parameters
        ----------
        as_of : datetime.datetime
            In UTC.

        Returns
        -------
        float, float
            Never below 0: what is over is not ahead.
        """
        begins = days_through(self.start - timedelta(days=1), as_of)
        return max(begins, 0.0), max(days_through(self.end, as_of), 0.0)


def periods(as_of: datetime, by: By, count: int = 1) -> tuple[Period, ...]:
    """List the periods of a forecast.

    Parameters
    ----------
    as_of : datetime.datetime
        In UTC. The first period is the one that it lies in.
    by : str or sequence of datetime.date
        ``week`` (from Monday), ``month`` or ``quarter``; or the last days of periods, rising: the first
        begins on the day of `as_of`, each other on the day after the one before it.
    count : int
        How many weeks, months or quarters; dates tell it themselves.

    Returns
    -------
    tuple of Period

    Raises
    ------
    features.mistake.Mistake
        If the unit is not known, there are no periods, they reach beyond the year 9999, or a date lies in
        the past or before the one before.

    Examples
    --------
    >>> [str(each) for each in periods(datetime(2026, 11, 22), "quarter", 2)]
    ['2026-10-01 to 2026-12-31', '2027-01-01 to 2027-03-31']
    >>> [str(each) for each in periods(datetime(2026, 11, 22), [date(2026, 12, 24)])]
    ['2026-11-22 to 2026-12-24']
    """
    if not isinstance(by, str):
        return _between(as_of, by)
    if by not in UNITS:
        raise Mistake(f"by: expected {', '.join(UNITS)} or dates such as 2026-12-31, found {by!r}")
    if count < 1:
        raise Mistake(f"periods: expected at least 1, found {count}")
    try:
        return tuple(islice(_units(as_of.date(), by), count))
    except OverflowError as error:
        raise Mistake(f"periods: expected none after the year {date.max.year}, found {count}") from error


def unit_start(day: date, unit: str) -> date:
    """Find the first day of the week, month or quarter that a day lies in.

    Parameters
    ----------
    day : datetime.date
    unit : {"week", "month", "quarter"}

    Returns
    -------
    datetime.date

    Examples
    --------
    >>> unit_start(date(2026, 11, 22), "quarter").isoformat()
    '2026-10-01'
    """
    if unit == WEEK:
        return day - timedelta(days=day.weekday())
    month = day.month if unit == MONTH else day.month - (day.month - 1) % 3
    return day.replace(month=month, day=1)


def next_start(start: date, unit: str) -> date:
    """Find where the next week, month or quarter begins.

    Parameters
    ----------
    start : datetime.date
        First day of one.
    unit : {"week", "month", "quarter"}

    Returns
    -------
    datetime.date

    Examples
    --------
    >>> next_start(date(2026, 10, 1), "quarter").isoformat()
    '2027-01-01'
    """
    days = {WEEK: 7, MONTH: 31, QUARTER: 92}[unit]
    return unit_start(start + timedelta(days=days), unit)


def _units(day: date, unit: str) -> Iterator[Period]:
    start = unit_start(day, unit)
    while True:
        following = next_start(start, unit)
        yield Period(start, following - timedelta(days=1))
        start = following


def _between(as_of: datetime, ends: Sequence[date]) -> tuple[Period, ...]:
    if not ends:
        raise Mistake("by: expected at least one date, found none; give the last day of each period")
    found: list[Period] = []
    for end in ends:
        if found and end <= found[-1].end:
            raise Mistake(f"by: expected dates that rise, found {end} after {found[-1].end}; correct them")
        start = found[-1].end + timedelta(days=1) if found else as_of.date()
        if end < start:
            raise Mistake(f"by: expected dates from {start} on, not in the past, found {end}; correct them")
        found.append(Period(start, end))
    return tuple(found)
