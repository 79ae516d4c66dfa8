from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from benchmarks import hidden_interest
from benchmarks.contest import NAIVE_BAYES, ORACLE, Contest, dated
from benchmarks.peer_models import logistic_regression
from benchmarks.peers import verdict
from winprob.features.history import History
from winprob.features.playbook import load_playbook
from winprob.models.measure.metrics import log_loss


def contest(opportunities: int, **forecasts: float) -> Contest:
    """Two rows of each opportunity, of which every second is won; forecasts are right with some certainty."""
    won = np.repeat(np.arange(opportunities) % 2.0, 2)
    ids = np.repeat([f"D{number}" for number in range(opportunities)], 2)
    index = pd.MultiIndex.from_arrays([ids, np.arange(len(ids))], names=["opportunity_id", "as_of"])
    noise = np.random.default_rng(0).normal(0, 0.05, opportunities).repeat(2)
    said = {name: np.clip(np.abs(1 - won - right) + noise, 0.01, 0.99) for name, right in forecasts.items()}
    weight = pd.Series(np.linspace(1, 2, len(ids)), index)
    return Contest("these", pd.Series(won, index), weight, said)


def test_differences_are_those_of_the_log_losses() -> None:
    found = contest(40, model=0.7, other=0.6)
    worse = found.worse_than_ours()["other"]
    ours, other = (log_loss(found.won, p, found.weight) for p in found.forecasts.values())
    assert worse.value == pytest.approx(other - ours)
    assert worse.low < worse.value < worse.high
    assert found.worse_than_ours()["model"].high == 0


def test_intervals_are_as_wide_as_companies_differ() -> None:
    """Differences of whole opportunities: their mean has the standard error of so many opportunities."""
    rng, opportunities = np.random.default_rng(1), 400
    index = pd.MultiIndex.from_product([range(opportunities), range(5)], names=["opportunity_id", "as_of"])
    won = pd.Series(1.0, index)
    other = np.exp(-np.exp(rng.normal(-1, 0.5, opportunities))).repeat(5)
    found = Contest("these", won, won, {"model": np.full(len(won), 0.5), "other": other})
    worse = found.worse_than_ours()["other"]
    standard_error = np.log(other[::5]).std() / np.sqrt(opportunities)
    assert worse.high - worse.low == pytest.approx(2 * 1.96 * standard_error, rel=0.2)


@pytest.mark.parametrize(
    ("forecasts", "said"),
    [
        ({"model": 0.8, "forest": 0.6}, "Ours is the best."),
        ({"model": 0.8, "forest": 0.6, ORACLE: 0.9}, "Ours is the best."),
        ({"model": 0.6, "forest": 0.8}, "Ours is behind the best, forest, by 0.2"),
    ],
)
def test_the_verdict_is_about_those_who_could_know(forecasts: dict[str, float], said: str) -> None:
    assert verdict(contest(60, **forecasts)).startswith(said)


def test_a_difference_that_could_be_chance_is_noise() -> None:
    found = contest(60, model=0.7)
    jitter = np.random.default_rng(2).normal(0, 0.15, 60).repeat(2)
    nearly = np.clip(found.forecasts["model"] + 0.002 * (2 * found.won.to_numpy() - 1) + jitter, 0.05, 0.95)
    tried = Contest("these", found.won, found.weight, {"model": nearly, "twin": found.forecasts["model"]})
    assert "within noise of the best, twin" in verdict(tried)


@pytest.mark.long
def test_all_predict_the_rows_that_the_model_is_tested_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.contest.peers", lambda: {"logistic regression": logistic_regression})
    simulated = hidden_interest.simulate(200, years=1.5, seed=5)
    history = History.of(load_playbook(), simulated.tables)
    found = dated("these", history, simulated.end, simulated.win_probability)
    outcome = simulated.outcomes.set_index("opportunity_id")["outcome"]
    ids, at = (found.won.index.get_level_values(level) for level in (0, 1))
    assert (found.won == outcome.loc[ids].eq("won").to_numpy()).all()
    assert (found.forecasts[ORACLE] == simulated.win_probability(ids, at)).all()
    assert {"model", "stage", "base_rate", "logistic regression", NAIVE_BAYES} < set(found.forecasts)
    assert all(((p >= 0) & (p <= 1)).all() for p in found.forecasts.values())
    measured = found.measured()
    assert measured[ORACLE].log_loss < measured["base_rate"].log_loss
