"""The days of a company: where moments lie among them, how far a quarter's end is, and when nobody works."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache

import numpy as np
import pandas as pd

from winprob.features.calendar import FIRST, LAST, Calendar
from winprob.features.instant import MICROSECONDS_PER_DAY, UNKNOWN, microseconds
from winprob.features.timeline import Flags, Floats, Integers

START, MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)
WEEKS = 13
"""Weeks of a quarter; its first day or two, if it is longer, count to the first of them."""
DAYS_A_WEEK = 7
WEEKEND = (5, 6)
"""Saturday and Sunday, counted from Monday as 0."""


def company_days(calendar: Calendar, moments: pd.Series | Integers) -> Floats:
    """Place moments among the company's days.

    Parameters
    ----------
    calendar : Calendar
    moments : pandas.Series of datetime64[us, UTC], or numpy.ndarray of int64, shape (n,)
        Numbers are microseconds since 1970 in UTC.

    Returns
    -------
    numpy.ndarray of float64, shape (n,)
        Days since 1970 and the share of the day that has passed, as the company's clocks show it.

    Examples
    --------
    >>> moments = pd.Series(pd.to_datetime(["1970-01-02T04:00Z"]))
    >>> company_days(Calendar(time_zone="Asia/Shanghai"), moments).tolist()
    [1.5]
    """
    if isinstance(moments, pd.Series):
        moments = microseconds(moments)
    different, which = np.unique(moments, return_inverse=True)
    ahead = [
        (calendar.clock(_datetime(moment)).utcoffset() or timedelta()) // MICROSECOND
        for moment in different.tolist()
    ]
    return np.asarray((moments + np.array(ahead, np.int64)[which]) / MICROSECONDS_PER_DAY)


def days_over(calendar: Calendar, moments: Integers) -> Integers:
    """Tell when the company's days of moments are over, as `Calendar.day_over` does.

    Parameters
    ----------
    calendar : Calendar
    moments : numpy.ndarray of int64, shape (n,)
        Microseconds since 1970 in UTC; `UNKNOWN` is missing.

    Returns
    -------
    numpy.ndarray of int64, shape (n,)
        The same of the days after them.

    Examples
    --------
    >>> over = days_over(Calendar(time_zone="Asia/Shanghai"), np.array([0]))
    >>> over.view("datetime64[us]")[0].item().isoformat()
    '1970-01-01T16:00:00'
    """
    different, which = np.unique(moments, return_inverse=True)
    over = [
        moment if moment == UNKNOWN else calendar.over(calendar.day(_datetime(moment)))
        for moment in different.tolist()
    ]
    return np.array(over, np.int64)[which]


def weeks_left(calendar: Calendar, days: Integers) -> Integers:
    """Count the whole weeks from days to the last day of their fiscal quarter.

    Parameters
    ----------
    calendar : Calendar
    days : numpy.ndarray of int64, shape (n,)
        Since 1970, in the company's time zone.

    Returns
    -------
    numpy.ndarray of int64, shape (n,)
        From 0, at most 12.

    Examples
    --------
    >>> days = np.array(["2026-03-31", "2026-03-24", "2026-01-01"], "datetime64[D]").astype(np.int64)
    >>> weeks_left(Calendar(), days).tolist()
    [0, 1, 12]
    """
    day = days.astype("datetime64[D]")
    month = day.astype("datetime64[M]")
    months_left = 2 - (month.astype(np.int64) - (calendar.fiscal_year_starts - 1)) % 3
    over = (month + months_left + 1).astype("datetime64[D]")
    left = (over - day).astype(np.int64) - 1
    weeks: Integers = np.minimum(left // DAYS_A_WEEK, WEEKS - 1)
    return weeks


def days_off(calendar: Calendar, days: Integers) -> Flags:
    """Tell on which days nobody works.

    Parameters
    ----------
    calendar : Calendar
        Whose countries' public holidays count, and the weekend days on which people there work instead.
    days : numpy.ndarray of int64, shape (n,)
        Since 1970, in the company's time zone.

    Returns
    -------
    numpy.ndarray of bool, shape (n,)
        Saturdays and Sundays where the calendar names no country.

    Examples
    --------
    >>> days = np.array(["2026-02-14", "2026-02-17"], "datetime64[D]").astype(np.int64)
    >>> days_off(Calendar(), days).tolist()
    [True, False]
    """
    year = days.astype("datetime64[D]").astype("datetime64[Y]")
    off = np.zeros(len(days), dtype=bool)
    for number in np.unique(year):
        own = year == number
        begin = int(number.astype("datetime64[D]").astype(np.int64))
        off[own] = _off_in(calendar.holidays, int(number.astype(np.int64)) + 1970)[days[own] - begin]
    return off


@cache
def _off_in(countries: tuple[str, ...], year: int) -> Flags:
    """Whether each day of a year is one on which nobody works."""
    first = date(year, 1, 1).toordinal()
    days = [date.fromordinal(number) for number in range(first, date(year, 12, 31).toordinal() + 1)]
    if not countries:
        return np.array([day.weekday() in WEEKEND for day in days])
    from holidays import country_holidays

    kept = [country_holidays(country, years=year) for country in countries]
    return np.array([not all(each.is_working_day(day) for each in kept) for day in days])


def _datetime(microseconds: int) -> datetime:
    """Make a moment of the years 1 to 9999."""
    return START + min(max(microseconds, FIRST), LAST) * MICROSECOND
