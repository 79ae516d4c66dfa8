from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from winprob.training.leaks.alone import alone, auc_interval, share_interval


def outcomes(rows: int, seed: int = 0) -> np.ndarray:
    return (np.random.default_rng(seed).random(rows) < 0.4).astype(float)


@pytest.mark.parametrize(
    "tell",
    [
        pytest.param(lambda won: pd.Series(won), id="as it is"),
        pytest.param(lambda won: pd.Series(-won), id="the other way round"),
        pytest.param(
            lambda won: pd.Series(np.where(won == 1, 5.0, np.tile([1.0, 9.0], len(won) // 2))), id="between"
        ),
        pytest.param(lambda won: pd.Series(np.where(won == 1, 5.0, np.nan)), id="by being there"),
        pytest.param(lambda won: pd.Series(pd.Categorical(np.where(won == 1, "b", "a"))), id="as a text"),
        pytest.param(
            lambda won: pd.Series(pd.Categorical([f"note {i}" if w else None for i, w in enumerate(won)])),
            id="by a text that is different each time",
        ),
    ],
)
def test_whatever_way_a_feature_tells_it_is_heard(tell) -> None:
    won = outcomes(200)
    assert roc_auc_score(won, alone(tell(won), won)) == 1


@pytest.mark.parametrize("levels", [2, 20, 2000])
def test_what_says_nothing_is_not_heard_however_many_values_it_has(levels: int) -> None:
    won = outcomes(2000)
    column = pd.Series(pd.Categorical(np.random.default_rng(1).integers(0, levels, 2000).astype(str)))
    assert abs(roc_auc_score(won, alone(column, won)) - 0.5) < 0.05


def test_no_row_tells_of_itself() -> None:
    """Numbers in pairs of one won and one lost: whoever looks at the own row knows the other's ending."""
    won = np.tile([1.0, 0.0], 100)
    assert roc_auc_score(won, alone(pd.Series(np.arange(200.0)), won)) < 0.65


def test_a_value_never_seen_before_is_no_error() -> None:
    won = outcomes(100)
    assert np.isfinite(alone(pd.Series([np.nan, *np.ones(99)]), won)).all()


@given(st.floats(0, 1), st.integers(10, 2000), st.integers(10, 2000))
def test_the_interval_holds_the_area_and_stays_in_range(area: float, won: int, lost: int) -> None:
    lower, upper = auc_interval(area, won, lost)
    assert 0 <= lower <= area + 1e-6
    assert area - 1e-6 <= upper <= 1


@given(st.floats(0.5, 1), st.integers(10, 500))
def test_more_opportunities_say_it_more_surely(area: float, each: int) -> None:
    lower, upper = auc_interval(area, each, each)
    closer, nearer = auc_interval(area, 4 * each, 4 * each)
    assert closer >= lower - 1e-6
    assert nearer <= upper + 1e-6


@pytest.mark.parametrize(("shift", "each"), [(1.0, 30), (2.5, 30), (2.5, 100)])
def test_the_interval_covers_the_true_area(shift: float, each: int) -> None:
    """Two normal distributions: the true area is Phi(shift / sqrt 2); Newcombe reports 95 % on average."""
    from scipy.stats import norm

    truth, random = norm.cdf(shift / np.sqrt(2)), np.random.default_rng(0)
    won = np.repeat([0.0, 1.0], each)
    covered = 0
    for _ in range(300):
        lower, upper = auc_interval(
            roc_auc_score(won, random.normal(size=2 * each) + shift * won), each, each
        )
        covered += lower <= truth <= upper
    assert covered / 300 > 0.92


def test_a_handful_told_apart_perfectly_proves_little() -> None:
    assert auc_interval(1.0, 10, 10)[0] < 0.85
    assert share_interval(10, 10)[0] < 0.75


@pytest.mark.parametrize("area", [0.0, 1e-9, 6e-8, 1 - 6e-8, 1.0])
def test_nearly_no_area_has_an_interval_that_begins_at_the_end(area: float) -> None:
    low, high = auc_interval(area, 10, 10)
    assert low <= area <= high
    assert (low == 0) == (area < 0.5)
    assert (high == 1) == (area > 0.5)
