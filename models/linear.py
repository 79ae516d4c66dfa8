"""The additive part of a win model: a ridge-penalised logistic regression that keeps directions."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from pydantic import BaseModel, ConfigDict
from scipy.optimize import minimize
from scipy.sparse import csr_array
from scipy.special import expit, logit

from models.columns import Columns
from models.outcomes import Floats, Integers, Outcomes
from models.terms import Curve, Levels

Bounds = tuple[float | None, float | None]

SPREAD = 0.5
"""Standard deviation that is expected of coefficients, in log-odds: two usual values of a number, or two
levels of a category, seldom more than double or halve the odds by themselves. On simulated companies anything
from 0.4 to 0.7 was as good."""


class LinearPart(BaseModel):
    """Log-odds as a sum of what each column adds by itself.

    Attributes
    ----------
    base : float
        Mean log-odds over the rows of the fit.
    terms : tuple of Curve or Levels
        One for each column, centred: over the rows of the fit each adds 0 on average.

    Notes
    -----
    Logistic regression on the standardised standing of numbers (see `Curve.of_standing`) and an indicator of
    every level and of missing, with a normal prior of standard deviation `SPREAD` for each coefficient
    (ridge). It is fitted by L-BFGS-B (Byrd, Lu, Nocedal and Zhu, SIAM Journal on Scientific Computing 16,
    1995) on weights whose sum is the number of independent observations. Directions are bounds: a coefficient
    does not cross 0. Missing has no direction.

    Examples
    --------
    >>> X = np.array([[0.0], [1.0], [2.0], [3.0]])
    >>> columns = Columns(names=("stage_position",), levels={}, usual=(1.5,))
    >>> linear = LinearPart.fit(X, columns, {"stage_position": 1}, Outcomes.of([0, 0, 1, 1]))
    >>> linear.contributions(X).ravel().round(2).tolist()
    [-0.48, -0.16, 0.16, 0.48]
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    base: float
    terms: tuple[Curve | Levels, ...]

    @classmethod
    def fit(
        cls, values: Floats, columns: Columns, directions: Mapping[str, int], outcomes: Outcomes
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
            Of its rows, both won and lost, with weights above 0.

        Returns
        -------
        LinearPart
        """
        curves = {
            place: Curve.of_standing(values[:, place], outcomes.weight)
            for place in range(len(columns.names))
            if place not in columns.categories
        }
        numbers = np.array([curve.contributions(values[:, place]) for place, curve in curves.items()])
        bounds = [_bounds(directions.get(columns.names[place], 0)) for place in curves]
        sizes = np.array([1 + len(columns.levels.get(name, ())) for name in columns.names])
        marks = _marks(values, sizes)
        level, slopes, effects = _best(numbers.reshape(-1, len(values)), marks, bounds, outcomes)
        share = marks.T @ (outcomes.weight / outcomes.weight.sum())
        lines = dict(zip(curves, zip(curves.values(), slopes.tolist(), strict=True), strict=True))
        ends = np.cumsum(sizes)[:-1]
        of_columns = zip(np.split(effects, ends), np.split(share, ends), strict=True)
        terms = tuple(_term(*marked, lines.get(place)) for place, marked in enumerate(of_columns))
        return cls(base=level + float((effects * share).sum()), terms=terms)

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
        added = np.empty(values.shape)
        for place, term in enumerate(self.terms):
            added[:, place] = term.contributions(values[:, place])
        return added

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
        return np.asarray(self.base + self.contributions(values).sum(axis=1), dtype=np.float64)


def _bounds(direction: int) -> Bounds:
    return (0.0 if direction > 0 else None, 0.0 if direction < 0 else None)


def _marks(values: Floats, sizes: Integers) -> csr_array:
    """Mark the level of each category, and what is missing: for each column its levels, then missing.

    Sparse, as a category may have as many levels as there are customers.
    """
    gap = np.isnan(values)
    row, place = np.nonzero(gap | (sizes > 1))
    position = np.where(gap, sizes - 1, values)[row, place].astype(np.intp)
    mark = (np.cumsum(sizes) - sizes)[place] + position
    return csr_array((np.ones(len(row)), (row, mark)), shape=(len(values), sizes.sum()))


def _term(effect: Floats, share: Floats, line: tuple[Curve, float] | None) -> Curve | Levels:
    """Centre the effects of a column's levels and of missing; a mark that no row bears adds nothing."""
    mean = float((effect * share).sum())
    *known, missing = np.where(share > 0, effect - mean, 0.0).tolist()
    if line is None:
        return Levels(known=tuple(known), missing=missing)
    curve, slope = line
    return curve.scaled(slope, 0.0 - mean, missing)


def _best(
    numbers: Floats, marks: csr_array, bounds: list[Bounds], outcomes: Outcomes
) -> tuple[float, Floats, Floats]:
    """Level, coefficients of the numbers (k, n) and of the marks (n, m) of least penalised log loss.

    Plain sums, not products of matrices: those round differently with the number of threads.
    """
    total, split = outcomes.weight.sum(), 1 + len(numbers)
    share, penalty = outcomes.weight / total, 1.0 / (SPREAD**2 * total)
    bearers = marks.T.tocsr()

    def loss(point: Floats) -> tuple[float, Floats]:
        fitted = point[0] + np.einsum("ji,j->i", numbers, point[1:split]) + marks @ point[split:]
        surplus = share * (expit(fitted) - outcomes.won)
        drawn = np.concatenate([[0.0], penalty * point[1:]])
        value = (share * (np.logaddexp(0.0, fitted) - outcomes.won * fitted)).sum()
        sums = [[surplus.sum()], np.einsum("ji,i->j", numbers, surplus), bearers @ surplus]
        return float(value + (drawn * point).sum() / 2.0), np.concatenate(sums) + drawn

    # A mark that all rows bear tells nothing that the level does not.
    everywhere = (marks.sum(axis=0) == marks.shape[0]).tolist()
    free: list[Bounds] = [(0.0, 0.0) if mark else (None, None) for mark in everywhere]
    start = np.zeros(split + marks.shape[1])
    start[0] = logit(outcomes.rate)
    exactly = {"ftol": 1e-15, "gtol": 1e-10, "maxcor": 30}
    best = minimize(
        loss, start, jac=True, method="L-BFGS-B", bounds=[(None, None), *bounds, *free], options=exactly
    )
    return float(best.x[0]), best.x[1:split], best.x[split:]
