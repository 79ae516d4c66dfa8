"""A model that is calibrated by how models of the past did in the windows after them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from features.timeline import Floats
from models.calibration import LogOddsCalibration
from models.win_model import WinModel
from training.dispersion import dispersion
from training.progress import Progress, silent
from training.splits import Side, Split


def fit_calibrated(model: WinModel, sides: Split, X: pd.DataFrame, progress: Progress = silent) -> WinModel:
    """Fit a model on all that is learned from, after models of the past whose errors calibrate it.

    Parameters
    ----------
    model : WinModel
        How the models are made.
    sides : Split
        What is learned from, with its rounds.
    X : pandas.DataFrame, shape (n, k)
        The matrix of the moments of ``sides.train``.
    progress : callable
        Told before each step.

    Returns
    -------
    WinModel
        The same. Without any round it is not calibrated.

    Examples
    --------
    See `training.fit.train`.
    """
    steps, log_odds = 2 + len(sides.rounds), []
    for number, each in enumerate(sides.rounds, 1):
        progress(f"calibration {number} of {len(sides.rounds)}", number, steps)
        _fit(model, sides, X, each.past)
        log_odds.append(model.decision_function(_rows_of(sides, X, each.next)))
    progress("model", steps - 1, steps)
    _fit(model, sides, X, sides.train)
    if log_odds:
        later = pd.concat([each.next.moments for each in sides.rounds])
        model.calibration_ = _calibration(np.concatenate(log_odds), later)
    progress("done", steps, steps)
    return model


def _fit(model: WinModel, sides: Split, X: pd.DataFrame, side: Side) -> None:
    model.fit(_rows_of(sides, X, side), side.moments["won"], side.moments["say"])


def _rows_of(sides: Split, X: pd.DataFrame, side: Side) -> pd.DataFrame:
    """Rows of the matrix of the training side that are of another side within it."""
    return X.iloc[sides.train.moments.index.get_indexer(side.moments.index)]


def _calibration(log_odds: Floats, moments: pd.DataFrame) -> LogOddsCalibration:
    """Fit the line; together the rows count as many times as there are independent endings."""
    independent = moments["opportunity"].nunique() / dispersion(moments, log_odds)
    weight = moments["weight"] * (independent / moments["weight"].sum())
    return LogOddsCalibration.fit(log_odds, moments["won"], weight)
