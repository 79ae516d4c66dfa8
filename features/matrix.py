"""The feature matrix, column by column as arrays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from winprob.features.instant import TIME
from winprob.features.texts import Texts
from winprob.features.timeline import Floats, Integers


@dataclass(frozen=True, eq=False)
class Matrix:
    """Features of opportunities at moments.

    Attributes
    ----------
    columns : mapping of str to numpy.ndarray of float64, or Texts
        Numbers, with flags as 0 and 1 and missing as NaN, and texts; n values each.
    ids : sequence of str
        The opportunity of each row.
    moments : numpy.ndarray of int64, shape (n,)
        Microseconds since 1970 in UTC.

    Examples
    --------
    >>> import numpy as np
    >>> matrix = Matrix({"age": np.array([3.0, 5.0])}, ["A", "B"], np.array([0, 0]))
    >>> len(matrix), matrix.take(np.array([0])).frame["age"].tolist()
    (2, [3.0])
    """

    columns: Mapping[str, Floats | Texts]
    ids: Sequence[str]
    moments: Integers

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.moments)

    def take(self, rows: Integers) -> Matrix:
        """Take rows by position, in that order."""
        columns = {name: column.take(rows) for name, column in self.columns.items()}
        return Matrix(columns, [self.ids[row] for row in rows.tolist()], self.moments[rows])

    def select(self, names: Iterable[str]) -> Matrix:
        """Take columns."""
        return Matrix({name: self.columns[name] for name in names}, self.ids, self.moments)

    @cached_property
    def index(self) -> pd.MultiIndex:
        """``opportunity_id`` and ``as_of`` of each row."""
        at = pd.DatetimeIndex(self.moments.view("datetime64[us]"), tz="UTC").astype(TIME)
        ids = pd.Series(self.ids, dtype="str")
        return pd.MultiIndex.from_arrays([ids, at], names=["opportunity_id", "as_of"])

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The same as a table, shape (n, k), indexed by ``opportunity_id`` and ``as_of``."""
        columns = {
            name: column.to_pandas() if isinstance(column, Texts) else column
            for name, column in self.columns.items()
        }
        return pd.DataFrame(columns, index=self.index, copy=False)
