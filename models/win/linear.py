"""The additive part of a win model: a ridge-penalised logistic regression that keeps directions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from pydantic import BaseModel, ConfigDict
from scipy.optimize import minimize
from scipy.sparse import csr_array
from scipy.special import expit

from winprob.models.measure.outcomes import Floats, Integers, Outcomes
from winprob.models.win.columns import Columns
from winprob.models.win.parameters import Priors
from winprob.models.win.term_arrays import TermArrays
from winprob.models.win.terms import Curve, Levels, Stated

Bounds = tuple[float | None, float | None]
ANYWHERE: Bounds = (None, None)


class Prior(NamedTuple):
    """What is expected of a coefficient before any row is seen."""

    expected: float
    spread: float
    bounds: Bounds = ANYWHERE


FREE = Prior(0.0, np.inf)


class LinearPart(BaseModel):
    """Log-odds as a sum of what each column adds by itself.

    Attributes
    ----------
    base : float
        Mean log-odds over the rows of the fit.
    terms : tuple of Curve, Stated or Levels
        One for each column, centred: over the rows of the fit each adds 0 on average.

    Notes
    -----
    Logistic regression on the standardised rank score of numbers (see `Curve.of_rank_scores`) and an
    indicator of every level and of missing, with a normal prior for each coefficient (ridge, see `Priors`).
    It may start from a column of stated probabilities: their log-odds have a coefficient around 1 and the
    intercept is around 0, so without any rows the answer is what is stated, and every departure has to be
    earned. It is fitted by L-BFGS-B (Byrd, Lu, Nocedal and Zhu, SIAM Journal on Scientific Computing 16,
    1995) on weights whose sum is the number of independent observations. Directions are bounds: a coefficient
    does not cross 0. Missing has no direction.

    Examples
    --------
    >>> X = np.array([[0.0], [1.0], [2.0], [3.0]])
    >>> columns = Columns(names=("stage_position",), levels={}, usual=(1.5,))
    >>> linear = LinearPart.fit(X, columns, {"stage_position": 1}, Outcomes.of([0, 0, 1, 1]))
    >>> linear.contributions(X).ravel().round(2).tolist()
    [-0.14, -0.05, 0.05, 0.14]
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    base: float
    terms: tuple[Curve | Stated | Levels, ...]

    @classmethod
    def fit(
        cls,
        values: Floats,
        columns: Columns,
        directions: Mapping[str, int],
        outcomes: Outcomes,
        start: str | None = None,
        expected: Priors = Priors(),
    ) -> LinearPart:
        """Find the coefficients that minimise the penalised weighted log loss.

        Parameters
        ----------
        values : numpy.ndarray of float64, shape (n, k)
            The encoded matrix; NaN is missing.
        columns : Columns
            What its columns are.
        directions : mapping of str to {-1, 0, 1}
            Number columns that may only lower (-1) or raise (1) the log-odds.
        outcomes : Outcomes
            Of its rows, with weights above 0; both won and lost unless there is a start.
        start : str, optional
            The column of probabilities to start from.
        expected : Priors
            Of the coefficients.
        """
        curves = {
            place: Stated() if name == start else Curve.of_rank_scores(values[:, place], outcomes.weight)
            for place, name in enumerate(columns.names)
            if place not in columns.categories
        }
        numbers = np.array([curve.rank_score_of(values[:, place]) for place, curve in curves.items()])
        numbers_of = [name for name in columns.names if name not in columns.levels]
        priors = [_prior(name, start, directions, expected) for name in numbers_of]
        sizes = np.array([1 + len(columns.levels.get(name, ())) for name in columns.names])
        marks = _marks(values, sizes)
        intercept = FREE if start is None else Prior(0.0, expected.intercept)
        priors = [intercept, *priors, *_priors_of_marks(marks, expected)]
        point = _best(numbers.reshape(len(curves), len(values)), marks, priors, outcomes)
        slopes, effects = point[1 : 1 + len(curves)], point[1 + len(curves) :]
        weight = outcomes.weight / max(1.0, outcomes.weight.sum())
        lines = {
            place: (curve, float(slope), float((weight * slope * number).sum()))
            for (place, curve), slope, number in zip(curves.items(), slopes, numbers, strict=True)
        }
        ends = np.cumsum(sizes)[:-1]
        share = marks.T @ weight
        of_columns = zip(np.split(effects, ends), np.split(share, ends), strict=True)
        terms = tuple(_term(*marked, lines.get(place)) for place, marked in enumerate(of_columns))
        means = sum(mean for _, _, mean in lines.values())
        return cls(base=float(point[0] + means + (effects * share).sum()), terms=terms)

    def is_of(self, columns: Columns) -> bool:
        """Tell whether the terms are of these columns.

        Parameters
        ----------
        columns : Columns
            Of a matrix.

        Returns
        -------
        bool
            Whether each number has a curve and each level of each category its log-odds.
        """
        levels = [columns.levels.get(name) for name in columns.names]
        expected = [None if level is None else len(level) for level in levels]
        found = [len(term.known) if isinstance(term, Levels) else None for term in self.terms]
        return found == expected

    @cached_property
    def arrays(self) -> TermArrays:
        """The terms beside each other: what computes."""
        return TermArrays(self.terms)

    def evaluate(self, values: Floats) -> LinearRows:
        """Look at rows; what is asked of them is computed once.

        Parameters
        ----------
        values : numpy.ndarray of float64, shape (n, k)
            The encoded matrix; NaN is missing.
        """
        return LinearRows(self, values)

    def contributions(self, values: Floats) -> Floats:
        """Tell what each column adds to the log-odds of rows.

        Parameters
        ----------
        values : numpy.ndarray of float64, shape (n, k)
            The encoded matrix.

        Returns
        -------
        numpy.ndarray of float64, shape (n, k)
            With the base they add up to `log_odds`.
        """
        return self.evaluate(values).added

    def log_odds(self, values: Floats) -> Floats:
        """Log-odds of rows.

        Parameters
        ----------
        values : numpy.ndarray of float64, shape (n, k)
            The encoded matrix.

        Returns
        -------
        numpy.ndarray of float64, shape (n,)
        """
        return self.evaluate(values).log_odds


