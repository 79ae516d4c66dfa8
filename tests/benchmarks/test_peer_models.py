from __future__ import annotations

import sys

import numpy as np
import pandas as pd
import pytest

from benchmarks.peer_models import (
    Make,
    hist_gradient_boosting,
    learn_and_predict,
    logistic_regression,
    peers,
    plain_lightgbm,
    random_forest,
)


def matrix(n: int, seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    stage = rng.integers(5, size=n).astype(float)
    stage[::7] = np.nan
    return pd.DataFrame(
        {
            "stage_position": stage,
            "never_recorded": np.nan,
            "source": pd.Categorical(rng.choice(["fair", "call"], n), ["fair", "call"]),
        }
    )


@pytest.mark.parametrize("make", [logistic_regression, random_forest, hist_gradient_boosting, plain_lightgbm])
def test_a_peer_learns_from_numbers_categories_and_missing_values(make: Make) -> None:
    X, later = matrix(300, seed=0), matrix(40, seed=1)
    won = ((X["stage_position"].fillna(0) >= 2) & (X["source"] == "fair")).astype(float)
    later["source"] = later["source"].cat.add_categories("tender")
    later.loc[0, "source"] = "tender"
    p = learn_and_predict(make, X, won, pd.Series(np.ones(300)), later)
    likely = ((later["stage_position"] >= 2) & (later["source"] == "fair")).to_numpy()
    assert p.shape == (40,)
    assert p[likely].mean() > p[~likely].mean() + 0.3
    assert ((p >= 0) & (p <= 1)).all()


@pytest.mark.parametrize("make", [logistic_regression, random_forest, hist_gradient_boosting, plain_lightgbm])
def test_weights_count(make: Make) -> None:
    X = matrix(200, seed=2)
    won = pd.Series(np.arange(200) % 2.0)
    for winner in (0.0, 1.0):
        weight = pd.Series(np.where(won == winner, 9.0, 1.0))
        assert learn_and_predict(make, X, won, weight, X).mean() == pytest.approx(
            0.9 if winner else 0.1, abs=0.05
        )


def test_a_peer_that_is_not_installed_is_left_out_and_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "catboost", None)
    peers.cache_clear()
    found = peers()
    peers.cache_clear()
    assert "CatBoost" not in found
    assert "plain LightGBM" in found
    assert "without CatBoost: " in capsys.readouterr().out
