"""Models that are calibrated by how models of the past did in the windows after them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from sklearn.base import clone

from features.timeline import Floats
from models.calibration import LogOddsCalibration
from models.win_model import WinModel
from training.dispersion import dispersion
from training.lessons import lessons
from training.progress import Progress, silent
from training.splits import Round, Side, Split


class Past(NamedTuple):
    """A model of the past.

    Attributes
    ----------
    round : Round
        What the model learned from, and the window after it, of which it knows nothing.
    model : WinModel
        Calibrated by the rounds before.
    """

    round: Round
    model: WinModel


class Fitted(NamedTuple):
    """The same recipe, again and again as time goes on.

    Attributes
    ----------
    past : tuple of Past
        In the order of time. The last one, which is tested, knows what was known when the test began.
    served : WinModel
        Knows all that is known; calibrated by the rounds and the test.
    """

    past: tuple[Past, ...]
    served: WinModel

    @property
    def tested(self) -> WinModel:
        """The model that is tested."""
        return self.past[-1].model


def fit_calibrated(recipe: WinModel, sides: Split, X: pd.DataFrame, progress: Progress = silent) -> Fitted:
    """Fit models of the past, whose errors calibrate the one that is tested and the one that is served.

    Parameters
    ----------
    recipe : WinModel
        How the models are made; it is not fitted itself.
    sides : Split
        What is learned from, with its rounds and its test.
    X : pandas.DataFrame, shape (n, k)
        The matrix of all weekly moments, of which the sides tell the places.
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
    past: list[Past] = []
    rounds, steps = (*sides.rounds, Round(sides.train, sides.test)), 3 + len(sides.rounds)
    judged: list[Round] = []
    log_odds: list[Floats] = []
    for number, each in enumerate(rounds, 1):
        calibrates = f"calibration {number} of {len(sides.rounds)}"
        progress(calibrates if number < len(rounds) else "model for the test", number, steps)
        model = _fit(recipe, X, each.past, past)
        said = model.decision_function(X.iloc[each.next.moments.index]) if each.tells else None
        _calibrate(model, judged, log_odds)
        past.append(Past(each, model))
        if said is not None:
            judged.append(each)
            log_odds.append(said)
    progress("model", steps - 1, steps)
    served = _fit(recipe, X, sides.known, past)
    _calibrate(served, judged, log_odds)
    progress("done", steps, steps)
    return Fitted(tuple(past), served)


def _fit(recipe: WinModel, X: pd.DataFrame, side: Side, past: Sequence[Past]) -> WinModel:
    """Fit a model, and set its level: moments count alike there, however many an opportunity has."""
    earlier = (past[-1].model, past[-1].round.past.opportunities) if past else (None, 0)
    rows = lessons(side, X, *earlier)
    own = X.iloc[rows.index]
    model: WinModel = clone(recipe)
    model.fit(own, rows["won"], rows["say"])
    if len(rows):
        said = model.decision_function(own)
        model.calibration_ = LogOddsCalibration.fit_level(said, rows["won"], rows["weight"])
    return model


def _calibrate(model: WinModel, rounds: Sequence[Round], log_odds: Sequence[Floats]) -> None:
    """Fit the line; together the rows count as many times as there are independent endings."""
    if not rounds:
        return
    moments, said = pd.concat([each.next.moments for each in rounds]), np.concatenate(log_odds)
    independent = moments["opportunity"].nunique() / dispersion(moments, said)
    weight = moments["weight"] * (independent / moments["weight"].sum())
    line = LogOddsCalibration.fit(said, moments["won"], weight)
    model.calibration_ = line.after(model.calibration_)
