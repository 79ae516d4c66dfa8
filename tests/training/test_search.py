"""A search looks at the windows before the test, and at nothing after them."""

from __future__ import annotations

from functools import cache

import pandas as pd
import pytest
from bundles import simulated_history

from winprob.features.mistake import Mistake
from winprob.models.win.win_model import WinModel
from winprob.training.fit import train
from winprob.training.search import SPACE, Searched, Trial, search

SMALL = {"trees": (5.0, 40.0), "ridge": (1.0, 20.0)}


@cache
def searched() -> Searched:
    return search(simulated_history(), trials=7, space=SMALL, seed=1)


def test_the_first_trial_is_the_usual_model_in_the_windows_of_training() -> None:
    first = searched().trials[0]
    usual = WinModel()
    assert first.parameters == {"trees": usual.trees, "ridge": usual.ridge}
    windows = [past for past in train(simulated_history()).past[:-1] if past.round.tells]
    assert first.losses == pytest.approx([past.log_loss for past in windows], abs=1e-12)


def test_the_best_is_the_lowest_of_those_that_were_run_to_the_end() -> None:
    found = searched()
    assert [trial.number for trial in found.trials] == list(range(7))
    whole = [trial for trial in found.trials if not trial.pruned]
    assert found.best.log_loss == min(trial.log_loss for trial in whole) <= found.trials[0].log_loss
    assert {len(trial.losses) for trial in whole} == {len(found.trials[0].losses)}
    assert all(len(trial.losses) <= len(found.trials[0].losses) for trial in found.trials)
    assert (found.model.trees, found.model.ridge) == tuple(found.best.parameters.values())
    assert sum(found.importance.values()) == pytest.approx(1.0)
    assert set(found.importance) == set(SMALL)


def test_each_trial_is_told_as_it_ends_and_the_same_seed_gives_the_same() -> None:
    told: list[Trial] = []
    again = search(simulated_history(), trials=2, space=SMALL, seed=1, tell=told.append)
    assert again.trials == tuple(told)
    assert [trial.losses for trial in told] == [trial.losses for trial in searched().trials[:2]]
    assert again.importance == {}


def test_the_test_window_is_never_looked_at() -> None:
    history = simulated_history()
    start = train(history).bundle.manifest.validation.test.start  # type: ignore[union-attr]
    closed = history.opportunities["closed_at"]
    later = (closed > start).to_numpy()
    assert later.any()
    turned = history.opportunities["outcome"].where(~later, "lost")
    other = history.with_table("opportunities", history.opportunities.assign(outcome=turned))
    found = search(other, trials=2, space=SMALL, seed=1)
    assert [trial.losses for trial in found.trials] == [trial.losses for trial in searched().trials[:2]]


def test_the_space_holds_the_usual_parameters() -> None:
    usual = WinModel().get_params()
    for name, (low, high) in SPACE.items():
        assert low < usual[name.replace(".", "__")] < high


def test_there_must_be_something_to_search_by() -> None:
    history = simulated_history()
    with pytest.raises(Mistake, match="trials: expected 1 or more, found 0"):
        search(history, trials=0)
    early = history.opportunities["created_at"].min() + pd.Timedelta(weeks=3)
    with pytest.raises(Mistake, match="expected deals won and lost, and others that closed later"):
        search(history, 1, early)
