"""Calibration of log-odds: a straight line, fitted on later data than the model was."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field
from scipy.optimize import minimize
from scipy.special import expit, logit

from models.outcomes import Floats, Outcomes

Value = TypeVar("Value", float, Floats)

SLOPE_VARIANCE = 1.0
"""How far the slope may be expected to lie from 1, as a variance: no matter with hundreds of rows."""


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
    likelihood with one penalty, (slope - 1)² / 2: a normal prior of variance 1 around "the model is right".
    Without it the slope is infinite wherever few rows are separated perfectly. Steyerberg and others
    (Statistics in Medicine 23, 2004) advise to shrink a recalibration towards the model that it starts from.
    The intercept is free: mean probability and won share agree on the rows of the fit. Where the data ask for
    a slope below 0 the model ranks them the wrong way round; the best line allowed then has slope 0, which is
    the won share for everybody.

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
        cls, log_odds: npt.ArrayLike, y: npt.ArrayLike, sample_weight: npt.ArrayLike | None = None
    ) -> LogOddsCalibration:
        """Fit the line.

        Parameters
        ----------
        log_odds : array-like of shape (n,)
            What the model said of rows that it was not fitted on.
        y : array-like of shape (n,)
            1 for won, 0 for lost.
        sample_weight : array-like of shape (n,), optional
            How many rows each row stands for.

        Returns
        -------
        LogOddsCalibration

        Raises
        ------
        ValueError
            If the rows that count have one outcome only, or a log-odds is not finite.
        """
        outcomes = Outcomes.of(y, sample_weight)
        if outcomes.only_outcome:
            raise ValueError(
                f"calibration: expected rows both won and lost, found {len(outcomes)} rows and only "
                f"{outcomes.only_outcome} among them; calibrate on a longer period"
            )
        scores = np.asarray(log_odds, dtype=np.float64)
        if scores.shape != outcomes.won.shape:
            raise ValueError(
                f"calibration: expected log-odds of {len(outcomes)} rows, found shape {scores.shape}"
            )
        if not np.isfinite(scores).all():
            row = int(np.flatnonzero(~np.isfinite(scores))[0])
            raise ValueError(f"calibration: expected finite log-odds, found {scores[row]} in row {row}")
        centre = float(np.average(scores, weights=outcomes.weight))
        slope, level = _best_line(scores - centre, outcomes)
        return cls(slope=slope, intercept=level - slope * centre)

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


def _best_line(scores: Floats, outcomes: Outcomes) -> tuple[float, float]:
    """Slope and level of the best line through scores that are centred at 0.

    Plain sums, not products of matrices: those round differently with the number of threads.
    """
    total = outcomes.weight.sum()
    share = outcomes.weight / total

    def loss(line: Floats) -> tuple[float, Floats]:
        slope, level = line
        fitted = slope * scores + level
        surplus = share * (expit(fitted) - outcomes.won)
        departure = (slope - 1.0) / (SLOPE_VARIANCE * total)
        value = (share * (np.logaddexp(0.0, fitted) - outcomes.won * fitted)).sum()
        gradient = np.array([(surplus * scores).sum() + departure, surplus.sum()])
        return float(value + departure * (slope - 1.0) / 2.0), gradient

    start = np.array([1.0, logit(outcomes.rate)])
    exactly = {"ftol": 1e-15, "gtol": 1e-10}
    best = minimize(
        loss, start, jac=True, method="L-BFGS-B", bounds=[(0.0, None), (None, None)], options=exactly
    )
    return float(best.x[0]), float(best.x[1])
