"""One week in the life of many deals that stay open.

Which deals a week ends is decided by `chances` alone. Everything else happens here, by chances that depend
on nothing but the record on the Monday and on what happened earlier in the week, so that this one function
serves both the simulation of a history and the oracle that looks into a deal's future.
"""

from __future__ import annotations

from copy import deepcopy

import numpy as np

from winprob.training.simulation.chances import strength
from winprob.training.simulation.company import Company
from winprob.training.simulation.deals import Array, Deals
from winprob.training.simulation.dice import happens
from winprob.training.simulation.measures import checkpoint_share
from winprob.training.simulation.people import change_stances, contact, find_somebody
from winprob.training.simulation.risk_form import ask
from winprob.training.simulation.vocabulary import NEGOTIATION


def step(company: Company, deals: Deals, rng: np.random.Generator, contacted: Array | None = None) -> Deals:
    """Let one week pass over deals that stay open.

    Parameters
    ----------
    company : Company
        What drives the deals.
    deals : Deals
        State on the Monday that begins the week; it is left as it is.
    rng : np.random.Generator
        The source of chance.
    contacted : array of int (n,), optional
        With whom an effective contact opened the week, which the state already shows: a seat, or -1 for
        nobody in particular. It furthers what contacts further, as the week's personal contact does.

    Returns
    -------
    Deals
        State of the same deals, in the same order, on the next Monday.
    """
    after = deepcopy(deals)
    _pass_time(company, after)
    contact(company, deals, after, rng)
    if contacted is not None:
        after.contact_person[0], after.contact_effective[0] = contacted, True
    find_somebody(company, after, rng)
    change_stances(company, after, rng)
    _come_and_go(company, after, rng)
    ask(company, after, rng)
    _meet_checkpoints(company, after, rng)
    _change_stage(company, deals, after, rng)
    _change_amount(company, after, rng)
    _change_date(company, deals, after, rng)
    return after


def rounded(amount: Array) -> Array:
    """Round amounts to full thousands, as sellers do, but not to nothing.

    Parameters
    ----------
    amount : array of float
        In any currency.

    Returns
    -------
    array of float

    Examples
    --------
    >>> rounded(np.array([129_501.0, 3.0]))
    array([130000.,   1000.])
    """
    return np.maximum(np.round(amount, -3), 1000.0)


def _pass_time(company: Company, deals: Deals) -> None:
    deals.week += 1
    for weeks_since in (deals.age, deals.weeks_in_stage, deals.weeks_since_contact, deals.weeks_since_entry):
        weeks_since += 1
    for weeks_until in (deals.weeks_to_close, deals.weeks_to_next):
        weeks_until -= 1
    deals.momentum *= company.habits.momentum_kept


def _come_and_go(company: Company, deals: Deals, rng: np.random.Generator) -> None:
    """Let one rival consider each deal: to enter it, or to leave it."""
    habits, each = company.habits, np.arange(len(deals))
    rival = rng.integers(len(company.rivals), size=len(deals))
    present = deals.competing[rival, each]
    enters, leaves = (
        np.array(by_stage)[deals.stage] for by_stage in (habits.rival_enters, habits.rival_leaves)
    )
    changes = happens(np.where(present, leaves, enters), rng)
    deals.competing[rival, each] ^= changes
    deals.weeks_since_entry[changes & ~present] = 0


def _meet_checkpoints(company: Company, deals: Deals, rng: np.random.Generator) -> None:
    habits = company.habits
    ahead = np.array([[checkpoint.stage] for checkpoint in company.checkpoints]) - deals.stage
    now = habits.checkpoint + habits.checkpoint_by_contact * deals.contact_effective.any(axis=0)
    deals.met |= happens(np.select([ahead <= 0, ahead == 1], [now, habits.checkpoint_early], 0.0), rng)


def _change_stage(company: Company, before: Deals, deals: Deals, rng: np.random.Generator) -> None:
    habits, last = company.habits, len(company.stages) - 1
    advance = (
        np.array([stage.advance for stage in company.stages])[deals.stage]
        + company.advance_by_strength * strength(company, before)
        + habits.advance_by_checkpoints * checkpoint_share(company, deals)
        + habits.advance_by_contact * deals.contact_effective.any(axis=0)
    )
    back = habits.back + habits.back_by_newcomer * (deals.weeks_since_entry == 0)
    forward = happens(_probability(advance), rng) & (deals.stage < last)
    jump = forward & happens(np.full(len(deals), habits.two_stages_at_once), rng) & (deals.stage < last - 1)
    backward = happens(_probability(back), rng) & ~forward & (deals.stage > 0)
    deals.stage += forward.astype(np.int8) + jump - backward
    deals.setbacks += backward
    deals.weeks_in_stage[forward | backward] = 0


def _change_amount(company: Company, deals: Deals, rng: np.random.Generator) -> None:
    habits = company.habits
    talks = (deals.contact_kind == NEGOTIATION).any(axis=0)
    changes = happens(habits.amount_changes + habits.amount_changes_in_talks * talks, rng)
    factor = rng.lognormal(habits.amount_drift, habits.amount_spread, len(deals))
    deals.amount[changes] = rounded(deals.amount * factor)[changes]


def _change_date(company: Company, before: Deals, deals: Deals, rng: np.random.Generator) -> None:
    """Push the expected close once it is due; pull it forward after a move forward."""
    habits, weeks = company.habits, deals.weeks_to_close
    pushed = happens(np.where(weeks <= 0, habits.promise_pushed, habits.promise_reviewed), rng)
    pulled = happens(habits.pulled_forward * (deals.stage > before.stage), rng) & ~pushed & (weeks > 1)
    later = np.maximum(weeks, 0) + rng.integers(*habits.push_weeks, size=len(deals))
    deals.weeks_to_close[pushed] = later[pushed]
    deals.weeks_to_close[pulled] = weeks[pulled] * 3 // 5
    deals.pushes += pushed


def _probability(log_odds: Array) -> Array:
    chance: Array = 1 / (1 + np.exp(-log_odds))
    return chance
