"""Models that are calibrated by how models of the past did in the windows after them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from sklearn.base import clone

from features.timeline import Floats
from models.calibration import LogOddsCalibration
from models.win_model import WinModel
from training.dispersion import dispersion
from training.progress import Progress, silent
from training.splits import Round, Side, Split


class Fitted(NamedTuple):
    """The same recipe, before and after the test.

    Attributes
    ----------
    tested : WinModel
        Knows what was known when the test began; calibrated by the rounds before.
    served : WinModel
        Knows all that is known; calibrated by the rounds and the test.
    """

    tested: WinModel
    served: WinModel


def fit_calibrated(recipe: WinModel, sides: Split, X: pd.DataFrame, progress: Progress = silent) -> Fitted:
    """Fit models of the past, whose errors calibrate the one that is tested and the one that is served.

    Parameters
    ----------
    recipe : WinModel
        How the models are made; it is not fitted itself.
    sides : Split
        What is learned from, with its rounds and its test.
    X : pandas.DataFrame, shape (n, k)
        The matrix of the moments of ``sides.known``.
    progress : callable
        Told before each step.

    Returns
    -------
    Fitted
        A model without any round before it is not calibrated.

    Examples
    --------
    See `training.fit.train`.
    """
    steps, log_odds = 3 + len(sides.rounds), []
    for number, each in enumerate(sides.rounds, 1):
        progress(f"calibration {number} of {len(sides.rounds)}", number, steps)
        past = _fit(recipe, sides, X, each.past)
        log_odds.append(past.decision_function(_rows_of(sides, X, each.next)))
    progress("model for the test", steps - 2, steps)
    tested, rounds = _fit(recipe, sides, X, sides.train), sides.rounds
    test = Round(sides.train, sides.test)
    last = tested.decision_function(_rows_of(sides, X, sides.test)) if test.tells else None
    _calibrate(tested, rounds, log_odds)
    progress("model", steps - 1, steps)
    served = _fit(recipe, sides, X, sides.known)
    if last is not None:
        rounds, log_odds = (*rounds, test), [*log_odds, last]
    _calibrate(served, rounds, log_odds)
    progress("done", steps, steps)
    return Fitted(tested, served)


def _fit(recipe: WinModel, sides: Split, X: pd.DataFrame, side: Side) -> WinModel:
    model: WinModel = clone(recipe)
    return model.fit(_rows_of(sides, X, side), side.moments["won"], side.moments["say"])


def _rows_of(sides: Split, X: pd.DataFrame, side: Side) -> pd.DataFrame:
    """Rows of the matrix of all that is known that are of another side."""
    return X.iloc[sides.known.moments.index.get_indexer(side.moments.index)]


def _calibrate(model: WinModel, rounds: tuple[Round, ...], log_odds: list[Floats]) -> None:
    """Fit the line; together the rows count as many times as there are independent endings."""
    if not rounds:
        return
    moments, said = pd.concat([each.next.moments for each in rounds]), np.concatenate(log_odds)
    independent = moments["opportunity"].nunique() / dispersion(moments, said)
    weight = moments["weight"] * (independent / moments["weight"].sum())
    model.calibration_ = LogOddsCalibration.fit(said, moments["won"], weight)
