from __future__ import annotations

import pickle

import numpy as np
from bundles import simulated_history
from sklearn.base import clone

from winprob.models.win.win_model import WinModel
from winprob.training.learn.fitting import FitTask, fit
from winprob.training.weekly.snapshots import Snapshots
from winprob.training.weekly.splits import split

RECIPE = WinModel(trees=5)


def test_a_task_that_was_sent_gives_the_model_of_its_rows() -> None:
    second = split(Snapshots.weekly(simulated_history())).rounds[1]
    side, window = second.past, second.next
    task = FitTask.of(RECIPE, side, window)
    found = fit(pickle.loads(pickle.dumps(task)))
    rows = side.rows
    model = clone(RECIPE).fit(side.X, rows["won"], rows["sample_weight"])
    np.testing.assert_array_equal(found.log_odds, model.decision_function(window.X))
    assert found.model.blend_.trees.model_to_string() == model.blend_.trees.model_to_string()
    assert not hasattr(task.recipe, "blend_")


def test_without_a_window_after_it_nothing_is_predicted() -> None:
    sides = split(Snapshots.weekly(simulated_history()))
    assert not len(fit(FitTask.of(RECIPE, sides.known)).log_odds)
