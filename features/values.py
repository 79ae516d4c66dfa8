"""Values as they stand in a file, read as text, numbers, flags and times; what cannot be read is missing."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from features.contract import Kind

MISSING = ("", "NA")
"""What stands in a file where there is no value."""

_ISO_8601 = r"\d{4}-?\d\d-?\d\d(?:[T ]\d\d(?::?\d\d(?::?\d\d(?:\.\d+)?)?)?(?:Z| ?[+-]\d\d(?::?\d\d)?)?)?"
_PAST_MICROSECONDS = r"(\.\d{6})\d+"


def text(raw: pd.Series) -> pd.Series:
    """Read values as text: numbers as people write them, 12 and not 12.0.

    Parameters
    ----------
    raw : pandas.Series
        Values of a file.

    Returns
    -------
    pandas.Series of str

    Examples
    --------
    >>> text(pd.Series([7.0, None])).tolist()
    ['7', nan]
    """
    if pd.api.types.is_float_dtype(raw.dtype) and (raw.dropna() % 1 == 0).all():
        raw = raw.astype("Int64")
    written = raw.astype("str")
    return written.mask(written.isin(MISSING))


def number(raw: pd.Series) -> pd.Series:
    """Read values as numbers.

    Parameters
    ----------
    raw : pandas.Series
        Values of a file.

    Returns
    -------
    pandas.Series of float64

    Examples
    --------
    >>> number(pd.Series(["1.5", "1,5", "NA"])).tolist()
    [1.5, nan, nan]
    """
    if pd.api.types.is_numeric_dtype(raw.dtype) and not pd.api.types.is_bool_dtype(raw.dtype):
        return raw.astype("float64")
    return pd.to_numeric(text(raw), errors="coerce").astype("float64")


def flag(raw: pd.Series) -> pd.Series:
    """Read values as true or false, in whatever case they are written.

    Parameters
    ----------
    raw : pandas.Series
        Values of a file.

    Returns
    -------
    pandas.Series of boolean

    Examples
    --------
    >>> flag(pd.Series(["true", "FALSE", "1"])).tolist()
    [True, False, <NA>]
    """
    written = text(raw).str.lower()
    return (written == "true").astype("boolean").mask(~written.isin(["true", "false"]))


def time(raw: pd.Series) -> pd.Series:
    """Read values as times in ISO 8601, of the years 1 to 9999.

    Parameters
    ----------
    raw : pandas.Series
        Values of a file. A time without zone is UTC, a date alone is that day at 00:00.

    Returns
    -------
    pandas.Series of datetime64[us, UTC]
        What is finer than a microsecond is cut off.

    Examples
    --------
    >>> time(pd.Series(["2215-01-31", "2026-03-31T08:00+08:00", "31.3.2026"])).astype(str).tolist()
    ['2215-01-31 00:00:00+00:00', '2026-03-31 00:00:00+00:00', nan]
    """
    if pd.api.types.is_datetime64_any_dtype(raw.dtype):
        moment = raw.dt.tz_localize("UTC") if raw.dt.tz is None else raw.dt.tz_convert("UTC")
    else:
        written = text(raw)
        moment = _parse(written.where(written.str.fullmatch(_ISO_8601, na=False)))
    in_range: pd.Series = moment.where(moment.dt.year.between(1, 9999)).dt.as_unit("us")
    return in_range


def _parse(written: pd.Series) -> pd.Series:
    moment = pd.to_datetime(written, format="ISO8601", utc=True, errors="coerce")
    if moment.dt.unit != "ns":
        return moment
    # One time finer than a microsecond gives all of them nanoseconds, and those end in the year 2262.
    return _parse(written.str.replace(_PAST_MICROSECONDS, r"\1", regex=True))


def attribute(raw: pd.Series) -> pd.Series:
    """Read a column that the contract does not name.

    Parameters
    ----------
    raw : pandas.Series
        Values of a file.

    Returns
    -------
    pandas.Series
        float64 if every value present is a number, otherwise str.

    Examples
    --------
    >>> attribute(pd.Series(["3", "NA", "4.5"])).dtype, attribute(pd.Series(["3", "four"])).dtype
    (dtype('float64'), <StringDtype(na_value=nan)>)
    """
    numbers = number(raw)
    return text(raw) if unreadable(raw, numbers).any() else numbers


def unreadable(raw: pd.Series, values: pd.Series) -> pd.Series:
    """Tell which values were there but could not be read.

    Parameters
    ----------
    raw : pandas.Series
        Values of a file.
    values : pandas.Series
        What was read of them.

    Returns
    -------
    pandas.Series of bool

    Examples
    --------
    >>> raw = pd.Series(["1", "one", ""])
    >>> unreadable(raw, number(raw)).tolist()
    [False, True, False]
    """
    lost = values.isna() & raw.notna()
    return lost & ~raw.isin(MISSING) if lost.any() else lost


READERS: dict[Kind, Callable[[pd.Series], pd.Series]] = {
    "id": text,
    "category": text,
    "stage": text,
    "buyer_stage": text,
    "item": text,
    "checkpoint": text,
    "number": number,
    "flag": flag,
    "time": time,
}
"""How the values of each kind of column are read."""

WRITTEN: dict[Kind, str] = {
    "number": "a number",
    "flag": "true or false",
    "time": "a time in ISO 8601 such as 2026-03-31 or 2026-03-31T08:00:00+08:00",
}
"""What the values of each kind that not every text is look like."""
