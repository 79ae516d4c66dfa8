"""Calibration of log-odds: a straight line, fitted on later data than the model was."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field
from scipy.optimize import minimize
from scipy.special import expit

from winprob.models.measure.outcomes import Floats, Outcomes
from winprob.models.win.parameters import CalibrationPriors

Value = TypeVar("Value", float, Floats)


class LogOddsCalibration(BaseModel):
    """The line logit(p) = slope · z + intercept through a model's log-odds z.

    A line in log-odds keeps explanations exact: every contribution is multiplied by the slope. Slope 1
    and intercept 0, the default, change nothing.

    Attributes
    ----------
    slope : float
        At least 0, so that a calibrated model never turns a direction round.
    intercept : float
        In log-odds.

    Notes
    -----
    The line is D. R. Cox's (Biometrika 45, 1958), known as Platt scaling. It is fitted by weighted maximum
    likelihood with normal priors around "the model is right", see `CalibrationPriors`. Steyerberg and others
    (Statistics in Medicine 23, 2004) advise to shrink a recalibration towards the model that it starts from:
    the fewer independent outcomes, the more. Where the data ask for a slope below 0 the model ranks them the
    wrong way round; the best line allowed then has slope 0, which is the same probability for everybody.

    Examples
    --------
    >>> line = LogOddsCalibration(slope=0.5, intercept=1.0)
    >>> line.apply(np.array([-2.0, 0.0, 2.0]))
    array([0., 1., 2.])
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    slope: float = Field(default=1.0, ge=0.0)
    intercept: float = 0.0

    @classmethod
    def fit(
        cls,
        log_odds: npt.ArrayLike,
        y: npt.ArrayLike,
        sample_weight: npt.ArrayLike | None = None,
        priors: CalibrationPriors = CalibrationPriors(),
    ) -> LogOddsCalibration:
        """Fit the line.

        Parameters
        ----------
        log_odds : array-like of shape (n,)
            What the model said of rows that it was not fitted on.
        y : array-like of shape (n,)
            1 for won, 0 for lost.
        sample_weight : array-like of shape (n,), optional
            How many independent outcomes each row stands for; their sum decides how much the line may depart
            from the model.
        priors : CalibrationPriors

        Raises
        ------
        ValueError
            If an outcome, weight or log-odds is not as described, or not finite.
        """
        scores, outcomes = _rows(log_odds, y, sample_weight)
        return _best_line(scores, outcomes, priors)

    def apply(self, log_odds: Value) -> Value:
        """Calibrate log-odds.

        Parameters
        ----------
        log_odds : float or numpy.ndarray of float64
            The model's own.

        Returns
        -------
        float or numpy.ndarray of float64
            Calibrated, of the same shape.
        """
        return self.slope * log_odds + self.intercept


def _rows(
    log_odds: npt.ArrayLike, y: npt.ArrayLike, sample_weight: npt.ArrayLike | None
) -> tuple[Floats, Outcomes]:
    outcomes = Outcomes.of(y, sample_weight)
    scores = np.asarray(log_odds, dtype=np.float64)
    if scores.shape != outcomes.won.shape:
        raise ValueError(
            f"calibration: expected log-odds of {len(outcomes)} rows, found shape {scores.shape}"
        )
    if not np.isfinite(scores).all():
        row = int(np.flatnonzero(~np.isfinite(scores))[0])
        raise ValueError(f"calibration: expected finite log-odds, found {scores[row]} in row {row}")
    return scores, outcomes


def _best_line(log_odds: Floats, outcomes: Outcomes, priors: CalibrationPriors) -> LogOddsCalibration:
    """Fit the line through the mean log-odds: how steep it is, and how far it lifts the mean.

    Plain sums, not products of matrices: those round differently with the number of threads.
    """
    total = outcomes.weight.sum()
    share = outcomes.weight / total
    centre = float((share * log_odds).sum())
    scores, expected = log_odds - centre, np.array([1.0, 0.0])

    penalty = 1.0 / (np.array([priors.slope, priors.mean]) ** 2 * total)

    def loss(line: Floats) -> tuple[float, Floats]:
        fitted = line[0] * scores + centre + line[1]
        surplus = share * (expit(fitted) - outcomes.won)
        departure = line - expected
        value = (share * (np.logaddexp(0.0, fitted) - outcomes.won * fitted)).sum()
        gradient = np.array([(surplus * scores).sum(), surplus.sum()]) + penalty * departure
        return float(value + (penalty * departure**2).sum() / 2.0), gradient

    exactly = {"ftol": 1e-15, "gtol": 1e-10}
    best = minimize(
        loss, expected, jac=True, method="L-BFGS-B", bounds=[(0.0, None), (None, None)], options=exactly
    )
    slope, lift = best.x.tolist()
    return LogOddsCalibration(slope=slope, intercept=centre + lift - slope * centre)
