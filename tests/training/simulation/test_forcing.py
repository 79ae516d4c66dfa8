from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from winprob.training.simulation import Simulated
from winprob.training.simulation.actions import act
from winprob.training.simulation.company import Company
from winprob.training.simulation.deals import Deals
from winprob.training.simulation.forcing import forced
from winprob.training.simulation.oracle import win_probability

COMPANY = Company()


def open_deals(simulated: Simulated, n: int = 60) -> Deals:
    states = simulated.states
    return states.take(np.flatnonzero(states.week == states.week.max())[:n])


def effect(company: Company, deals: Deals, action: str, rollouts: int = 40, seed: int = 0) -> np.ndarray:
    without, done = forced(company, deals, action, rollouts, np.random.default_rng(seed))
    return done - without


@pytest.mark.parametrize("action", ["risk.upside", "risk.fit"])
def test_what_counts_for_nothing_has_no_effect_at_all(simulated: Simulated, action: str) -> None:
    questions = tuple(question._replace(point=0.0) for question in COMPANY.questions)
    found = effect(replace(COMPANY, questions=questions), open_deals(simulated), action)
    assert (found == 0).all()


def test_what_counts_has_an_effect_where_it_is_done(simulated: Simulated) -> None:
    deals, fit = open_deals(simulated), 2
    found = effect(COMPANY, deals, "risk.fit")
    can = (deals.scores[fit] >= 0) & (deals.scores[fit] < 2)
    assert (found[can] > 0).mean() > 0.95
    assert (found[~can] == 0).all()


def test_the_decision_maker_reached_helps_and_more_the_more_it_counts(simulated: Simulated) -> None:
    deals = open_deals(simulated, 200)
    deals = deals.take(np.flatnonzero(deals.identified[0] & ~deals.reached[0]))
    helps, counts_more = (
        effect(company, deals, "reach_decision_maker").mean()
        for company in (COMPANY, replace(COMPANY, decider=1.0))
    )
    assert len(deals) > 20
    assert 0.03 < helps < counts_more


def test_the_chances_without_the_action_are_those_of_the_oracle(simulated: Simulated) -> None:
    deals = open_deals(simulated, 30)
    without, _ = forced(COMPANY, deals, "contact", 400, np.random.default_rng(0))
    expected = win_probability(COMPANY, deals, 400, np.random.default_rng(1))
    assert without == pytest.approx(expected, abs=0.06)
    assert without.mean() == pytest.approx(expected.mean(), abs=0.01)


def test_the_chances_with_the_action_are_those_of_the_oracle_after_it(simulated: Simulated) -> None:
    """Of an action without a contact, for which the state after it says all."""
    deals = open_deals(simulated, 30)
    _, done = forced(COMPANY, deals, "win_over", 400, np.random.default_rng(0))
    act(COMPANY, deals, "win_over", np.random.default_rng(0))
    expected = win_probability(COMPANY, deals, 400, np.random.default_rng(1))
    assert done == pytest.approx(expected, abs=0.06)
    assert done.mean() == pytest.approx(expected.mean(), abs=0.01)


def test_the_same_dice_leave_little_noise(simulated: Simulated) -> None:
    same = open_deals(simulated, 20).take(np.repeat(np.arange(20), 10))
    without, done = (
        part.reshape(20, 10) for part in forced(COMPANY, same, "contact", 40, np.random.default_rng(0))
    )
    apart = np.hypot(without.std(axis=1), done.std(axis=1)).mean()
    assert (done - without).std(axis=1).mean() < 0.6 * apart


def test_no_deals_have_no_chances(simulated: Simulated) -> None:
    assert forced(COMPANY, open_deals(simulated, 0), "contact", 5, np.random.default_rng(0)).shape == (2, 0)
