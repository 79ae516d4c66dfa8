"""Columns of a model's matrix: which they are, and how each becomes numbers."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from numbers import Number
from typing import Any, Self

import numpy as np
import pandas as pd
from pandas.api.extensions import ExtensionDtype
from pydantic import BaseModel, ConfigDict, Field, model_validator

from winprob.features.matrix import Matrix as FeatureMatrix
from winprob.features.texts import Texts
from winprob.models.measure.outcomes import Floats


class Relative(BaseModel):
    """How the values of a number column become comparable where they are so only within a category.

    Attributes
    ----------
    within : str
        The category column, such as the currency of amounts.
    offsets : dict of str to float
        What is subtracted by level: its median minus that of the most frequent level. 0 for others.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    within: str
    offsets: dict[str, float]

    @classmethod
    def learn(cls, within: str, values: Floats, level: Floats, levels: tuple[str, ...]) -> Self:
        """Learn it from values, shape (n,), and the positions of their levels, shape (n,)."""
        of_level = {name: values[(level == place) & ~np.isnan(values)] for place, name in enumerate(levels)}
        known = {name: own for name, own in of_level.items() if len(own)}
        usual = np.median(max(known.values(), key=len)) if known else 0.0
        return cls(
            within=within, offsets={name: float(np.median(own) - usual) for name, own in known.items()}
        )


