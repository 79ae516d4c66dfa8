"""Columns as programs export them, read as a whole: the values are those of reading them one by one."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from winprob.features.column_read import ColumnRead, Fault
from winprob.features.instant import TIME
from winprob.features.values import Unreadable, ValueReader

EXPORTED_TIME = r"^[1-8]\d{3}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)$"
"""What Arrow and `winprob.features.time_text.parse_time` read alike, far from the ends of the calendar."""


def read_whole(raw: pd.Series, kind: str, reader: ValueReader) -> ColumnRead | None:
    """Read a column of which no value needs to be looked at by itself.

    Parameters
    ----------
    raw : pandas.Series
        As it stands in a file.
    kind : str
        As in `winprob.features.contract.Column`.
    reader : ValueReader
        How the company writes values.

    Returns
    -------
    ColumnRead or None
        Of times and numbers that are stored as such, of ids as text, and of written times that all have
        seconds and a zone; None for others.

    Examples
    --------
    >>> read_whole(pd.Series(["1970-01-01T08:00:01+08:00"]), "time", ValueReader()).values[0].isoformat()
    '1970-01-01T00:00:01+00:00'
    """
    if kind == "time" and pd.api.types.is_datetime64_any_dtype(raw.dtype):
        return _typed_times(raw, reader)
    if kind == "number" and pd.api.types.is_numeric_dtype(raw.dtype) and raw.dtype not in ("bool", "boolean"):
        return ColumnRead(pd.Series(raw.to_numpy(np.float64, na_value=np.nan), index=raw.index), (), {})
    if raw.dtype != "str":
        return None
    if kind == "time":
        return _written_times(raw)
    return _ids(raw, reader) if kind == "id" else None


def _written_times(raw: pd.Series) -> ColumnRead | None:
    written = pa.array(raw, pa.large_string())
    if not pc.all(pc.match_substring_regex(written, EXPORTED_TIME), min_count=0).as_py():
        return None
    try:
        read = written.cast(pa.timestamp("us", "UTC"))
    except pa.ArrowInvalid:  # a day or an hour that there is not: which one is found one by one
        return None
    return ColumnRead(pd.Series(read.to_pandas().array.astype(TIME), index=raw.index), (), {})


def _ids(raw: pd.Series, reader: ValueReader) -> ColumnRead:
    lower = pc.utf8_lower(pa.array(raw, pa.large_string()))
    spellings = pa.array(["", *(spelling.lower() for spelling in reader.format.missing)], pa.large_string())
    likely = raw[pc.is_in(lower, spellings).to_numpy(zero_copy_only=False)]
    counts = Counter(value for value in likely if reader.is_missing(value))
    values = raw.mask(raw.isin(list(counts))) if counts else raw
    return ColumnRead(values, (), {value: count for value, count in counts.items() if value})


def _typed_times(raw: pd.Series, reader: ValueReader) -> ColumnRead:
    """Times that are stored as such; one by one only those that pandas cannot put into the zone."""
    known = raw.where(raw.dt.year.between(1, 9999)).dt.as_unit("us")
    values = known.where(known.dt.year.between(2, 9998))
    if raw.dt.tz is None:
        values = values.dt.tz_localize(reader.zone, ambiguous=True, nonexistent="NaT")
    values = values.dt.tz_convert("UTC")
    rest = known[values.isna() & known.notna()]
    for value, rows in rest.groupby(rest).groups.items():
        with suppress(Unreadable):
            values[rows] = reader.time(value.to_pydatetime())
    lost = (values.isna() & raw.notna()).to_numpy(bool)
    faults = (Fault(lost, "a time in the years 1 to 9999", "correct the value"),) if lost.any() else ()
    return ColumnRead(values, faults)
