from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from benchmarks.by_date import OURS, TRUTH, ByDate, contest
from features.history import History
from features.playbook import load_playbook
from models.metrics import log_loss
from training.simulation import simulate

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
