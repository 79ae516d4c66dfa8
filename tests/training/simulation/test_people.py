from __future__ import annotations

from copy import deepcopy
from dataclasses import replace

import numpy as np
import pytest

from winprob.training.simulation.arrival import blank
from winprob.training.simulation.company import Company
from winprob.training.simulation.deals import Deals
from winprob.training.simulation.people import change_stances, contact, find_somebody, identify, meet
from winprob.training.simulation.vocabulary import AGAINST, CONTACTS, FOR, NEUTRAL

COMPANY = Company()
ROLES = [seat.role for seat in COMPANY.seats]
N = 20_000


def deals(n: int = N) -> Deals:
    """Deals on their first Monday, of which nobody is identified yet."""
    made = blank(COMPANY, n)
    made.stage[:] = 0
    made.weeks_since_contact[:] = 0
    return made


def knowing(role: str, stance: int = NEUTRAL, n: int = N) -> Deals:
    made = deals(n)
    seat = ROLES.index(role)
    made.identified[seat], made.influence[seat], made.stance[seat] = True, 1, stance
    return made


def hold_visit(made: Deals, slot: int = 0, seed: int = 0) -> None:
    everywhere, kind = np.ones(len(made), bool), np.full(len(made), CONTACTS.index("visit"))
    meet(COMPANY, made, slot, everywhere, kind, np.random.default_rng(seed))


def test_a_visit_to_nobody_in_particular_reaches_nobody() -> None:
    made = deals()
    hold_visit(made)
    assert (made.contact_person[0] == -1).all()
    assert not made.reached.any()
    assert made.contact_effective[0].mean() == pytest.approx(COMPANY.habits.nobody_in_particular, abs=0.015)


def test_an_effective_visit_reaches_the_person_met() -> None:
    made, seat = knowing("recommender"), ROLES.index("recommender")
    hold_visit(made)
    assert (made.contact_person[0] == seat).all()
    assert (made.reached[seat] == made.contact_effective[0]).all()
    assert (made.momentum == made.contact_effective[0]).all()
    assert made.contact_effective[0].mean() == pytest.approx(COMPANY.seats[seat].effective, abs=0.015)


def test_hostile_persons_and_calls_are_harder() -> None:
    chance, habits = COMPANY.seats[ROLES.index("recommender")].effective, COMPANY.habits
    hostile, called = knowing("recommender", AGAINST), knowing("recommender")
    hold_visit(hostile)
    hold_visit(called, slot=1)
    assert hostile.contact_effective[0].mean() == pytest.approx(chance * habits.hostile, abs=0.015)
    assert called.contact_effective[1].mean() == pytest.approx(chance * habits.remote_effective, abs=0.015)


def test_a_planned_contact_is_mostly_made_in_its_week() -> None:
    habits, before = COMPANY.habits, deals()
    before.planned[:] = True
    before.weeks_to_next[: N // 2] = 0
    before.weeks_to_next[N // 2 :] = 2
    after = before.take(np.arange(N))
    contact(COMPANY, before, after, np.random.default_rng(0))
    due, later = np.split(after.contact_kind[0] >= 0, 2)
    assert due.mean() == pytest.approx(habits.contact_due, abs=0.02)
    assert later.mean() == pytest.approx(habits.contact_planned_later, abs=0.02)


def test_without_a_contact_the_plan_stays() -> None:
    before = deals()
    before.planned[:] = True
    before.weeks_to_next[:] = -3
    after = before.take(np.arange(N))
    contact(COMPANY, before, after, np.random.default_rng(0))
    none = (after.contact_kind < 0).all(axis=0)
    assert none.any()
    assert after.planned[none].all()
    assert (after.weeks_to_next[none] == -3).all()


def test_identified_are_those_found_and_coaches_are_for_us() -> None:
    made = deals()
    found = np.arange(N) % 2 == 0
    identify(COMPANY, made, np.full(N, ROLES.index("coach")), found, np.random.default_rng(0))
    coach = ROLES.index("coach")
    assert (made.identified[coach] == found).all()
    assert (made.stance[coach] == np.where(found, FOR, NEUTRAL)).all()
    assert set(made.influence[coach][found]) == set(range(1, COMPANY.influence + 1))
    assert not np.delete(made.identified, coach, axis=0).any()


def test_finding_describes_nobody_anew() -> None:
    made = knowing("decision_maker", FOR)
    find_somebody(COMPANY, made, np.random.default_rng(0))
    seat = ROLES.index("decision_maker")
    assert (made.stance[seat] == FOR).all()
    assert (made.influence[seat] == 1).all()
    assert (made.identified.sum(axis=0) <= 2).all()
    assert made.identified[ROLES.index("other")].any()


def test_stances_stay_between_against_and_for_and_strangers_have_none() -> None:
    made, rng = knowing("recommender"), np.random.default_rng(0)
    made.competing[:] = True
    for _ in range(30):
        hold_visit(made)
        change_stances(COMPANY, made, rng)
    assert set(made.stance[ROLES.index("recommender")]) == {AGAINST, NEUTRAL, FOR}
    assert not made.stance[~made.identified].any()


def test_sellers_who_believe_in_a_deal_contact_it_more() -> None:
    """TrackRecord is moved by the sellers' skill alone; without belief it does not matter."""
    believing = replace(COMPANY, habits=replace(COMPANY.habits, belief=0.5))
    before = deals()
    before.seller[: N // 2], before.seller[N // 2 :] = -1.0, 1.0
    before.amount[:] = before.typical_amount[:] = 1.0
    shares = []
    for company in (COMPANY, believing):
        after = deepcopy(before)
        contact(company, before, after, np.random.default_rng(0))
        shares += [(half >= 0).mean() for half in np.split(after.contact_kind[0], 2)]
    bad, good, worse, better = shares
    assert bad == pytest.approx(good, abs=0.015)
    assert better / worse == pytest.approx(np.exp(0.5 * 2), rel=0.1)
