from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import brentq
from scipy.special import expit, ndtri

from winprob.models.forecast.scenarios import ONE_BY_ONE, SCENARIOS, Scenarios


def plainly(
    common_factor: float, change: float, chance: np.ndarray, amount: np.ndarray, times: int
) -> np.ndarray:
    """One scenario after the other, deal by deal, all drawn anew."""
    random = np.random.default_rng(0)
    factors = ndtri((np.arange(500) + 0.5) / 500)

    def keeping(each: float) -> float:
        return brentq(lambda own: expit(own + common_factor * factors).mean() - each, -60, 60)

    kept = np.array([keeping(each) for each in chance])
    sums = []
    for _ in range(times):
        together = common_factor * random.standard_normal()
        won = random.random(len(chance)) < expit(kept + together)
        became = amount * np.exp(change * random.standard_normal(len(chance)) - change**2 / 2)
        sums.append((won * became).sum())
    return np.array(sums)


def deals(count: int, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    return random.beta(0.7, 3.0, count), random.lognormal(0.0, 1.2, count)


def sums(scenarios: Scenarios, chance: np.ndarray, amount: np.ndarray) -> np.ndarray:
    [found] = scenarios.sums(np.zeros(len(chance), dtype=np.int64), 1, chance, amount)
    return found


@pytest.mark.parametrize(
    ("count", "common_factor", "change"),
    [(3, 0.5, 0.3), (ONE_BY_ONE, 0.0, 0.0), (150, 0.0, 0.5), (150, 0.4, 0.0), (600, 1.5, 0.3)],
)
def test_the_ranges_are_those_of_a_plain_monte_carlo_loop(
    count: int, common_factor: float, change: float
) -> None:
    chance, amount = deals(count)
    found = sums(Scenarios(common_factor, change), chance, amount)
    plain = plainly(common_factor, change, chance, amount, 8_000)
    shares = np.array([0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975])
    below = [(plain <= value + 1e-9).mean() for value in np.quantile(found, shares)]
    surely_below = [(plain < value - 1e-9).mean() for value in np.quantile(found, shares)]
    assert (below > shares - 0.02).all()
    assert (surely_below < shares + 0.02).all()


@given(st.integers(1, 200), st.floats(0.0, 2.0), st.integers(0, 5))
def test_the_mean_is_the_sum_of_chance_times_amount(count: int, common_factor: float, seed: int) -> None:
    chance, amount = deals(count, seed)
    found = sums(Scenarios(common_factor, 0.2), chance, amount)
    noise = np.sqrt((amount**2 * chance * 1.05).sum() / SCENARIOS)
    assert found.mean() == pytest.approx((chance * amount).sum(), rel=0.003, abs=5 * noise)


def test_deals_that_move_together_do_not_even_out() -> None:
    chance, amount = np.full(1_000, 0.2), np.ones(1_000)
    apart, together = (
        sums(Scenarios(common_factor, 0.0), chance, amount).std() for common_factor in (0.0, 0.5)
    )
    assert apart == pytest.approx(np.sqrt(160), rel=0.03)
    assert together == pytest.approx(0.5 * 160, rel=0.1)


def test_a_sum_does_not_depend_on_the_others() -> None:
    chance, amount = deals(400)
    cell = np.arange(400) % 3
    scenarios = Scenarios(0.3, 0.2)
    together = list(scenarios.sums(cell, 4, chance, amount))
    for number in range(3):
        alone = sums(Scenarios(0.3, 0.2), chance[cell == number], amount[cell == number])
        np.testing.assert_allclose(together[number], alone)
    assert not together[3].any()


@given(
    st.lists(st.tuples(st.sampled_from([0.0, 0.3, 1.0]), st.sampled_from([0.0, 1.0, 1e9])), max_size=60),
    st.floats(0.0, 2.0),
)
def test_no_sum_is_negative_and_what_is_sure_is_in_all(
    rows: list[tuple[float, float]], common_factor: float
) -> None:
    chance, amount = np.array(rows, dtype=np.float64).reshape(-1, 2).T
    found = sums(Scenarios(common_factor, 0.0), chance, amount)
    assert found.shape == (SCENARIOS,)
    assert (found >= 0).all()
    if len(rows) <= ONE_BY_ONE:
        assert (found >= amount[chance == 1.0].sum() * (1 - 1e-12)).all()
        assert (found <= amount[chance > 0.0].sum() * (1 + 1e-12)).all()


def test_nothing_open_comes_to_nothing() -> None:
    none = np.empty(0)
    assert not sums(Scenarios(0.2, 0.2), none, none).any()
