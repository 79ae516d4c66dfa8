"""New deals: what is recorded by the first Monday after they are created."""

from __future__ import annotations

import numpy as np

from winprob.training.simulation.company import Company
from winprob.training.simulation.deals import Array, Deals
from winprob.training.simulation.market import TYPICAL_EMPLOYEES, Market
from winprob.training.simulation.measures import from_tender
from winprob.training.simulation.people import identify, meet
from winprob.training.simulation.risk_form import answer
from winprob.training.simulation.step import rounded
from winprob.training.simulation.vocabulary import CONTACTS, PERSONAL

FIRST_CONTACT = {"website": "message", "cold call": "call", "tender": "other"}
"""How the first contact is made, where the source tells; a visit otherwise."""


def arrive(
    company: Company, market: Market, numbers: Array, acquaintance: Array, rng: np.random.Generator
) -> Deals:
    """Create deals in the week before a Monday.

    Parameters
    ----------
    company : Company
        How deals begin.
    market : Market
        The fixed facts of all opportunities.
    numbers : array of int (n,)
        Which opportunities are created.
    acquaintance : array of int (n,)
        What was known of each customer before: 0 nothing, 1 a deal lost, 2 a deal won.
    rng : np.random.Generator
        The source of chance.

    Returns
    -------
    Deals
        Their state on the Monday after.
    """
    deals = blank(company, len(numbers))
    deals.number[:] = numbers
    deals.acquaintance[:] = acquaintance
    for fact in ("seller", "source", "industry", "product", "size", "typical_amount"):
        getattr(deals, fact)[:] = getattr(market, fact)[numbers]
    deals.week[:] = market.week[numbers] + 1  # the Monday on which they are first seen
    deals.stage[:] = 0
    deals.amount[:] = _first_amount(company, market, deals, rng)
    deals.weeks_to_close[:] = rng.integers(*company.habits.first_promise, size=len(deals))
    _rivals_already_there(company, deals, rng)
    for seat in range(len(company.seats)):
        known = rng.random(len(deals)) < company.seats[seat].known_at_first
        identify(company, deals, np.full(len(deals), seat), known, rng)
    for question in range(len(company.questions)):
        answered = rng.random(len(deals)) < company.habits.answered_at_first
        answer(company, deals, np.full(len(deals), question), answered, rng)
    _first_contact(company, deals, rng)
    return deals


def blank(company: Company, n: int) -> Deals:
    """Make deals of the company about which nothing is recorded yet.

    Parameters
    ----------
    company : Company
        How many seats, rivals, questions and check points there are.
    n : int
        How many deals.
    """
    return Deals.blank(
        n,
        seats=len(company.seats),
        rivals=len(company.rivals),
        questions=len(company.questions),
        checkpoints=len(company.checkpoints),
    )


def _first_amount(company: Company, market: Market, deals: Deals, rng: np.random.Generator) -> Array:
    """Price a deal by the size of its customer."""
    employees = market.facts["employees"].to_numpy()[deals.number] / TYPICAL_EMPLOYEES[1]
    spread = rng.lognormal(0.0, company.habits.amount_spread_at_first, len(deals))
    return rounded(deals.typical_amount * employees**company.habits.amount_by_employees * spread)


def _rivals_already_there(company: Company, deals: Deals, rng: np.random.Generator) -> None:
    shares = company.habits.rivals_at_first
    present = rng.choice(len(shares), size=len(deals), p=shares)
    present += company.habits.rivals_in_tender * from_tender(company, deals)
    rank = rng.random(deals.competing.shape).argsort(axis=0).argsort(axis=0)
    deals.competing[:] = rank < present
    deals.weeks_since_entry[present > 0] = 0


def _first_contact(company: Company, deals: Deals, rng: np.random.Generator) -> None:
    kinds = [CONTACTS.index(FIRST_CONTACT.get(source.name, "visit")) for source in company.sources]
    kind = np.array(kinds)[deals.source]
    personal = kind < len(PERSONAL)
    meet(company, deals, 0, personal, kind, rng)
    meet(company, deals, 1, ~personal, kind, rng)
