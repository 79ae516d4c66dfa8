"""The buying group in a week: contacts, persons found, stances changed."""

from __future__ import annotations

import numpy as np

from winprob.training.simulation.chances import strength
from winprob.training.simulation.company import Company
from winprob.training.simulation.deals import Array, Deals
from winprob.training.simulation.dice import choose, happens
from winprob.training.simulation.measures import influence, rivals
from winprob.training.simulation.vocabulary import AGAINST, FOR, NEGOTIATION, NEUTRAL, PERSONAL, REMOTE


def contact(company: Company, before: Deals, deals: Deals, rng: np.random.Generator) -> None:
    """Meet and call the persons known on Monday, where a contact is due or comes to somebody's mind.

    Parameters
    ----------
    company : Company
        How often contacts are made.
    before : Deals
        State on Monday.
    deals : Deals
        The same deals later in the week; changed in place.
    rng : np.random.Generator
        The source of chance.
    """
    habits, n = company.habits, len(deals)
    due = before.planned & (before.weeks_to_next <= 0)
    chance = np.select(
        [due, before.planned], [habits.contact_due, habits.contact_planned_later], habits.contact_unplanned
    )
    chance *= np.where(before.weeks_since_contact >= habits.forgotten_weeks, habits.forgotten, 1.0)
    if habits.belief:
        chance *= np.exp(habits.belief * strength(company, before))
    shares = np.transpose([stage.personal for stage in company.stages])[:, deals.stage]
    meet(company, deals, 0, happens(chance, rng), choose(shares, rng), rng)
    kind = len(PERSONAL) + rng.integers(len(REMOTE), size=n)
    meet(company, deals, 1, happens(np.full(n, habits.remote), rng), kind, rng)


def meet(
    company: Company, deals: Deals, slot: int, takes_place: Array, kind: Array, rng: np.random.Generator
) -> None:
    """Hold a contact of the week, with one of the persons identified, and note what follows from it.

    Parameters
    ----------
    company : Company
        How contacts go.
    deals : Deals
        Changed in place.
    slot : int
        0 for the personal, 1 for the remote contact of the week.
    takes_place, kind : array of bool (n,), of int (n,)
        Where there is a contact, and its code in `CONTACTS`.
    rng : np.random.Generator
        The source of chance.
    """
    habits, each = company.habits, np.arange(len(deals))
    person = choose(influence(company, deals), rng)  # the influential ones more often
    somebody = deals.identified.any(axis=0)
    chance = np.array([seat.effective for seat in company.seats])[person]
    chance *= np.where(deals.stance[person, each] == AGAINST, habits.hostile, 1.0)
    chance = np.where(somebody, chance, habits.nobody_in_particular)
    chance *= habits.remote_effective if slot else 1.0
    effective = takes_place & happens(chance, rng)

    deals.contact_kind[slot] = np.where(takes_place, kind, -1)
    deals.contact_person[slot] = np.where(takes_place & somebody, person, -1)
    deals.contact_effective[slot] = effective
    deals.reached[person, each] |= effective & somebody
    deals.momentum += effective
    deals.negotiations += takes_place & (kind == NEGOTIATION)
    deals.weeks_since_contact[takes_place] = 0
    planned = happens(np.full(len(deals), habits.call_back), rng)
    deals.planned[takes_place] = planned[takes_place]
    deals.weeks_to_next[takes_place] = rng.integers(habits.call_back_weeks, size=len(deals))[takes_place]


def find_somebody(company: Company, deals: Deals, rng: np.random.Generator) -> None:
    """Ask after one seat of the buying group.

    Parameters
    ----------
    company : Company
        The seats and how easily they are found.
    deals : Deals
        Changed in place.
    rng : np.random.Generator
        The source of chance.
    """
    seat = rng.integers(len(company.seats), size=len(deals))
    chance = np.array([seat.found for seat in company.seats])[seat]
    chance += company.habits.easier_to_find * deals.contact_effective.any(axis=0)
    unknown = ~deals.identified[seat, np.arange(len(deals))]
    identify(company, deals, seat, unknown & happens(chance, rng), rng)


def identify(company: Company, deals: Deals, seat: Array, found: Array, rng: np.random.Generator) -> None:
    """Write down a person of the buying group, with influence and stance.

    Parameters
    ----------
    company : Company
        The seats.
    deals : Deals
        Changed in place.
    seat, found : array of int (n,), of bool (n,)
        Which seat, and where its person is found.
    rng : np.random.Generator
        The source of chance.
    """
    habits, dice = company.habits, rng.random(len(deals))
    coach = np.array([seat.role == "coach" for seat in company.seats])[seat]
    against = habits.against_us_at_first + habits.against_us_per_rival * rivals(deals)
    stance = np.select([coach | (dice < habits.for_us_at_first), dice > 1 - against], [FOR, AGAINST], NEUTRAL)
    weight = rng.integers(1, company.influence + 1, size=len(deals))
    (which,) = np.nonzero(found)
    deals.identified[seat[which], which] = True
    deals.stance[seat[which], which] = stance[which]
    deals.influence[seat[which], which] = weight[which]


def change_stances(company: Company, deals: Deals, rng: np.random.Generator) -> None:
    """Win over some of those met to good effect; rivals make others cool off.

    Parameters
    ----------
    company : Company
        How often.
    deals : Deals
        Changed in place.
    rng : np.random.Generator
        The source of chance.
    """
    habits, each = company.habits, np.arange(len(deals))
    person = deals.contact_person[0]
    won_over = deals.contact_effective[0] & happens(np.full(len(deals), habits.won_over), rng)
    won_over &= (person >= 0) & (deals.stance[person, each] < FOR)
    deals.stance[person, each] += won_over
    seat = rng.integers(len(company.seats), size=len(deals))
    cooled_off = happens(habits.cooled_off * len(company.seats) * rivals(deals), rng) & ~won_over
    cooled_off &= deals.identified[seat, each] & (deals.stance[seat, each] > AGAINST)
    deals.stance[seat, each] -= cooled_off
