"""A column of a table as it stands in a file, read value by value: what was read, and what could not be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from winprob.features.column_read import ColumnRead, Fault
from winprob.features.contract import Column
from winprob.features.instant import TIME, UNKNOWN
from winprob.features.number_text import (
    DECLARE_DECIMAL,
    has_leading_zero,
    is_ambiguous,
    is_foreign,
    parse_number,
)
from winprob.features.values import Unreadable, ValueReader

DECLARE_COLUMN = (
    'declare {name} = "text" or "number" in [input.columns] of the playbook or [columns] of a mapping'
)
MOSTLY = 0.9
"""The share of numbers from which a column of text seems meant as numbers: a few stray words among many."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def read_column(raw: pd.Series, column: Column, reader: ValueReader) -> ColumnRead:
    """Read a column of the contract.

    Parameters
    ----------
    raw : pandas.Series
        As it stands in a file.
    column : Column
        What its values are.
    reader : ValueReader
        How the company writes them.

    Examples
    --------
    >>> found = read_column(pd.Series(["1.5", "1,5", "NULL"]), Column("amount", "number"), ValueReader())
    >>> found.values.tolist(), found.faults[0].rows.tolist(), found.missing
    ([1.5, nan, nan], [False, True, False], {'NULL': 1})
    """
    from winprob.features.exported_column import read_whole  # by Arrow, which documents do without

    whole = read_whole(raw, column.kind, reader)
    if whole is not None:
        return whole
    codes, distinct = _factorized(raw)
    read = reader.of_kind(column.kind, column.end_of_day)
    if column.kind == "number" and reader.format.decimal is None and _has_certain_point(distinct):
        read = _number_with_point(reader)
    return _collect(raw, codes, distinct, reader, column.kind, read)


def read_attribute(raw: pd.Series, name: str, reader: ValueReader) -> ColumnRead:
    """Read a column that the contract does not name: numbers if every value is one, else text.

    Parameters
    ----------
    raw : pandas.Series
        As it stands in a file.
    name : str
        The column's name.
    reader : ValueReader
        How the company writes values; may declare what the column is.

    Examples
    --------
    >>> read_attribute(pd.Series(["3", "NULL", "4.5"]), "size", ValueReader()).values.tolist()
    [3.0, nan, 4.5]
    >>> read_attribute(pd.Series(["01234", "81234"]), "postcode", ValueReader()).values.tolist()
    ['01234', '81234']
    """
    declared = reader.format.columns.get(name)
    if declared is not None:
        return read_column(raw, Column(name, "number" if declared == "number" else "category"), reader)
    if pd.api.types.is_numeric_dtype(raw.dtype) and not pd.api.types.is_bool_dtype(raw.dtype):
        return read_column(raw, Column(name, "number"), reader)
    present = [value for value in raw.dropna().unique() if not reader.is_missing(value)]
    decimal = reader.format.decimal
    numbers = [_is_number(value, decimal) for value in present]
    if present and all(numbers) and any(_is_text(value) and has_leading_zero(value) for value in present):
        doubt = f"text, since values begin with a zero; {DECLARE_COLUMN.format(name=name)}"
        return _as_text(raw, reader, doubt)
    if all(numbers):
        return read_column(raw, Column(name, "number"), reader)
    looks = [number or (_is_text(v) and is_foreign(v)) for number, v in zip(numbers, present, strict=True)]
    if all(looks):
        fault = Fault(
            (~raw.isna() & raw.map(lambda value: _is_text(value) and is_foreign(value))).to_numpy(bool),
            "numbers such as 1234.5, or text",
            f"{DECLARE_DECIMAL}, or {DECLARE_COLUMN.format(name=name)}",
        )
        return ColumnRead(pd.Series(np.nan, index=raw.index), (fault,))
    return _as_text(raw, reader, _mixed(raw, present, numbers, name))


def dtype_of(kind: str) -> pd.api.extensions.ExtensionDtype | np.dtype[Any]:
    """Give the type in which a history holds the values of a kind of column.

    Parameters
    ----------
    kind : str
        As in `winprob.features.contract.Column`.

    Examples
    --------
    >>> dtype_of("time"), dtype_of("flag")
    (datetime64[us, UTC], BooleanDtype)
    """
    named = {"time": TIME, "number": "float64", "flag": "boolean"}
    return pd.api.types.pandas_dtype(named.get(kind, "str"))


