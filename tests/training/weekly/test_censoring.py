from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from features.timeline import Floats
from training.weekly.censoring import ending_weights

WINDOW = 800.0
LOST_DAYS, WON_DAYS, WON_AT_FIRST = 190.0, 60.0, 0.6
TRUTH = WON_AT_FIRST * WON_DAYS / (WON_AT_FIRST * WON_DAYS + (1 - WON_AT_FIRST) * LOST_DAYS)
"""Share of open opportunities that will be won: those that take longer are open at more moments."""


def moments_of_a_company(seed: int, opportunities: int = 3000) -> tuple[Floats, Floats, Floats]:
    """Of moments in a window: won in the end, days to the (exponential) ending, days of follow-up."""
    rng = np.random.default_rng(seed)
    won = rng.random(opportunities) < WON_AT_FIRST
    lasting = rng.exponential(np.where(won, WON_DAYS, LOST_DAYS))
    created = rng.uniform(-2 * WINDOW, WINDOW, opportunities)
    mondays = np.arange(7.0, WINDOW, 7.0)[:, None]
    is_open = (created <= mondays) & (mondays < created + lasting)
    monday, opportunity = np.nonzero(is_open)
    at = mondays[monday, 0]
    return won[opportunity].astype(float), (created + lasting)[opportunity] - at, WINDOW - at


def test_weighted_share_of_wins_is_true_and_the_unweighted_one_is_not() -> None:
    unweighted, weighted = [], []
    for seed in range(40):
        won, days, follow_up = moments_of_a_company(seed)
        known = days <= follow_up
        weights = ending_weights(days[known], follow_up)
        unweighted.append(won[known].mean())
        weighted.append(np.average(won[known], weights=weights))
    noise = np.std(weighted) / np.sqrt(len(weighted))
    assert noise < 0.004
    assert np.mean(unweighted) > TRUTH + 0.03
    assert abs(np.mean(weighted) - TRUTH) < 3 * noise


@given(
    arrays.arrays(np.float64, st.integers(1, 30), elements=st.floats(0, 400)),
    arrays.arrays(np.float64, st.integers(1, 30), elements=st.floats(0, 400)),
    st.floats(0.01, 1.0),
)
def test_each_weight_is_the_inverse_of_the_share_that_could_see_the_ending(
    days: Floats, follow_up: Floats, least: float
) -> None:
    slow = np.array([1 / max(np.mean([seen >= day for seen in follow_up]), least) for day in days])
    weights = ending_weights(days, follow_up, least)
    assert weights == pytest.approx(slow / slow.mean(), rel=1e-12)
    assert weights.max() / weights.min() <= 1 / least + 1e-9


def test_all_weights_are_one_where_every_ending_could_be_seen() -> None:
    assert ending_weights(np.array([1.0, 5.0]), np.array([9.0, 7.0])).tolist() == [1.0, 1.0]
