"""Imputed: a matrix with what is expected in place of what is not recorded, and what is lost by that."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from winprob.models.measure.outcomes import Floats, Integers

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Unrecorded:
    """Rows in which the same columns are not recorded.

    Attributes
    ----------
    rows : numpy.ndarray of int, shape (m,)
        Their places in the matrix.
    columns : numpy.ndarray of bool, shape (k,)
        The u columns that are not recorded.
    covariance : numpy.ndarray of float64, shape (u, u)
        Of these columns, given what is recorded: in standard deviations of what each adds.
    """

    rows: npt.NDArray[np.intp]
    columns: Flags
    covariance: Floats


@dataclass(frozen=True, eq=False)
class Imputed:
    """A matrix without the gaps that the model has not learnt, and what is lost by them.

    Attributes
    ----------
    values : numpy.ndarray of float64, shape (n, k)
        With what is expected in place of the numbers that are not recorded.
    added : numpy.ndarray of float64, shape (n, k)
        What each column adds to the additive part's log-odds, or is expected to add.
    effect : numpy.ndarray of float64, shape (k,)
        Log-odds for a standard deviation of what a column adds.
    numbers : numpy.ndarray of bool, shape (k,)
        Which columns are numbers; the others are categories.
    unrecorded : tuple of Unrecorded
        Rows in which something is not recorded, by which columns these are.
    """

    values: Floats
    added: Floats
    effect: Floats
    numbers: Flags
    unrecorded: tuple[Unrecorded, ...]

    def take(self, rows: Integers) -> Imputed:
        """Take rows by position, each once, in that order."""
        place = np.full(len(self.values), -1)
        place[rows] = np.arange(len(rows))
        taken = [(gap, place[gap.rows]) for gap in self.unrecorded]
        unrecorded = [replace(gap, rows=found[found >= 0]) for gap, found in taken if (found >= 0).any()]
        return replace(self, values=self.values[rows], added=self.added[rows], unrecorded=tuple(unrecorded))

    @cached_property
    def total(self) -> Floats:
        """Variance of the additive part's log-odds because of what is not recorded, shape (n,)."""
        return self._variance(self.effect)

    @cached_property
    def of_numbers(self) -> Floats:
        """Variance because of the numbers that are not recorded, shape (n,)."""
        return self._variance(self._effect_of_numbers)

    @cached_property
    def parts(self) -> Floats:
        """Each column's share of the variance of numbers, shape (n, k): 1 in all, or 0 where all is recorded.

        A column that makes up for others has none.
        """
        parts = np.zeros(self.values.shape)
        for gap in self.unrecorded:
            effect = self._effect_of_numbers[gap.columns]
            variance = np.maximum(effect * np.einsum("uv,v->u", gap.covariance, effect), 0.0)
            total = variance.sum()
            parts[np.ix_(gap.rows, np.flatnonzero(gap.columns))] = variance / (total if total > 0 else 1.0)
        return parts

    @cached_property
    def towards_even(self) -> Floats:
        """Factor of the log-odds, shape (n,), with which they give the mean probability over what may be.

        1 / √(1 + π/8 · variance): D. J. C. MacKay, "The evidence framework applied to classification
        networks", Neural Computation 4, 1992.
        """
        return np.asarray(1 / np.sqrt(1 + np.pi / 8 * self.of_numbers), dtype=np.float64)

    @cached_property
    def _effect_of_numbers(self) -> Floats:
        return np.where(self.numbers, self.effect, 0.0)

    def _variance(self, effects: Floats) -> Floats:
        variance = np.zeros(len(self.values))
        for gap in self.unrecorded:
            effect = effects[gap.columns]
            variance[gap.rows] = max(0.0, float(np.einsum("u,uv,v->", effect, gap.covariance, effect)))
        return variance