def array_of(values: Sequence[Any], kind: str) -> pd.api.extensions.ExtensionArray:
    """Make values of a kind of column an array, as a history holds them.

    Parameters
    ----------
    values : sequence
        As a `ValueReader` reads them; missing as None.
    kind : str
        As in `winprob.features.contract.Column`.

    Returns
    -------
    pandas array

    Examples
    --------
    >>> array_of([1.0, None], "number").isna().tolist()
    [False, True]
    """
    if kind == "time":
        # Counted here: to make times of Python's takes pandas several times as long.
        microsecond = timedelta(microseconds=1)
        whole = [UNKNOWN if value is None else (value - EPOCH) // microsecond for value in values]
        return pd.DatetimeIndex(np.array(whole, np.int64).view("datetime64[us]"), tz="UTC").array
    dtype: Any = dtype_of(kind)
    array: pd.api.extensions.ExtensionArray = pd.array(values, dtype=dtype)
    return array


def _as_text(raw: pd.Series, reader: ValueReader, doubt: str) -> ColumnRead:
    codes, distinct = _factorized(raw)
    read = _collect(raw, codes, distinct, reader, "category", reader.text)
    return ColumnRead(read.values, read.faults, read.missing, doubt)


def _mixed(raw: pd.Series, present: Sequence[Any], numbers: Sequence[bool], name: str) -> str:
    """Say what keeps a column that is nearly all numbers from being one."""
    others = [value for value, number in zip(present, numbers, strict=True) if not number]
    stray = raw.isin(others)
    count = int(raw.isin(present).sum())
    if count - stray.sum() < MOSTLY * count:
        return ""
    first = raw.index[stray.to_numpy(bool)][0]
    return (
        f"text, since {int(stray.sum())} of {count} values are no numbers, such as "
        f"{others[0]!r} in row {first}; correct them, list them under missing, or "
        f"{DECLARE_COLUMN.format(name=name)}"
    )


def _factorized(raw: pd.Series) -> tuple[npt.NDArray[np.intp], list[Any]]:
    codes, distinct = pd.factorize(raw)
    return codes, list(distinct)


def _collect(
    raw: pd.Series,
    codes: npt.NDArray[np.intp],
    distinct: Sequence[Any],
    reader: ValueReader,
    kind: str,
    read: Callable[[Any], Any],
) -> ColumnRead:
    """Read each distinct value once and put the results in every row."""
    values: list[Any] = []
    wrong: dict[tuple[str, str], list[int]] = {}
    for number, value in enumerate(distinct):
        try:
            values.append(read(value))
        except Unreadable as error:
            values.append(None)
            wrong.setdefault((error.expected, error.remedy), []).append(number)
    texts = [number for number, value in enumerate(distinct) if value and _is_text(value)]
    spelled = [number for number in texts if reader.is_missing(distinct[number])]
    counts = Counter(codes.tolist()) if spelled else Counter[int]()
    missing = {str(distinct[number]): counts[number] for number in spelled}
    series = pd.Series(array_of(values, kind).take(codes, allow_fill=True), index=raw.index)
    faults = [Fault(np.isin(codes, numbers), *what) for what, numbers in wrong.items()]
    return ColumnRead(series, tuple(faults), missing)


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_number(value: Any, decimal: Any) -> bool:
    if _is_text(value):
        return parse_number(value, decimal) is not None
    return isinstance(value, int | float | Decimal | np.number) and not isinstance(value, bool | np.bool_)


def _has_certain_point(distinct: Sequence[Any]) -> bool:
    """Whether some point cannot separate groups of digits: then all points are decimal marks."""
    written = (value for value in distinct if _is_text(value) and "." in value)
    return any(_is_number(value, None) and not is_ambiguous(value) for value in written)


def _number_with_point(reader: ValueReader) -> Callable[[Any], float | None]:
    def read(value: Any) -> float | None:
        number = parse_number(value) if _is_text(value) and is_ambiguous(value) else None
        return reader.number(value) if number is None else number

    return read
