from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from benchmarks.by_date import OURS, TRUTH, ByDate, calibration_by_span, contest
from winprob.features.history import History
from winprob.features.playbook import load_playbook
from winprob.models.measure.metrics import log_loss
from winprob.models.win.win_model import WinModel
from winprob.training.fit import train
from winprob.training.simulation import simulate

WON = np.tile([1.0, 0.0, 0.0, 0.0], 50)


def by_date(**said: float) -> ByDate:
    """Half of what is sure is told by each, with some certainty."""
    return ByDate(WON, {name: np.where(WON == 1, right, 1 - right) for name, right in said.items()})


def test_losses_are_log_losses_and_worse_is_above_ours() -> None:
    found = by_date(winprob=0.8, other=0.6)
    worse = found.worse()
    assert list(worse) == ["other"]
    losses = [log_loss(pd.Series(WON), p, pd.Series(np.ones(len(WON)))) for p in found.said.values()]
    assert worse["other"].value == pytest.approx(losses[1] - losses[0])
    assert found.losses()[OURS].mean() == pytest.approx(losses[0])


def test_a_row_holds_bias_and_distance_where_the_truth_is_known() -> None:
    truth = np.full(len(WON), 0.25)
    row = ByDate(WON, {OURS: np.where(WON == 1, 0.35, 0.2), TRUTH: truth}).line()
    assert (row["seen"], row["bias"], row["distance"]) == ("0.250", "-0.0125", "0.0625")
    assert "bias" not in by_date(winprob=0.8, other=0.6).line()


def test_all_speak_of_what_is_open_and_learn_nothing_later() -> None:
    company = simulate(300, 2, seed=1)
    as_of = company.end - pd.Timedelta(weeks=20)
    history = History.of(load_playbook(), company.tables)
    [found] = contest(history, as_of, [28.0])
    known = contest(history.until(as_of), as_of, [28.0])
    assert len(found.won) == len(history.open_at(as_of))
    assert 0 < found.won.mean() < 0.5
    for name, said in next(known).said.items():
        assert said == pytest.approx(found.said[name])


def test_what_past_models_said_too_low_is_lifted() -> None:
    company = simulate(600, 3, seed=2)
    trained = train(History.of(load_playbook(), company.tables))
    line = calibration_by_span(trained.past, 60.0)
    assert line != calibration_by_span(trained.past, 10.0)
    told = [replace(each, model=Halved(each.model)) for each in trained.past]
    assert calibration_by_span(told, 60.0).intercept > line.intercept + 0.02
    assert calibration_by_span((), 60.0).apply(0.3) == 0.3


class Halved:
    """A model that says half of what another does."""

    def __init__(self, model: WinModel) -> None:
        self.model = model

    def predict_proba(self, X: pd.DataFrame) -> np.ndarray:
        return self.model.predict_proba(X) / 2
