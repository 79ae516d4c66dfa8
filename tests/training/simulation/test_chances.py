"""The formulas beside slow and obvious ones in plain Python, one deal at a time."""

from __future__ import annotations

from math import exp, log, log2

import numpy as np
import pytest

from winprob.training.simulation import Simulated
from winprob.training.simulation.chances import chances, strength
from winprob.training.simulation.company import Change, Company
from winprob.training.simulation.deals import Deals
from winprob.training.simulation.vocabulary import FOR, WON_BEFORE

COMPANY = Company()


@pytest.fixture(scope="module")
def states(simulated: Simulated) -> Deals:
    return simulated.states.take(np.random.default_rng(1).choice(len(simulated.states), 300, replace=False))


def test_strength_adds_up_as_by_hand(states: Deals) -> None:
    by_hand = [plain_strength(states.take(np.array([row]))) for row in range(len(states))]
    assert strength(COMPANY, states) == pytest.approx(by_hand, abs=1e-5)


def test_chances_follow_from_strength_as_by_hand(states: Deals) -> None:
    by_hand = np.array([plain_chances(states.take(np.array([row]))) for row in range(len(states))])
    found = chances(COMPANY, states)
    assert found.win == pytest.approx(by_hand[:, 0], rel=1e-5)
    assert found.lose == pytest.approx(by_hand[:, 1], rel=1e-5)


def test_a_market_changes_in_its_week_and_not_before(states: Deals) -> None:
    war = Company(rivalry=-1.5, win_by_strength=1.0)
    changed, later = Company(change=Change(60, to=war)), states.week >= 60
    assert 0 < later.sum() < len(states)
    for formula in (strength, chances):
        before, after, found = (np.asarray(formula(company, states)) for company in (COMPANY, war, changed))
        assert (found[..., ~later] == before[..., ~later]).all()
        assert (found[..., later] == after[..., later]).all()


def test_a_further_rival_never_helps(states: Deals) -> None:
    more = states.take(np.arange(len(states)))
    more.competing[0] = True
    assert (strength(COMPANY, more) <= strength(COMPANY, states) + 1e-9).all()
    assert (chances(COMPANY, more).win <= chances(COMPANY, states).win + 1e-12).all()


def test_everybody_reached_and_for_us_never_hurts(states: Deals) -> None:
    better = states.take(np.arange(len(states)))
    better.reached[:] = better.identified
    better.stance[better.identified] = FOR
    better.acquaintance[:] = WON_BEFORE
    assert (strength(COMPANY, better) >= strength(COMPANY, states) - 1e-9).all()


def plain_strength(deal: Deals) -> float:
    return plain_customer(deal) + plain_people(deal) + plain_rivals(deal) + plain_record(deal)


def plain_customer(deal: Deals) -> float:
    product, industry = COMPANY.products[deal.product[0]], COMPANY.industries[deal.industry[0]]
    effect = COMPANY.sources[deal.source[0]].effect + product.effect + industry.effect
    if (product.name, industry.name) in COMPANY.strongholds:
        effect += COMPANY.stronghold
    effect += COMPANY.sizes[deal.size[0]].effect + COMPANY.acquaintance[deal.acquaintance[0]]
    return effect + deal.seller[0] + COMPANY.price * log(deal.amount[0] / deal.typical_amount[0])


def plain_people(deal: Deals) -> float:
    identified = reached = for_us = effect = 0.0
    for seat, known, met, influence, stance in zip(
        COMPANY.seats, deal.identified, deal.reached, deal.influence, deal.stance, strict=True
    ):
        if known[0]:
            identified += seat.weight * influence[0]
        if met[0]:
            reached += seat.weight * influence[0]
            for_us += seat.weight * influence[0] * stance[0]
            if seat.role == "decision_maker":
                effect += COMPANY.decider + COMPANY.decider_per_stage * deal.stage[0]
    if reached:
        effect += COMPANY.coverage * reached / identified + COMPANY.sympathy * for_us / reached
    return effect


def plain_rivals(deal: Deals) -> float:
    present = int(deal.competing[:, 0].sum())
    effect = COMPANY.rivalry * log2(1 + present)
    if COMPANY.sources[deal.source[0]].name == "tender":
        effect *= COMPANY.rivalry_in_tender
    if any(met[0] for seat, met in zip(COMPANY.seats, deal.reached, strict=True) if seat.role == "coach"):
        effect *= COMPANY.rivalry_with_coach
    if present and deal.weeks_since_entry[0] < COMPANY.newcomer_weeks:
        effect += COMPANY.newcomer
    return effect


def plain_record(deal: Deals) -> float:
    effect = 0.0
    for question, score in zip(COMPANY.questions, deal.scores[:, 0], strict=True):
        if score >= 0:
            effect += question.point * (int(score) - 1) + (question.worst if score == 0 else 0)
    effect += COMPANY.momentum * deal.momentum[0]
    effect += COMPANY.silence * min(max(deal.weeks_since_contact[0] - 3, 0), 10)
    effect += COMPANY.push * min(deal.pushes[0], 5) + COMPANY.setback * min(deal.setbacks[0], 3)
    return effect + (COMPANY.overdue if deal.weeks_to_close[0] < 0 else 0)


def plain_chances(deal: Deals) -> tuple[float, float]:
    stage, for_us = COMPANY.stages[deal.stage[0]], plain_strength(deal)
    win = stage.win + COMPANY.win_by_strength * for_us
    if 0 <= deal.weeks_to_close[0] <= 3:
        win += COMPANY.hurry
    if deal.negotiations[0] == 1:
        win += COMPANY.first_round
    win += COMPANY.long_talks * min(max(deal.negotiations[0] - 3, 0), 4)
    lose = stage.lose + COMPANY.lose_by_strength * for_us
    lose += COMPANY.stalled * min(max(deal.weeks_in_stage[0] - 8, 0), 30)
    lose += COMPANY.hope * max(1 - deal.age[0] / COMPANY.hope_weeks, 0)
    odds = exp(win), exp(lose)
    return odds[0] / (1 + sum(odds)), odds[1] / (1 + sum(odds))
