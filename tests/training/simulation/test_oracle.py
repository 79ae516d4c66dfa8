from __future__ import annotations

import numpy as np
import pytest

from winprob.training.simulation import Simulated
from winprob.training.simulation.chances import chances
from winprob.training.simulation.company import Company
from winprob.training.simulation.deals import Deals
from winprob.training.simulation.oracle import ended_within, win_probability
from winprob.training.simulation.step import step

COMPANY = Company()


def count_of_wins(deal: Deals, futures: int, rng: np.random.Generator) -> int:
    """Play many futures of one deal to their end, and count those that are won."""
    playing, won = deal.take(np.zeros(futures, int)), 0
    while len(playing):
        win, lose = chances(COMPANY, playing)
        dice = rng.random(len(playing))
        won += int((dice < win).sum())
        playing = step(COMPANY, playing, rng).take(np.flatnonzero((dice >= win) & (dice < 1 - lose)))
    return won


@pytest.mark.parametrize("stage", range(len(COMPANY.stages)))
def test_it_agrees_with_a_count_of_plain_futures(simulated: Simulated, stage: int) -> None:
    rng, futures = np.random.default_rng(stage), 1500
    row = np.flatnonzero(simulated.states.stage == stage)[stage * 100]
    deal = simulated.states.take(np.array([row]))
    (probability,) = win_probability(COMPANY, deal, rollouts=1500, rng=rng)
    spread = np.sqrt(probability * (1 - probability) / futures)
    assert count_of_wins(deal, futures, rng) / futures == pytest.approx(probability, abs=4 * spread)


@pytest.mark.parametrize("stage", [1, 4])
def test_endings_within_weeks_agree_with_a_count_of_plain_futures(simulated: Simulated, stage: int) -> None:
    rng, futures = np.random.default_rng(stage), 1500
    deal = simulated.states.take(np.flatnonzero(simulated.states.stage == stage)[100:101])
    chance = ended_within(COMPANY, deal, [1, 8, 26], rollouts=1500, rng=rng)[:, :, 0]
    playing, counts = deal.take(np.zeros(futures, int)), np.zeros((2, 27))
    for week in range(1, 27):
        win, lose = chances(COMPANY, playing)
        dice = rng.random(len(playing))
        counts[:, week] = (dice < win).sum(), (dice >= 1 - lose).sum()
        playing = step(COMPANY, playing, rng).take(np.flatnonzero((dice >= win) & (dice < 1 - lose)))
    counted = counts.cumsum(axis=1)[:, [1, 8, 26]] / futures
    assert (abs(counted - chance) < 4 * np.sqrt(chance * (1 - chance) / futures)).all()


def test_in_the_long_run_every_deal_is_won_or_lost(simulated: Simulated) -> None:
    deals = simulated.states.take(np.arange(100, 130))
    won, lost = ended_within(COMPANY, deals, [1000], rollouts=50, rng=np.random.default_rng(0))
    assert won[0] + lost[0] == pytest.approx(1)
    assert won[0] == pytest.approx(win_probability(COMPANY, deals, 50, np.random.default_rng(0)), abs=1e-9)


def test_it_is_less_noisy_than_counting(simulated: Simulated) -> None:
    deal = simulated.states.take(np.flatnonzero(simulated.states.stage == 2)[:1])
    same = deal.take(np.zeros(40, int))
    estimates = win_probability(COMPANY, same, rollouts=50, rng=np.random.default_rng(0))
    counting = np.sqrt(estimates.mean() * (1 - estimates.mean()) / 50)
    assert 0 < estimates.std() < 0.8 * counting


def test_batches_do_not_matter_but_for_chance(simulated: Simulated, monkeypatch: pytest.MonkeyPatch) -> None:
    deals = simulated.states.take(np.arange(100, 110))
    at_once = win_probability(COMPANY, deals, rollouts=400, rng=np.random.default_rng(0))
    monkeypatch.setattr("winprob.training.simulation.oracle.TOGETHER", 1)
    one_by_one = win_probability(COMPANY, deals, rollouts=400, rng=np.random.default_rng(1))
    assert one_by_one == pytest.approx(at_once, abs=0.06)


def test_no_deals_have_no_probabilities(simulated: Simulated) -> None:
    nothing = simulated.states.take(np.array([], int))
    assert win_probability(COMPANY, nothing, rollouts=5, rng=np.random.default_rng(0)).tolist() == []
