from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from benchmarks.hidden_interest.chain import Chain
from benchmarks.hidden_interest.deals import Deals

CHAIN = Chain(
    step=np.array([[0.8, 0.2, 0.0], [0.1, 0.6, 0.3], [0.0, 0.3, 0.7]]),
    win=np.array([0.0, 0.05, 0.2]),
    lose=np.array([0.1, 0.05, 0.02]),
)
SIGN = np.array([[0.7, 0.5, 0.1], [0.2, 0.2, 0.3], [0.1, 0.3, 0.6]])
FIRST = np.array([0.5, 0.3, 0.2])
OPEN = 2
WEEKS = 4


def beginning(n: int, rng: np.random.Generator) -> Deals:
    state = rng.choice(3, n, p=FIRST)
    return Deals.unrecorded(np.arange(n), state, np.tile(FIRST, (n, 1)), roles=1, rivals=1, checkpoints=1)


def enumerated(seen: list[int]) -> float:
    """Chance to win in the end, over every path that the hidden state can have taken."""
    probability = np.zeros(3)
    for path in product(range(3), repeat=len(seen)):
        likely = FIRST[path[0]] * SIGN[seen[0], path[0]]
        for before, now, sign in zip(path, path[1:], seen[1:], strict=False):
            likely *= CHAIN.ending[OPEN, before] * CHAIN.step[before, now] * SIGN[sign, now]
        probability[path[-1]] += likely
    return float(probability @ CHAIN.wins_in_the_end / probability.sum())


def test_the_belief_is_that_of_an_enumeration_of_all_paths() -> None:
    rng = np.random.default_rng(1)
    deals = beginning(60, rng)
    seen = deals.draw(SIGN, rng)[:, None]
    for _ in range(WEEKS):
        goes_on = deals.draw(CHAIN.ending, rng) == OPEN
        deals, seen = deals.take(goes_on), seen[goes_on]
        deals.wander(CHAIN, rng)
        seen = np.column_stack([seen, deals.draw(SIGN, rng)])
    expected = [enumerated(list(signs)) for signs in seen]
    assert len(expected) > 10
    np.testing.assert_allclose(deals.belief @ CHAIN.wins_in_the_end, expected, atol=1e-12)


def test_signs_are_seen_as_often_as_the_state_shows_them() -> None:
    rng = np.random.default_rng(2)
    deals = beginning(30_000, rng)
    seen = deals.draw(SIGN, rng)
    for state in range(3):
        shares = np.bincount(seen[deals.state == state], minlength=3) / (deals.state == state).sum()
        np.testing.assert_allclose(shares, SIGN[:, state], atol=0.02)


def test_states_are_as_frequent_as_believed() -> None:
    rng = np.random.default_rng(3)
    deals = beginning(30_000, rng)
    deals.draw(SIGN, rng)
    deals.wander(CHAIN, rng)
    share = np.bincount(deals.state, minlength=3) / len(deals)
    np.testing.assert_allclose(share, deals.belief.mean(axis=0), atol=0.015)


def test_each_deal_may_have_chances_of_its_own() -> None:
    deals = beginning(2, np.random.default_rng(4))
    never_always = np.array([[[1.0] * 3, [0.0] * 3], [[0.0] * 3, [1.0] * 3]])
    assert deals.draw(never_always, np.random.default_rng(0)).tolist() == [0, 1]
    assert deals.belief == pytest.approx(np.tile(FIRST, (2, 1)))


def test_parts_are_put_together_in_order() -> None:
    deals = beginning(5, np.random.default_rng(5))
    again = Deals.concatenate([deals.take(np.array([3, 4])), deals.take(np.arange(3))])
    assert again.number.tolist() == [3, 4, 0, 1, 2]
    assert len(again) == 5
