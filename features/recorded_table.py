"""One table of a history: its columns as arrays, and the table that people see."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from winprob.features.column import EPOCH
from winprob.features.instant import UNKNOWN, microseconds
from winprob.features.texts import Texts
from winprob.features.timeline import Flags, Floats, Integers

Values: TypeAlias = npt.NDArray[Any] | Texts
Dtype: TypeAlias = np.dtype[Any] | pd.api.extensions.ExtensionDtype

OWNER = "opportunity"
"""The column of a table of events that says which opportunity a row is of, by its number."""


@dataclass(frozen=True, eq=False)
class RecordedTable:
    """The columns of one table, row by row; it is never changed.

    Attributes
    ----------
    columns : mapping of str to numpy.ndarray or Texts
        n values each. Times are int64, microseconds since 1970 in UTC with `UNKNOWN` where missing; numbers
        are float64 with NaN where missing, flags too (1 and 0); all else is `Texts`. Numbers that a caller
        handed in as whole ones remain that.
    dtypes : mapping of str to dtype
        The type that each column has in `frame`: of flags ``boolean``.

    Examples
    --------
    >>> table = RecordedTable.of(pd.DataFrame({"stage": ["intent", None, "target"], "score": [1.0, 2, 0]}))
    >>> table.texts("stage").codes.tolist(), table.take(slice(2)).numbers("score").tolist()
    ([0, -1, 1], [1.0, 2.0])
    >>> table.frame["stage"].tolist()
    ['intent', nan, 'target']
    """

    columns: Mapping[str, Values]
    dtypes: Mapping[str, Dtype]

    @classmethod
    def of(cls, rows: pd.DataFrame) -> RecordedTable:
        """Take the columns of a table, each by its type.

        Parameters
        ----------
        rows : pandas.DataFrame
            Typed as `winprob.features.typed_table.complete` does it; further columns may be of any type.
        """
        columns = {str(name): _array(values) for name, values in rows.items()}
        return cls(columns, {str(name): values.dtype for name, values in rows.items()})

    def __len__(self) -> int:
        """Count the rows."""
        return len(next(iter(self.columns.values())))

    def __getstate__(self) -> dict[str, Any]:
        """Leave the table for people behind: it can be made again where it is wanted."""
        return {"columns": self.columns, "dtypes": self.dtypes}

    @property
    def owners(self) -> Integers:
        """Number of the opportunity that each row of a table of events is of, shape (n,)."""
        return _read_only(self.columns[OWNER])

    def numbers(self, name: str) -> Floats:
        """A column of numbers or flags, missing as NaN, shape (n,)."""
        values = self.columns[name]
        if isinstance(values, np.ndarray) and values.dtype == np.float64:
            return _read_only(values)
        return self.column(name).to_numpy(dtype=np.float64, na_value=np.nan)

    def times(self, name: str) -> Integers:
        """A column of times, in microseconds since 1970 in UTC, shape (n,); `UNKNOWN` where missing."""
        if self._is_time(name):
            return _read_only(self.columns[name])
        return microseconds(self.column(name))

    def texts(self, name: str) -> Texts:
        """A column of texts, n of them."""
        values = self.columns[name]
        if isinstance(values, Texts):
            return Texts(_read_only(values.codes), values.levels)
        return Texts.of_pandas(self.column(name))

    def plain(self, name: str) -> list[Any]:
        """A column as values of Python, times in UTC; missing as None."""
        values = self.columns[name]
        if isinstance(values, Texts):
            return values.tolist()
        if self._is_time(name):
            since = timedelta(microseconds=1)
            return [None if time == UNKNOWN else EPOCH + time * since for time in values.tolist()]
        is_flag = isinstance(self.dtypes[name], pd.BooleanDtype)
        given, recorded = values.astype(bool) if is_flag else values, self.is_recorded(name)
        return [
            value if there else None for value, there in zip(given.tolist(), recorded.tolist(), strict=True)
        ]

    def is_recorded(self, name: str) -> Flags:
        """Tell in which rows a column has a value, shape (n,)."""
        values = self.columns[name]
        if isinstance(values, Texts):
            return values.codes >= 0
        known: Flags = values != UNKNOWN if self._is_time(name) else ~np.isnan(values)
        return known

    def take(self, rows: Integers | slice) -> RecordedTable:
        """Take rows by position, in that order."""
        taken: dict[str, Values] = {}
        for name, values in self.columns.items():
            if isinstance(values, Texts):
                taken[name] = self._fitting(name, Texts(values.codes[rows], values.levels))
            else:
                taken[name] = values[rows]
        return replace(self, columns=taken)

    def keep(self, which: Flags) -> RecordedTable:
        """Take the rows that have a flag."""
        return self if which.all() else self.take(np.flatnonzero(which))

    def select(self, names: Iterable[str]) -> RecordedTable:
        """Take columns, in this order."""
        kept = list(names)
        return RecordedTable(
            {name: self.columns[name] for name in kept}, {name: self.dtypes[name] for name in kept}
        )

    def with_columns(self, changed: Mapping[str, Values]) -> RecordedTable:
        """Put other values into columns, of the same kind.

        Parameters
        ----------
        changed : mapping of str to numpy.ndarray or Texts
            As in `columns`, n values each.
        """
        fitting = {
            name: self._fitting(name, values) if isinstance(values, Texts) else values
            for name, values in changed.items()
        }
        return replace(self, columns={**self.columns, **fitting})

    def without_values(self, name: str, where: Flags) -> RecordedTable:
        """Take values out of a column, where a flag says so."""
        values = self.columns[name]
        if isinstance(values, Texts):
            return self.with_columns({name: Texts(np.where(where, -1, values.codes), values.levels)})
        nothing = UNKNOWN if self._is_time(name) else np.nan
        return self.with_columns({name: np.where(where, nothing, values)})

    def beside(self, other: RecordedTable) -> RecordedTable:
        """The columns of both tables; those of the other in place of ones of the same name."""
        return RecordedTable({**self.columns, **other.columns}, {**self.dtypes, **other.dtypes})

    def followed_by(self, other: RecordedTable) -> RecordedTable:
        """The rows of both tables, those of the other at the end; it has the same columns."""
        joined: dict[str, Values] = {}
        for name, values in self.columns.items():
            more = other.columns[name]
            if isinstance(values, Texts) and isinstance(more, Texts):
                joined[name] = values.followed_by(more)
            else:
                joined[name] = np.concatenate([values, more])
        return replace(self, columns=joined)

    def column(self, name: str) -> pd.Series:
        """One column of `frame`."""
        values, dtype = self.columns[name], self.dtypes[name]
        if isinstance(values, Texts):
            if isinstance(dtype, pd.CategoricalDtype):
                return pd.Series(pd.Categorical.from_codes(values.codes, dtype=dtype))
            levels: Any = pd.Series(values.levels, dtype=dtype).array
            return pd.Series(levels.take(values.codes, allow_fill=True))
        if self._is_time(name):
            return pd.Series(pd.DatetimeIndex(values.view("datetime64[us]"), tz="UTC")).astype(dtype)
        return pd.Series(values).astype(dtype)

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The table for people and for code that makes tables, shape (n, k): a copy, made when wanted."""
        return pd.DataFrame({name: self.column(name) for name in self.columns})

    def _is_time(self, name: str) -> bool:
        return isinstance(self.dtypes[name], pd.DatetimeTZDtype)

    def _fitting(self, name: str, values: Texts) -> Texts:
        """Texts with the levels that pandas gives such a column: of its own kind of category, all of them."""
        return values if isinstance(self.dtypes[name], pd.CategoricalDtype) else values.compact()


def _array(values: pd.Series) -> Values:
    """A column as an array of its own: who handed the table in may go on to change it."""
    dtype = values.dtype
    if isinstance(dtype, pd.DatetimeTZDtype):
        return microseconds(values)
    if isinstance(dtype, np.dtype) and dtype.kind in "biuf":
        return values.to_numpy(copy=True)
    if pd.api.types.is_numeric_dtype(dtype):
        return values.to_numpy(dtype=np.float64, na_value=np.nan, copy=True)
    return Texts.of_pandas(values)


def _read_only(values: Any) -> npt.NDArray[Any]:
    """The same array, which a feature of a company cannot change by mistake."""
    view: npt.NDArray[Any] = values.view()
    view.flags.writeable = False
    return view
