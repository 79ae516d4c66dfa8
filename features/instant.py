"""One way to write a moment: UTC, to the microsecond."""

from __future__ import annotations

from datetime import UTC, date, datetime, tzinfo
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from winprob.features.values import WRITTEN, Unreadable, ValueReader

Instant: TypeAlias = str | date | datetime | pd.Timestamp

TIME: Final = "datetime64[us, UTC]"
"""The type of every time in a history."""

MICROSECONDS_PER_DAY = 86_400_000_000


def instant(value: Instant, zone: tzinfo = UTC) -> pd.Timestamp:
    """Read a moment to look at things as they were known.

    Parameters
    ----------
    value : str, date, datetime or pandas.Timestamp
        Text is ISO 8601, as in the files of a history. A date alone is the end of that day.
    zone : datetime.tzinfo
        Of times that say none.

    Returns
    -------
    pandas.Timestamp
        In UTC.

    Raises
    ------
    ValueError
        If it is not a time.

    Examples
    --------
    >>> instant("2026-03-31T08:00:00+08:00")
    Timestamp('2026-03-31 00:00:00+0000', tz='UTC')
    >>> instant("2026-03-31")
    Timestamp('2026-03-31 23:59:59.999999+0000', tz='UTC')
    """
    try:
        moment = ValueReader(zone).time(value, end_of_day=True)
    except Unreadable as error:
        raise ValueError(f"expected {error.expected}, found {value!r}") from error
    if moment is None:
        raise ValueError(f"expected {WRITTEN['time']}, found {value!r}")
    return pd.Timestamp(moment).as_unit("us")


UNKNOWN = np.iinfo(np.int64).min
"""A time that is not known, in microseconds: before everything else. It is what a missing time becomes."""

NEVER = np.iinfo(np.int64).max
"""A time that never comes, in microseconds."""


def microseconds(times: pd.Series) -> npt.NDArray[np.int64]:
    """Write times as whole microseconds since 1970 in UTC.

    Parameters
    ----------
    times : pandas.Series of datetime64[us, UTC]
        A missing time is allowed.

    Returns
    -------
    numpy.ndarray of int64
        `UNKNOWN` where the time is missing.

    Examples
    --------
    >>> microseconds(pd.Series(pd.to_datetime(["1970-01-02"], utc=True)).astype(TIME)).tolist()
    [86400000000]
    """
    return pd.DatetimeIndex(times.astype(TIME)).asi8.copy()


def microsecond(moment: pd.Timestamp) -> int:
    """Write one time as `microseconds` writes many.

    Parameters
    ----------
    moment : pandas.Timestamp
        In UTC.

    Examples
    --------
    >>> microsecond(pd.Timestamp("1970-01-02", tz="UTC"))
    86400000000
    """
    return int(moment.as_unit("us").asm8.astype(np.int64))


def timestamp(time: int | np.int64) -> pd.Timestamp:
    """Give people a time of `microseconds`.

    Parameters
    ----------
    time : int
        Microseconds since 1970 in UTC.

    Returns
    -------
    pandas.Timestamp
        In UTC; ``NaT`` for `UNKNOWN`.

    Examples
    --------
    >>> timestamp(86_400_000_000)
    Timestamp('1970-01-02 00:00:00+0000', tz='UTC')
    """
    return pd.Timestamp(np.datetime64(int(time), "us"), tz="UTC")


def days_between(start: npt.NDArray[np.int64], end: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Count the days from one time to another.

    Parameters
    ----------
    start, end : numpy.ndarray of int64
        Microseconds since 1970 in UTC.

    Returns
    -------
    numpy.ndarray of float64
        Missing where either is `UNKNOWN`.

    Examples
    --------
    >>> days_between(np.array([0, UNKNOWN]), np.array([MICROSECONDS_PER_DAY] * 2)).tolist()
    [1.0, nan]
    """
    known = (start != UNKNOWN) & (end != UNKNOWN)
    gap = np.where(known, end, 0) - np.where(known, start, 0)
    return np.where(known, gap / MICROSECONDS_PER_DAY, np.nan)
