"""One way to write a moment: UTC, to the microsecond."""

from __future__ import annotations

from datetime import datetime
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from features.values import time

Instant: TypeAlias = str | datetime | pd.Timestamp

TIME: Final = "datetime64[us, UTC]"
"""The type of every time in a history."""

MICROSECONDS_PER_DAY = 86_400_000_000


def instant(value: Instant) -> pd.Timestamp:
    """Read a moment.

    Parameters
    ----------
    value : str, datetime or pandas.Timestamp
        Text is ISO 8601, as in the files of a history. Without a zone it is UTC; a date alone is that day at
        00:00.

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
    """
    moment: pd.Timestamp = time(pd.Series([value]))[0] if isinstance(value, str) else pd.Timestamp(value)
    if pd.isna(moment):
        raise ValueError(f"expected a time such as 2026-03-31 or 2026-03-31T08:00:00+08:00, found {value!r}")
    moment = moment.tz_localize("UTC") if moment.tzinfo is None else moment.tz_convert("UTC")
    return moment.as_unit("us")


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
