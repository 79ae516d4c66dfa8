"""Models that are calibrated by how models of the past did in the windows after them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import NamedTuple

import numpy as np
import pandas as pd

from winprob.features.timeline import Floats
from winprob.models.closing.closing_times import ClosingTimes
from winprob.models.measure.metrics import log_loss
from winprob.models.win.calibrated import CalibratedClassifier
from winprob.training.learn.closing import learn_closing_times
from winprob.training.learn.fitting import FitMap, FitTask, FittedModel, fit
from winprob.training.progress import Progress, silent
from winprob.training.weekly.splits import Round, Split

MOST_SNAPSHOTS = 1500
"""Snapshots that the closing times of a model of the past are learned from, so that it takes a second."""


@dataclass(frozen=True, eq=False)
class Past:
    """A model of the past.

    Attributes
    ----------
    round : Round
        What the model learned from, and the window after it, of which it knows nothing.
    model : CalibratedClassifier
        Calibrated by the rounds before.
    log_odds : numpy.ndarray of float64, shape (n,)
        What it predicted of the window before it was calibrated.
    """

    round: Round
    model: CalibratedClassifier
    log_odds: Floats

    @property
    def log_loss(self) -> float:
        """Of its calibrated predictions of the window."""
        window = self.round.next
        probability = self.model.predict_proba(window.X)[:, 1]
        return log_loss(window.rows["won"], probability, window.rows["weight"])

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
    served : CalibratedClassifier
        Knows all that is known; calibrated by the rounds and the test.
    """

    past: tuple[Past, ...]
    served: CalibratedClassifier

    @property
    def tested(self) -> CalibratedClassifier:
        """The model that is tested."""
        return self.past[-1].model


def fit_calibrated(
    recipe: CalibratedClassifier, sides: Split, progress: Progress = silent, fit_map: FitMap = map
) -> Fitted:
    """Fit models of the past, whose errors calibrate the one that is tested and the one that is served.

    Parameters
    ----------
    recipe : CalibratedClassifier
        How the models are made; it is not fitted itself.
    sides : Split
        What is learned from, with its rounds and its test.
    progress : callable
        Told before each step.
    fit_map : callable
        Has the models fitted, see `winprob.training.learn.fitting`; one after the other if left out.

    Returns
    -------
    Fitted
        A model without any round before it is not calibrated.
    """
    rounds, steps = (*sides.rounds, Round(sides.train, sides.test)), 3 + len(sides.rounds)
    served = (FitTask.of(recipe, side) for side in (sides.known,))
    fitted = fit_map(fit, chain(_tasks(recipe, rounds), served))
    past: list[Past] = []
    for number, each in enumerate(rounds, 1):
        calibrates = f"calibration {number} of {len(sides.rounds)}"
        progress(calibrates if number < len(rounds) else "model for the test", number, steps)
        past.append(_past(each, next(fitted), past))
    progress("model", steps - 1, steps)
    model = _calibrated(next(fitted).model, past)
    progress("done", steps, steps)
    return Fitted(tuple(past), model)


def past_models(recipe: CalibratedClassifier, rounds: Sequence[Round]) -> Iterator[Past]:
    """Fit a model for each round, one after the other, calibrated by those before it.

    Parameters
    ----------
    recipe : CalibratedClassifier
        How the models are made; it is not fitted itself.
    rounds : sequence of Round
        In the order of time.
    """
    past: list[Past] = []
    for each, task in zip(rounds, _tasks(recipe, rounds), strict=True):
        past.append(_past(each, fit(task), past))
        yield past[-1]


def _tasks(recipe: CalibratedClassifier, rounds: Sequence[Round]) -> Iterator[FitTask]:
    """The tasks, each made when it is taken: its rows are a copy."""
    return (FitTask.of(recipe, each.past, each.next) for each in rounds)


def _past(each: Round, fitted: FittedModel, before: Sequence[Past]) -> Past:
    return Past(each, _calibrated(fitted.model, before), fitted.log_odds)


def _calibrated(model: CalibratedClassifier, past: Sequence[Past]) -> CalibratedClassifier:
    telling = [each for each in past if each.round.tells]
    if not telling:
        return model
    rows = pd.concat([each.round.next.rows for each in telling])
    log_odds = np.concatenate([each.log_odds for each in telling])
    return model.calibrate(log_odds, rows["won"], calibration_weight(rows))


def calibration_weight(rows: pd.DataFrame) -> pd.Series[float]:
    """Weight rows so that together they count as many times as there are opportunities.

    Parameters
    ----------
    rows : pandas.DataFrame
        With ``opportunity`` and ``weight``, as of a `winprob.training.weekly.splits.Side`.

    Examples
    --------
    >>> calibration_weight(pd.DataFrame({"opportunity": [1, 1, 2], "weight": [3.0, 3.0, 6.0]})).tolist()
    [0.5, 0.5, 1.0]
    """
    return rows["weight"] * (rows["opportunity"].nunique() / rows["weight"].sum())