@dataclass(frozen=True, eq=False)
class LinearRows:
    """Rows of a matrix, as an additive part sees them.

    Attributes
    ----------
    linear : LinearPart
    values : numpy.ndarray of float64, shape (n, k)
        The encoded matrix; NaN is missing.
    """

    linear: LinearPart
    values: Floats

    @cached_property
    def rank_scores(self) -> Floats:
        """The rank score of each number, 0 for categories, shape (n, k)."""
        return self.linear.arrays.rank_scores(self.values)

    @cached_property
    def added(self) -> Floats:
        """What each column adds to the log-odds, shape (n, k)."""
        return self.linear.arrays.contributions(self.values, self.rank_scores)

    @cached_property
    def log_odds(self) -> Floats:
        """Log-odds of the rows, shape (n,)."""
        return np.asarray(self.linear.base + self.added.sum(axis=1), dtype=np.float64)

    @cached_property
    def design(self) -> Floats:
        """A column of ones, then the rank scores of numbers, shape (n, 1 + numbers)."""
        numbers = self.rank_scores[:, self.linear.arrays.numbers]
        return np.column_stack([np.ones(len(self.values)), numbers])


def _prior(name: str, start: str | None, directions: Mapping[str, int], expected: Priors) -> Prior:
    if name == start:
        return Prior(1.0, expected.stated_slope, (0.0, None))
    direction = directions.get(name, 0)
    return Prior(0.0, expected.coefficient, (0.0 if direction > 0 else None, 0.0 if direction < 0 else None))


def _marks(values: Floats, sizes: Integers) -> csr_array:
    """Mark the level of each category, and what is missing: for each column its levels, then missing.

    Sparse, as a category may have as many levels as there are customers.
    """
    gap = np.isnan(values)
    row, place = np.nonzero(gap | (sizes > 1))
    position = np.where(gap, sizes - 1, values)[row, place].astype(np.intp)
    mark = (np.cumsum(sizes) - sizes)[place] + position
    return csr_array((np.ones(len(row)), (row, mark)), shape=(len(values), sizes.sum()))


def _term(
    effect: Floats, share: Floats, line: tuple[Curve | Stated, float, float] | None
) -> Curve | Stated | Levels:
    """Centre the effects of a column's levels and of missing; a mark that no row bears adds nothing."""
    curve, slope, mean_of_line = line or (None, 0.0, 0.0)
    mean = float((effect * share).sum()) + mean_of_line
    *known, missing = np.where(share > 0, effect - mean, 0.0).tolist()
    if curve is None:
        return Levels(known=tuple(known), missing=missing)
    return curve.with_effect(slope, 0.0 - mean, missing)


def _priors_of_marks(marks: csr_array, expected: Priors) -> list[Prior]:
    # A mark that all rows bear tells nothing that the intercept does not.
    everywhere = (marks.sum(axis=0) == marks.shape[0]).tolist()
    return [Prior(0.0, expected.coefficient, (0.0, 0.0) if mark else ANYWHERE) for mark in everywhere]


def _best(numbers: Floats, marks: csr_array, priors: Sequence[Prior], outcomes: Outcomes) -> Floats:
    """Intercept, coefficients of the numbers (k, n) and of the marks (n, m) of least penalised log loss.

    Plain sums, not products of matrices: those round differently with the number of threads.
    """
    total, split = max(1.0, outcomes.weight.sum()), 1 + len(numbers)
    expected = np.array([prior.expected for prior in priors])
    penalty = np.array([prior.spread for prior in priors]) ** -2 / total
    share, bearers = outcomes.weight / total, marks.T.tocsr()

    def loss(point: Floats) -> tuple[float, Floats]:
        fitted = point[0] + np.einsum("ji,j->i", numbers, point[1:split]) + marks @ point[split:]
        surplus = share * (expit(fitted) - outcomes.won)
        drawn = penalty * (point - expected)
        value = (share * (np.logaddexp(0.0, fitted) - outcomes.won * fitted)).sum()
        sums = [[surplus.sum()], np.einsum("ji,i->j", numbers, surplus), bearers @ surplus]
        return float(value + (drawn * (point - expected)).sum() / 2.0), np.concatenate(sums) + drawn

    exactly = {"ftol": 1e-15, "gtol": 1e-10, "maxcor": 30}
    bounds = [prior.bounds for prior in priors]
    best = minimize(loss, expected, jac=True, method="L-BFGS-B", bounds=bounds, options=exactly)
    return np.asarray(best.x, dtype=np.float64)
