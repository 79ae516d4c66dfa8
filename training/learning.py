"""Learn from a history all that answers rest on: what is trained, and what is replayed, alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd

from features.build import build
from features.history import History
from models.knowledge import Knowledge
from models.rules import StageWinRates
from models.win_model import WinModel
from training.closing import learn_closing_times
from training.moments import weekly_moments
from training.movement import learn_movement
from training.progress import Progress, silent
from training.recipe import untrained
from training.rolling_origin import Past, fit_calibrated
from training.splits import CUTS, Split, split


class Learned(NamedTuple):
    """What was learned, and how it was come by.

    Attributes
    ----------
    sides : Split
        What was learned from, and what the tested model is tested on.
    X : pandas.DataFrame, shape (n, k)
        The matrix of all weekly moments, of which the sides tell the places.
    past : tuple of Past
        Models of the same recipe, in the order of time; the last one knows nothing of the test.
    knowledge : Knowledge
        What is served; it learned from all that is known.
    """

    sides: Split
    X: pd.DataFrame
    past: tuple[Past, ...]
    knowledge: Knowledge

    @property
    def tested(self) -> WinModel:
        """The model that is tested."""
        return self.past[-1].model


def learn(
    history: History, cuts: Sequence[float] = CUTS, seed: int = 0, progress: Progress = silent
) -> Learned:
    """Learn from all that a history holds.

    Parameters
    ----------
    history : History
        What is known; at least one opportunity.
    cuts : sequence of float
        See `training.splits.split`.
    seed : int
        The same history and seed give the same models to the last bit.
    progress : callable
        Told before each step.

    Returns
    -------
    Learned

    Examples
    --------
    See `training.fit.train`.
    """
    end = history.last_event
    sides = split(history, end, cuts)
    rows = sides.known.moments
    X = build(history, moments=weekly_moments(history, end))
    fitted = fit_calibrated(untrained(history.playbook, history.attributes, seed), sides, X, progress)
    knowledge = Knowledge(
        model=fitted.served,
        playbook=history.playbook,
        attributes=history.attributes,
        stage_win_rates=StageWinRates.fit(X.iloc[rows.index], rows["won"], rows["weight"]),
        closing_times=learn_closing_times(history, end),
        movement=learn_movement(history, fitted.past),
    )
    return Learned(sides, X, fitted.past, knowledge)
