from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from winprob.models.measure.metrics import log_loss
from winprob.models.win import boosting
from winprob.models.win.blend import Blend
from winprob.models.win.win_model import WinModel


def additive(rows: int, seed: int = 0) -> tuple[pd.DataFrame, np.ndarray]:
    draw = np.random.default_rng(seed)
    X = pd.DataFrame(draw.normal(size=(rows, 12)), columns=[f"x{place}" for place in range(12)])
    return X, (draw.random(rows) < expit(0.5 * X.sum(axis=1))).astype(float)


def fit(X: pd.DataFrame, won: np.ndarray, weight: np.ndarray | None = None) -> Blend:
    return WinModel().fit(X, won, weight).blend_


def test_it_is_the_mean_of_its_parts_by_their_shares() -> None:
    X, won = additive(400)
    blend = fit(X, won)
    assert blend.share == pytest.approx(0.4)
    values = blend.columns.encode(X)
    assert blend.trees is not None
    trees, linear = boosting.log_odds(blend.trees, values), blend.linear.log_odds(values)
    assert abs(trees - linear).max() > 0.1
    np.testing.assert_allclose(blend.evaluate(X).log_odds, 0.4 * trees + 0.6 * linear, rtol=0, atol=1e-12)
    base, contributions = blend.evaluate(X).contributions
    np.testing.assert_allclose(
        base + contributions.sum(axis=1), blend.evaluate(X).log_odds, rtol=0, atol=1e-9
    )


@pytest.mark.parametrize(("outcomes", "share"), [(20, 0.0833), (1200, 0.4615), (40_000, 0.4988)])
def test_the_more_independent_outcomes_the_more_the_trees_have_to_say(outcomes: int, share: float) -> None:
    X, won = additive(100)
    found = fit(X, won, np.full(100, outcomes / 100))
    assert found.share == pytest.approx(share, abs=1e-3)


def test_what_only_adds_up_is_learned_from_few_rows() -> None:
    X, won = additive(4000)
    blend = fit(X[:400], won[:400])
    assert blend.trees is not None
    trees = expit(boosting.log_odds(blend.trees, blend.columns.encode(X[400:])))
    assert log_loss(won[400:], expit(blend.evaluate(X[400:]).log_odds)) < log_loss(won[400:], trees) - 0.02


def test_with_one_outcome_there_are_no_trees() -> None:
    X = pd.DataFrame({"stated": [0.25, 0.75]})
    blend = WinModel(start="stated").fit(X, [1.0, 1.0]).blend_
    assert (blend.trees, blend.share) == (None, 0.0)
    assert (blend.evaluate(X).log_odds == blend.linear.log_odds(blend.columns.encode(X))).all()


def test_it_knows_which_columns_always_had_a_value() -> None:
    X = pd.DataFrame(
        {"a": [1.0, 2.0, 3.0], "b": [1.0, None, 3.0], "c": ["x", "y", "x"], "d": ["x", None, "y"]}
    )
    assert WinModel(trees=5).fit(X, [0, 1, 1]).blend_.always_recorded == {"a", "c"}
    assert WinModel(start="a").fit(X[["a"]][:0], []).blend_.always_recorded == set()