class Columns(BaseModel):
    """What a model learnt of the columns that it was fitted on.

    Attributes
    ----------
    names : tuple of str
        In the order of the matrix.
    levels : dict of str to tuple of str
        The vocabulary of each category column, sorted. A level is encoded as its position; a level never seen
        in the fit is missing.
    usual : tuple of float or None
        For a number column without a gap in the fit its median, which stands in where a value is missing
        later: the model has not learnt what missing means there. `None` where missing is like any value.
    relative : dict of str to Relative
        The number columns whose values compare only within a category.

    Examples
    --------
    >>> X = pd.DataFrame({"industry": ["steel", "chips"], "age": [3.0, 5.0], "amount": [None, 7.0]})
    >>> columns = Columns.learn(X)
    >>> columns.levels, columns.usual
    ({'industry': ('chips', 'steel')}, (None, 4.0, None))
    >>> later = pd.DataFrame({"industry": ["steel", "bread"], "age": [1.0, None], "amount": [2.0, None]})
    >>> columns.encode(later)
    array([[ 1.,  1.,  2.],
           [nan,  4., nan]])
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    names: tuple[str, ...]
    levels: dict[str, tuple[str, ...]]
    usual: tuple[float | None, ...]
    relative: dict[str, Relative] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _fit_together(self) -> Self:
        twice = [name for place, name in enumerate(self.names) if name in self.names[:place]]
        if twice:
            raise ValueError(f"expected every column once, found {twice[0]} twice; rename or drop one")
        if len(self.usual) != len(self.names):
            raise ValueError(
                f"expected a usual value for each of {len(self.names)} names, found {len(self.usual)}"
            )
        stray = [name for name in self.levels if name not in self.names]
        if stray:
            raise ValueError(f"expected levels of columns in names only, found {', '.join(stray)}")
        for name, relative in self.relative.items():
            if name not in self.names or relative.within not in self.levels:
                raise ValueError(f"expected {name} relative to a category, found none {relative.within}")
        return self

    @classmethod
    def learn(cls, X: pd.DataFrame, relative_to: Mapping[str, str] | None = None) -> Columns:
        """Learn the columns of a matrix.

        Parameters
        ----------
        X : pandas.DataFrame, shape (n, k)
            Columns of numbers (flags are 0 and 1) and of categories (category, text).
        relative_to : mapping of str to str, optional
            Of number columns, the category within which their values compare; names that `X` lacks do not
            matter.

        Raises
        ------
        ValueError
            If a column is neither, such as a time.
        """
        X = X.infer_objects()
        names = tuple(str(name) for name in X.columns)
        texts = [place for place, dtype in enumerate(X.dtypes) if not _is_number(dtype)]
        levels = {names[place]: _levels(names[place], X.iloc[:, place]) for place in texts}
        plain = cls(names=names, levels=levels, usual=(None,) * len(names))
        values, relative = plain.read(X), {}
        for name, within in (relative_to or {}).items():
            if name in names and within in levels:
                own, level = values[:, names.index(name)], values[:, names.index(within)]
                relative[name] = Relative.learn(within, own, level, levels[within])
        encoded = plain.model_copy(update={"relative": relative}).read(X)
        gaps = np.isnan(encoded.sum(axis=0))
        usual = tuple(
            None if X.empty or gaps[place] or place in texts else float(np.median(encoded[:, place]))
            for place in range(len(names))
        )
        return cls(names=names, levels=levels, usual=usual, relative=relative)

    def read(self, X: pd.DataFrame | FeatureMatrix) -> Floats:
        """Turn a matrix into numbers, gaps and all.

        Parameters
        ----------
        X : pandas.DataFrame or winprob.features.matrix.Matrix, shape (n, k)
            The same columns; of a table in the same order.

        Returns
        -------
        numpy.ndarray of float64, shape (n, k)
            Numbers as they are but for `relative`, categories as positions in the vocabulary, missing as NaN.

        Raises
        ------
        ValueError
            If a number column holds something else, or an infinity.
        """
        if isinstance(X, FeatureMatrix):
            encoded = np.column_stack([self._encoded(name, X.columns[name]) for name in self.names])
            return self._comparable(encoded.reshape(len(X), len(self.names)))
        encoded = np.empty(X.shape)
        try:
            encoded[:, self._numbers] = X.iloc[:, self._numbers].to_numpy(dtype=np.float64, na_value=np.nan)
        except (TypeError, ValueError) as error:
            raise ValueError(self._not_a_number(X)) from error
        for place in self.categories:
            encoded[:, place] = self._positions(self.names[place], X.iloc[:, place])
        return self._comparable(encoded)

    def _encoded(self, name: str, column: Floats | Texts) -> Floats:
        """A column of arrays as numbers."""
        position = self._position_of_level.get(name)
        if isinstance(column, Texts) and position is not None:
            return np.array([*(position.get(level, np.nan) for level in column.levels), np.nan])[column.codes]
        if isinstance(column, Texts) or position is not None:
            expected, found = ("numbers", "texts") if position is None else ("texts", "numbers")
            raise ValueError(f"column {name}: expected {expected} as in the fit, found {found}; convert it")
        return column

    def _comparable(self, encoded: Floats) -> Floats:
        """Refuse infinities, and make the values of `relative` columns comparable."""
        infinite = np.argwhere(np.isinf(encoded))
        if len(infinite):
            row, place = infinite[0]
            raise ValueError(
                f"column {self.names[place]}: expected finite numbers, found {encoded[row, place]} "
                f"in row {row}; leave it empty where it is not known"
            )
        for name, relative in self.relative.items():
            levels = self.levels[relative.within]
            offsets = np.array([*(relative.offsets.get(level, 0.0) for level in levels), 0.0])
            level = np.nan_to_num(encoded[:, self.names.index(relative.within)], nan=-1.0).astype(np.intp)
            encoded[:, self.names.index(name)] -= offsets[level]
        return encoded

    def offset(self, name: str, values: Mapping[str, Any]) -> float:
        """Tell what is subtracted from a value of a column, so that it compares with those of the fit.

        Parameters
        ----------
        name : str
            The column.
        values : mapping of str to value
            A row of the matrix.

        Examples
        --------
        >>> X = pd.DataFrame({"amount": [1.0, 3.0, 8.0], "currency": ["EUR", "EUR", "CNY"]})
        >>> columns = Columns.learn(X, {"amount": "currency"})
        >>> columns.offset("amount", {"currency": "CNY"}), columns.encode(X)[:, 0].tolist()
        (6.0, [1.0, 3.0, 2.0])
        """
        relative = self.relative.get(name)
        return relative.offsets.get(str(values[relative.within]), 0.0) if relative else 0.0

    def encode(self, X: pd.DataFrame | FeatureMatrix) -> Floats:
        """Turn a matrix into numbers, with the usual value where the fit had no gap and now there is one.

        Parameters
        ----------
        X : pandas.DataFrame or winprob.features.matrix.Matrix, shape (n, k)
            The same columns; of a table in the same order.

        Returns
        -------
        numpy.ndarray of float64, shape (n, k)
            See `read`.

        Raises
        ------
        ValueError
            If a number column holds something else, or an infinity.
        """
        encoded = self.read(X)
        gaps = np.isnan(encoded) & ~np.isnan(self.stand_ins)
        return np.where(gaps, self.stand_ins, encoded)

    @cached_property
    def categories(self) -> tuple[int, ...]:
        """Places of the category columns."""
        return tuple(place for place, name in enumerate(self.names) if name in self.levels)

    @cached_property
    def _numbers(self) -> list[int]:
        return [place for place, name in enumerate(self.names) if name not in self.levels]

    @cached_property
    def stand_ins(self) -> Floats:
        """The usual values, NaN where there is none."""
        return np.array([np.nan if value is None else value for value in self.usual])

    @cached_property
    def _position_of_level(self) -> dict[str, dict[str, int]]:
        return {name: {level: at for at, level in enumerate(levels)} for name, levels in self.levels.items()}

    def _positions(self, name: str, column: pd.Series) -> Floats:
        position = self._position_of_level[name]
        code, seen = pd.factorize(column)
        # The code of a missing value is -1: the last entry.
        return np.array([*(position.get(str(level), np.nan) for level in seen), np.nan])[code]

    def _not_a_number(self, X: pd.DataFrame) -> str:
        name, value = next(
            (self.names[place], value)
            for place in self._numbers
            for value in X.iloc[:, place].dropna()
            if not isinstance(value, Number | np.bool_)
        )
        return f"column {name}: expected numbers as in the fit, found {value!r}; convert it or leave it empty"


def _is_number(dtype: np.dtype[Any] | ExtensionDtype) -> bool:
    return pd.api.types.is_numeric_dtype(dtype) and not pd.api.types.is_complex_dtype(dtype)


def _levels(name: str, column: pd.Series) -> tuple[str, ...]:
    if not (isinstance(column.dtype, pd.CategoricalDtype) or column.dtype == object or column.dtype == "str"):
        raise ValueError(
            f"column {name}: expected numbers or categories, found {column.dtype}; "
            "turn it into a number (a time into days since or until) or leave it out"
        )
    return tuple(sorted({str(level) for level in column.dropna().unique()}))
