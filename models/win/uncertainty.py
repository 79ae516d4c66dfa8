"""Uncertainty: how far the log-odds of the additive part may be off, as its data were few."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
from pydantic import BaseModel, ConfigDict
from scipy.special import expit

from winprob.models.measure.outcomes import Floats, Outcomes
from winprob.models.win.imputed import Imputed
from winprob.models.win.linear import LinearPart, LinearRows
from winprob.models.win.parameters import Priors
from winprob.models.win.terms import Curve, Levels, Stated


class Uncertainty(BaseModel):
    """Standard error of log-odds.

    Attributes
    ----------
    covariance : tuple of tuple of float
        Of the intercept and of the coefficients of all number columns, given the data: (1 + k) by (1 + k).
    unseen : float
        Variance that number columns of which no two values were seen may still bring.
    of_levels : tuple of float
        For each column the variance of a level's coefficient around that of the mean level; 0 for numbers.
    misfit : float
        Variance that a model of this form cannot tell, see `winprob.models.win.parameters.Priors`.
    of_trees : float
        Mean square, over the rows of the fit, of what the trees add to what the additive part adds; 0 without
        trees.

    Notes
    -----
    The normal approximation around the best coefficients (Laplace's; D. J. C. MacKay, "The evidence framework
    applied to classification networks", Neural Computation 4, 1992): with `D` the rank scores of the rows and
    a column of ones, `W` their weights times p (1 - p), and `S` the spreads that were expected of the
    coefficients, the covariance is the inverse of ``D'WD + diag(S)^-2``.

    Where something is not recorded, the variance is the mean of that over what may be there, and the variance
    of the log-odds over what may be there (the law of total variance). With rank scores of mean `m` and
    covariance `C` given what is recorded, coefficients `b` and their covariance `V`, it is
    ``m'Vm + tr(VC) + b'Cb``. On top comes what the trees add to that, by the share
    of it that is not believed then.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    covariance: tuple[tuple[float, ...], ...]
    unseen: float
    of_levels: tuple[float, ...]
    misfit: float
    of_trees: float

    @classmethod
    def of(
        cls,
        rows: LinearRows,
        outcomes: Outcomes,
        of_trees: float,
        priors: Priors,
    ) -> Self:
        """Learn it from the rows that an additive part was fitted on.

        Parameters
        ----------
        rows : LinearRows
        outcomes : Outcomes
            Of the rows.
        of_trees : float
            As in `Uncertainty`.
        priors : Priors
            That it was fitted with.
        """
        numbers = [term for term in rows.linear.terms if not isinstance(term, Levels)]
        spread = [priors.stated_slope if isinstance(term, Stated) else priors.coefficient for term in numbers]
        unseen = sum(not isinstance(term, Stated) and len(term.values) < 2 for term in numbers)
        probability = expit(rows.log_odds)
        information = outcomes.weight * probability * (1 - probability)
        design = rows.design
        precision = np.einsum("ni,nj->ij", design, design * information[:, np.newaxis])
        precision += np.diag(np.array([priors.intercept, *spread]) ** -2)
        covariance = np.linalg.inv(precision)
        return cls(
            covariance=tuple(map(tuple, covariance.tolist())),
            unseen=unseen * priors.coefficient**2,
            of_levels=_of_levels(rows, outcomes.weight, information, priors),
            misfit=priors.misfit**2,
            of_trees=of_trees,
        )

    def standard_error(self, linear: LinearPart, imputed: Imputed, doubted: Floats) -> Floats:
        """Tell how far the log-odds of rows may be off.

        Parameters
        ----------
        linear : LinearPart
            The additive part.
        imputed : Imputed
            The matrix, with what is not recorded in it.
        doubted : numpy.ndarray of float64, shape (n,)
            Share of the trees that is not believed because of what is not recorded.

        Returns
        -------
        numpy.ndarray of float64, shape (n,)
            Standard deviations, at least that of `misfit`.
        """
        design = linear.evaluate(imputed.values).design
        spread = np.einsum("ni,ij->nj", design, self._arrays.covariance)
        variance = (spread * design).sum(axis=1) + self.unseen + self.misfit
        gaps = imputed.total + self._of_coefficients(linear, imputed) + doubted**2 * self.of_trees
        return np.asarray(np.sqrt(variance + gaps), dtype=np.float64)

    @cached_property
    def _arrays(self) -> _Arrays:
        return _Arrays(np.array(self.covariance), np.array(self.of_levels))

    def _of_coefficients(self, linear: LinearPart, imputed: Imputed) -> Floats:
        """tr(VC), shape (n,)."""
        variance, numbers = np.zeros(len(imputed.values)), imputed.numbers
        coefficients = self._arrays.covariance[1:, 1:]
        for gap in imputed.unrecorded:
            own = numbers[gap.columns]
            missing = np.flatnonzero(gap.columns & numbers).tolist()
            scale = [_rank_score_unit(linear.terms[place], imputed.effect[place]) for place in missing]
            rank_scores = gap.covariance[np.ix_(own, own)] * np.outer(scale, scale)
            places = gap.columns[numbers]
            of_levels = self._arrays.of_levels[gap.columns].sum()
            variance[gap.rows] = (coefficients[np.ix_(places, places)] * rank_scores).sum() + of_levels
        return variance


@dataclass(frozen=True, eq=False)
class _Arrays:
    covariance: Floats
    of_levels: Floats


def _of_levels(rows: LinearRows, weight: Floats, information: Floats, priors: Priors) -> tuple[float, ...]:
    """tr(VC) of each category, with the coefficients of its levels taken one by one."""
    variance = np.zeros(len(rows.linear.terms))
    for place, term in enumerate(rows.linear.terms):
        known = ~np.isnan(rows.values[:, place])
        if isinstance(term, Levels) and known.any():
            level = rows.values[known, place].astype(np.intp)
            share = np.bincount(level, weight[known]) / weight[known].sum()
            alone = 1 / (np.bincount(level, information[known]) + priors.coefficient**-2)
            variance[place] = (alone * share * (1 - share)).sum()
    return tuple(variance.tolist())


def _rank_score_unit(term: Curve | Stated | Levels, effect: float) -> float:
    """How far the rank score of a column goes with a standard deviation of what it adds."""
    if isinstance(term, Curve):
        return float(len(term.values) > 1)
    return effect / term.slope if isinstance(term, Stated) and term.slope > 0 else 0.0
