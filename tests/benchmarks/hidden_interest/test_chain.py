from __future__ import annotations

import numpy as np
import pytest

from benchmarks.hidden_interest.chain import Chain
from benchmarks.hidden_interest.states import POSITIONS

CHAIN = Chain.of_sales()


def test_every_state_goes_somewhere() -> None:
    np.testing.assert_allclose(CHAIN.step.sum(axis=1), 1.0)
    np.testing.assert_allclose(CHAIN.ending.sum(axis=0), 1.0)
    assert (CHAIN.step >= 0).all()
    assert (CHAIN.ending > 0).sum() >= 2 * len(CHAIN.win)


@pytest.mark.parametrize("state", range(len(CHAIN.win)))
def test_the_chance_to_win_in_the_end_is_that_of_all_weeks_together(state: int) -> None:
    open_in, won = np.eye(len(CHAIN.win))[state], 0.0
    for _ in range(5000):
        won += float(open_in @ CHAIN.win)
        open_in = (open_in * (1 - CHAIN.win - CHAIN.lose)) @ CHAIN.step
    assert open_in.sum() < 1e-9
    assert CHAIN.wins_in_the_end[state] == pytest.approx(won, abs=1e-9)


def test_a_chain_of_one_state_wins_by_the_odds_of_its_endings() -> None:
    chain = Chain(np.eye(1), win=np.array([0.03]), lose=np.array([0.01]))
    assert chain.wins_in_the_end == pytest.approx([0.75])


def test_interest_helps_those_ahead_and_can_hurt_those_behind() -> None:
    chance = CHAIN.wins_in_the_end.reshape(-1, len(POSITIONS))
    assert (np.diff(chance, axis=1) > 0).all()
    assert (np.diff(chance[:, -1]) > 0).all()
    assert chance[3, 0] < chance[2, 0]


def test_a_week_of_the_calendar_changes_winning_alone() -> None:
    chain = Chain.of_sales()
    week = chain.in_week(1.2)
    odds = [win / (1 - win) for win in (chain.win, week.win)]
    assert odds[1] == pytest.approx(odds[0] * np.exp(1.2))
    assert (week.lose == chain.lose).all()
    assert (chain.in_week(50.0).ending > -1e-12).all()
    assert chain.in_week(50.0).ending.sum(axis=0) == pytest.approx(np.ones(len(chain.win)))


def test_chances_in_the_end_follow_the_weeks_ahead() -> None:
    chain = Chain.of_sales()
    assert chain.wins_from(np.zeros(5)) == pytest.approx(np.tile(chain.wins_in_the_end, (6, 1)))
    one = chain.wins_from(np.array([0.0, 2.0]))
    week = chain.in_week(2.0)
    second = week.win + week.ending[2] * (chain.step @ chain.wins_in_the_end)
    assert one[1] == pytest.approx(second)
    assert one[0] == pytest.approx(chain.win + chain.ending[2] * (chain.step @ second))
