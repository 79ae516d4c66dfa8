"""Uncertainty: how far the log-odds of the additive part may be off, as its data were few."""

from __future__ import annotations

from typing import Self

import numpy as np
from pydantic import BaseModel, ConfigDict
from scipy.special import expit

from models.linear import LEVEL_SPREAD, SPREAD, START_SPREAD, LinearPart
from models.outcomes import Floats, Outcomes
from models.terms import Levels, Stated

FORM = 0.45
"""What a model of this form cannot tell, in log-odds, with however many rows. Settled on two unlike simulated
companies (seeds 11, 12 and 204, and 11 and 12), from 100 to 4,000 outcomes.
"""


class Uncertainty(BaseModel):
    """Standard error of log-odds.

    Attributes
    ----------
    covariance : tuple of tuple of float
        Of the level and of the coefficients of all number columns, given the data: (1 + k) by (1 + k).
    unseen : float
        Variance that number columns of which no two values were seen may still bring.

    Notes
    -----
    The normal approximation around the best coefficients (Laplace's; D. J. C. MacKay, "The evidence framework
    applied to classification networks", Neural Computation 4, 1992): with `D` the standings of the rows and a
    column of ones, `W` their weights times p (1 - p), and `S` the spreads that were expected of the
    coefficients, the covariance is the inverse of ``D'WD + diag(S)^-2``.

    Examples
    --------
    See `models.win_model.WinModel.predict_range`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    covariance: tuple[tuple[float, ...], ...]
    unseen: float

    @classmethod
    def of(cls, linear: LinearPart, values: Floats, outcomes: Outcomes) -> Self:
        """Learn it from the rows that an additive part was fitted on.

        Parameters
        ----------
        linear : LinearPart
        values : numpy.ndarray of float64, shape (n, k)
            The encoded matrix.
        outcomes : Outcomes
            Of its rows.

        Returns
        -------
        Uncertainty
        """
        numbers = [term for term in linear.terms if not isinstance(term, Levels)]
        spread = [START_SPREAD if isinstance(term, Stated) else SPREAD for term in numbers]
        unseen = sum(not isinstance(term, Stated) and len(term.values) < 2 for term in numbers)
        probability = expit(linear.log_odds(values))
        information = outcomes.weight * probability * (1 - probability)
        design = _design(linear, values)
        precision = np.einsum("ni,nj->ij", design, design * information[:, np.newaxis])
        precision += np.diag(np.array([LEVEL_SPREAD, *spread]) ** -2)
        covariance = np.linalg.inv(precision)
        return cls(covariance=tuple(map(tuple, covariance.tolist())), unseen=unseen * SPREAD**2)

    def standard_error(self, linear: LinearPart, values: Floats) -> Floats:
        """Tell how far the log-odds of rows may be off.

        Parameters
        ----------
        linear : LinearPart
            The additive part.
        values : numpy.ndarray of float64, shape (n, k)
            The encoded matrix.

        Returns
        -------
        numpy.ndarray of float64, shape (n,)
            Standard deviations, at least `FORM`.
        """
        design = _design(linear, values)
        spread = np.einsum("ni,ij->nj", design, np.array(self.covariance))
        variance = (spread * design).sum(axis=1)
        return np.asarray(np.sqrt(variance + self.unseen + FORM**2), dtype=np.float64)


def _design(linear: LinearPart, values: Floats) -> Floats:
    standings = [
        term.standing_of(values[:, place])
        for place, term in enumerate(linear.terms)
        if not isinstance(term, Levels)
    ]
    return np.column_stack([np.ones(len(values)), *standings])
