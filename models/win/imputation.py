"""Imputation: what a deal like this one usually looks like where a CRM does not record it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Self

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict
from scipy.special import expit

from winprob.features.distinct import distinct_rows
from winprob.models.measure.outcomes import Floats
from winprob.models.win.columns import Columns
from winprob.models.win.imputed import Flags, Imputed, Unrecorded
from winprob.models.win.linear import LinearPart, LinearRows
from winprob.models.win.terms import Curve, Levels, Stated

OWN = 0.05
"""Variance of its own that each column has. Without it columns that say nearly the same would turn small
differences between them into wild expectations of a third; on average over deals 0.2 was as good."""


class Imputation(BaseModel):
    """How the columns of a matrix go together.

    A column that always had a value in the fit and now has none is not recorded by this CRM, and so are then
    the other empty columns of its family: *no contact yet* and *contacts are not recorded* look alike in one
    column, but not in all of them. What is not recorded is expected to be as it usually is in rows that are
    alike in all that is recorded. A category that always had a level in the fit and now has none, or one that
    the fit has not seen, adds what levels add on average: nothing.

    Attributes
    ----------
    family : tuple of int
        Number of each column's family.
    always : tuple of bool
        Whether each column had a value in every row of the fit.
    effect : tuple of float
        Standard deviation of what each column adds to the additive part's log-odds, negative where that falls
        as the value rises.
    correlation : tuple of tuple of float
        Of what the columns add, or of the rank scores where that is always the same; 0 for what never varied:
        k by k.

    Notes
    -----
    What the columns add, in its standard deviations, is taken as normal variables of the covariance
    ``C = R + OWN I`` with the correlations `R`. What is expected of the columns `u` that are not recorded
    is the regression on the recorded ones `o`, ``C_uo C_oo^-1 x_o``, and ``C_uu - C_uo C_oo^-1 C_ou`` is left
    of their covariance (conditional mean imputation; R. Little and D. Rubin, "Statistical Analysis with
    Missing Data", 2019, 4.2). The less is recorded, the more is left, and so is of the variance of the
    log-odds.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    family: tuple[int, ...]
    always: tuple[bool, ...]
    effect: tuple[float, ...]
    correlation: tuple[tuple[float, ...], ...]

    @classmethod
    def learn(
        cls,
        rows: LinearRows,
        weight: Floats,
        columns: Columns,
        families: Mapping[str, str],
    ) -> Self:
        """Learn how columns go together.

        Parameters
        ----------
        rows : LinearRows
            The matrix of the fit, with what each column adds.
        weight : numpy.ndarray of float64, shape (n,)
            How many rows each stands for.
        columns : Columns
            What its columns are.
        families : mapping of str to str
            The family of each column; a column without one is its own.
        """
        share = weight / max(1.0, weight.sum())
        spread = np.sqrt(np.einsum("n,nj->j", share, rows.added**2))
        effect = np.where(rows.linear.arrays.falls, -spread, spread)
        units = _units(rows, effect)
        centred = units - np.einsum("n,nj->j", share, units)
        covariance = np.einsum("ni,nj->ij", centred, centred * share[:, np.newaxis])
        scale = np.sqrt(np.diag(covariance))
        scale = np.where(scale > 0, scale, 1.0)
        _, family = np.unique([families.get(name, f" {name}") for name in columns.names], return_inverse=True)
        return cls(
            family=tuple(family.tolist()),
            always=tuple(bool(len(column)) and not np.isnan(column).any() for column in rows.values.T),
            effect=tuple(effect.tolist()),
            correlation=tuple(map(tuple, (covariance / np.outer(scale, scale)).tolist())),
        )

    def impute(self, linear: LinearPart, columns: Columns, values: Floats) -> Imputed:
        """Fill in what is not recorded.

        Parameters
        ----------
        linear : LinearPart
            The additive part.
        columns : Columns
            What the columns are.
        values : numpy.ndarray of float64, shape (n, k)
            The encoded matrix with its gaps.
        """
        gaps = self.unrecorded(columns, values)
        imputed, effect, numbers = values.copy(), self._arrays.effect, _numbers(columns)
        evaluated = linear.evaluate(values)
        added, units, unrecorded = evaluated.added, _units(evaluated, effect), []
        for rows, pattern in _patterns(gaps):
            weights, covariance = self._regression(pattern)
            expected = np.einsum("no,ou->nu", units[np.ix_(rows, ~pattern)], weights)
            unrecorded.append(Unrecorded(rows, pattern, covariance))
            for place in np.flatnonzero(pattern & numbers):
                rank_score = expected[:, pattern[:place].sum()]
                added[rows, place] = effect[place] * rank_score
                imputed[rows, place] = _value(linear.terms[place], rank_score, effect[place])
        stated = gaps & np.isnan(imputed)
        imputed[stated] = np.broadcast_to(columns.stand_ins, values.shape)[stated]
        return Imputed(imputed, added, effect, numbers, tuple(unrecorded))

    def unrecorded(self, columns: Columns, values: Floats) -> Flags:
        """Tell which gaps are of columns that are not recorded.

        Parameters
        ----------
        columns : Columns
            What the columns are.
        values : numpy.ndarray of float64, shape (n, k)
            The encoded matrix with its gaps.

        Returns
        -------
        numpy.ndarray of bool, shape (n, k)
        """
        gaps, numbers, arrays = np.isnan(values), _numbers(columns), self._arrays
        strange = gaps & arrays.always
        silent = (strange & numbers) @ arrays.of_family
        found: Flags = np.where(numbers, gaps & silent[:, arrays.family], strange)
        return found

    @cached_property
    def _arrays(self) -> _Arrays:
        return _Arrays(self)

    def _regression(self, gaps: Flags) -> tuple[Floats, Floats]:
        """Weights of the recorded columns for what is expected in the gaps, and the covariance around it."""
        covariance = self._arrays.covariance
        across = covariance[np.ix_(~gaps, gaps)]
        weights = np.asarray(np.linalg.solve(covariance[np.ix_(~gaps, ~gaps)], across), dtype=np.float64)
        return weights, covariance[np.ix_(gaps, gaps)] - np.einsum("ou,ov->uv", across, weights)


class _Arrays:
    """How columns go together, in arrays."""

    def __init__(self, imputation: Imputation) -> None:
        self.family = np.array(imputation.family, np.intp)
        self.of_family: Flags = self.family[:, np.newaxis] == np.arange(self.family.max(initial=-1) + 1)
        self.always = np.array(imputation.always, bool)
        self.effect = np.array(imputation.effect, np.float64)
        correlation = np.array(imputation.correlation, np.float64)
        self.covariance = correlation + OWN * np.eye(len(correlation))


def _value(term: Curve | Levels | Stated, rank_score: Floats, effect: float) -> Floats:
    """The values of a column that add about what is expected; NaN where all add the same."""
    if isinstance(term, Curve):
        return np.interp(rank_score, term.rank_scores, term.values)
    if isinstance(term, Stated) and term.slope > 0:
        return np.asarray(expit((effect * rank_score - term.known) / term.slope), dtype=np.float64)
    return np.full(len(rank_score), np.nan)


def _numbers(columns: Columns) -> Flags:
    numbers = np.ones(len(columns.names), dtype=bool)
    numbers[list(columns.categories)] = False
    return numbers


def _units(rows: LinearRows, effect: Floats) -> Floats:
    """What a column adds in its standard deviations, shape (n, k); the rank score where that is always 0."""
    units = rows.added / np.where(effect != 0, effect, 1.0)
    return np.where(effect != 0, units, np.where(rows.linear.arrays.curves, rows.rank_scores, 0.0))


def _patterns(filled: Flags) -> list[tuple[npt.NDArray[np.intp], Flags]]:
    """Group rows that have the same columns to fill in."""
    some = np.flatnonzero(filled.any(axis=1))
    patterns, pattern = distinct_rows(filled[some])
    return [(some[pattern == number], gaps) for number, gaps in enumerate(patterns)]
