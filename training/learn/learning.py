"""Learn from a history all that answers rest on: what is trained, and what is replayed, alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sklearn.base import ClassifierMixin

from winprob.features.history import History
from winprob.models.bundle.trained_model import TrainedModel
from winprob.models.measure.rules import StageWinRates
from winprob.models.own_estimator.own_estimator import Contributions
from winprob.models.win.calibrated import CalibratedClassifier
from winprob.training.learn.closing import learn_closing_times
from winprob.training.learn.common_factor import learn_common_factor
from winprob.training.learn.fitting import FitMap
from winprob.training.learn.recipe import untrained
from winprob.training.learn.rolling_origin import Past, fit_calibrated
from winprob.training.progress import Progress, silent
from winprob.training.weekly.snapshots import MOST_SNAPSHOTS, Snapshots
from winprob.training.weekly.splits import CUTS, Split, split


class Learned(NamedTuple):
    """What was learned, and how it was come by.

    Attributes
    ----------
    sides : Split
        What was learned from, and what the tested model is tested on.
    past : tuple of Past
        Models of the same recipe, in the order of time; the last one knows nothing of the test.
    trained_model : TrainedModel
        What is served; it learned from all that is known.
    """

    sides: Split
    past: tuple[Past, ...]
    trained_model: TrainedModel

    @property
    def tested(self) -> CalibratedClassifier:
        """The model that is tested."""
        return self.past[-1].model


def learn(
    history: History,
    cuts: Sequence[float] = CUTS,
    seed: int | None = None,
    progress: Progress = silent,
    model: ClassifierMixin | None = None,
    explain: Contributions = "shap",
    fit_map: FitMap = map,
) -> Learned:
    """Learn from all that a history holds.

    Parameters
    ----------
    history : History
        What is known; at least one opportunity.
    cuts : sequence of float
        See `winprob.training.weekly.splits.split`.
    seed : int, optional
        The same history and seed give the same models to the last bit; the model's own if left out.
    progress : callable
        Told before each step.
    model : classifier, optional
        Whose parameters all models have, see `winprob.training.learn.recipe.untrained`.
    explain : {"shap", "none"}
        See there.
    fit_map : callable
        Has the models fitted, see `winprob.training.learn.fitting`.
    """
    snapshots = Snapshots.weekly(history, history.last_event, MOST_SNAPSHOTS)
    sides = split(snapshots, cuts)
    recipe = untrained(history.playbook, history.attributes, seed, model, explain)
    fitted = fit_calibrated(recipe, sides, progress, fit_map)
    rows = sides.known.rows
    trained_model = TrainedModel(
        model=fitted.served,
        playbook=history.playbook,
        attributes=history.attributes,
        stage_win_rates=StageWinRates.fit(sides.known.X, rows["won"], rows["weight"]),
        closing_times=learn_closing_times(snapshots),
        common_factor=learn_common_factor(fitted.past),
    )
    return Learned(sides, fitted.past, trained_model)
