"""Models that are calibrated by how models of the past did in the windows after them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import expit
from sklearn.base import clone

from winprob.features.timeline import Floats
from winprob.models.closing.closing_times import ClosingTimes
from winprob.models.win.win_model import WinModel
from winprob.training.learn.closing import learn_closing_times
from winprob.training.progress import Progress, silent
from winprob.training.weekly.splits import Round, Side, Split

MOST_SNAPSHOTS = 1500
"""Snapshots that the closing times of a model of the past are learned from, so that it takes a second."""


@dataclass(frozen=True, eq=False)
class Past:
    """A model of the past.

    Attributes
    ----------
    round : Round
        What the model learned from, and the window after it, of which it knows nothing.
    model : WinModel
        Calibrated by the rounds before.
    log_odds : numpy.ndarray of float64, shape (n,)
        What it predicted of the window before it was calibrated.
    """

    round: Round
    model: WinModel
    log_odds: Floats

    @cached_property
    def closing_times(self) -> ClosingTimes | None:
        """When opportunities close, as known when the window began; none if nothing had closed."""
        side = self.round.past
        return learn_closing_times(side.snapshots, side.end, MOST_SNAPSHOTS)


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


def fit_calibrated(recipe: WinModel, sides: Split, progress: Progress = silent) -> Fitted:
    """Fit models of the past, whose errors calibrate the one that is tested and the one that is served.

    Parameters
    ----------
    recipe : WinModel
        How the models are made; it is not fitted itself.
    sides : Split
        What is learned from, with its rounds and its test.
    progress : callable
        Told before each step.

    Returns
    -------
    Fitted
        A model without any round before it is not calibrated.
    """
    past: list[Past] = []
    rounds, steps = (*sides.rounds, Round(sides.train, sides.test)), 3 + len(sides.rounds)
    for number, each in enumerate(rounds, 1):
        calibrates = f"calibration {number} of {len(sides.rounds)}"
        progress(calibrates if number < len(rounds) else "model for the test", number, steps)
        model = _fit(recipe, each.past)
        log_odds = model.decision_function(each.next.X) if len(each.next) else np.empty(0)
        past.append(Past(each, _calibrated(model, past), log_odds))
    progress("model", steps - 1, steps)
    served = _calibrated(_fit(recipe, sides.known), past)
    progress("done", steps, steps)
    return Fitted(tuple(past), served)


def _fit(recipe: WinModel, side: Side) -> WinModel:
    model: WinModel = clone(recipe)
    return model.fit(side.X, side.rows["won"], side.rows["sample_weight"])


def _calibrated(model: WinModel, past: Sequence[Past]) -> WinModel:
    """Fit the line; together the rows count as many times as there are independent outcomes."""
    telling = [each for each in past if each.round.tells]
    if not telling:
        return model
    rows = pd.concat([each.round.next.rows for each in telling])
    log_odds = np.concatenate([each.log_odds for each in telling])
    independent = rows["opportunity"].nunique() / dispersion(rows, log_odds)
    weight = rows["weight"] * (independent / rows["weight"].sum())
    return model.calibrate(log_odds, rows["won"], weight)


def dispersion(moments: pd.DataFrame, log_odds: Floats) -> float:
    """Tell how much more the won share varies from week to week than that of independent endings would.

    Deals are booked at the ends of quarters and dropped in reviews: the endings of a week have causes in
    common. With the opportunity's mean predicted probability `p`, week `w` of the ending and `W` such weeks,

        ``sum over w of (sum of won - p)^2 / sum over all of p (1 - p)``

    is 1 on average if endings are independent and `p` is right, and about the size of a batch if batches end
    alike: the dispersion of quasi-likelihood (McCullagh and Nelder, "Generalized Linear Models", 1989, 4.5).
    What `p` gets wrong for a whole week is part of it, as it should be.

    Parameters
    ----------
    moments : pandas.DataFrame
        With ``opportunity``, ``closed_at`` (UTC) and ``won``, as of a `winprob.training.weekly.splits.Side`.
    log_odds : numpy.ndarray of float64, shape (n,)
        What a model that had not seen them said of these rows.

    Returns
    -------
    float
        At least 1.

    Examples
    --------
    Two weeks of four endings at even odds: independent looking ones, then batches that end alike.

    >>> import numpy as np
    >>> week = pd.to_datetime(["2026-01-05"] * 4 + ["2026-01-12"] * 4, utc=True)
    >>> moments = pd.DataFrame({"opportunity": range(8), "closed_at": week, "won": [0, 1, 0, 1] * 2})
    >>> dispersion(moments, np.zeros(8)), dispersion(moments.assign(won=[1] * 4 + [0] * 4), np.zeros(8))
    (1.0, 4.0)
    """
    each = (
        pd.DataFrame({"won": moments["won"].to_numpy(), "probability": expit(log_odds)})
        .assign(opportunity=moments["opportunity"].to_numpy(), closed_at=moments["closed_at"].to_numpy())
        .groupby("opportunity")
        .agg({"won": "first", "probability": "mean", "closed_at": "first"})
    )
    surplus = (each["won"] - each["probability"]).groupby(each["closed_at"].dt.floor("7D")).sum()
    independent = each["probability"] * (1 - each["probability"])
    return max(1.0, float((surplus**2).sum() / independent.sum()))
