"""What happens inside the customer: opinions move, projects slip or are cancelled, and at last all vote."""

from __future__ import annotations

import numpy as np

from benchmarks.committee.deals import Array, Deals

CANCELLED, CANCELLED_BY_BUDGET = 0.007, -0.7
"""Chance of a week that the project is cancelled, and how its logarithm falls with the budget."""
SLIPS, SLIPS_BY_BUDGET = 0.30, -0.10
"""Chance that the vote is put off when its day has come, and how it falls with the budget."""
SLIP_WEEKS = (3, 13)
DOUBT = 0.35
"""Standard deviation of what a person votes about what the person leans to."""
DO_NOTHING, DO_NOTHING_BY_BUDGET = 0.25, -0.35
"""What our support must beat besides the best rival's, and how it falls with the budget."""
CLOSING_WEEKS = 10
"""A lost deal is open in the CRM for up to as many weeks; the tidier the seller, the fewer."""
CEILING, CONVINCES = 1.6, 0.20
"""A contact takes a person this share of the way to as far above the worth of the offer."""
RIVAL_TALKS, MOST_TALKING = 0.05, 3
"""Chance of a week that a rival talks to a person, for each rival up to so many."""
PLIABLE = np.array((0.04, 0.08, 0.15, 0.08, 0.15))
"""Share of the way that a person goes in a week to what the committee thinks, by role."""
WANDERS = 0.10
"""Standard deviation by which a leaning wanders in a week."""
ENTERS, LEAVES = 0.008, 0.008


def decide(deals: Deals, rng: np.random.Generator) -> Array:
    """Let a week cancel projects, put off votes and hold those that are due; give which deals are won (n,).

    Dates change in place, and a loss sets `closes_in`. When something is decided depends on the budget
    alone, never on what anybody thinks. So futures of one deal under different actions of ours last equally
    long and use the same dice.
    """
    cancelling, slipping, closing = rng.random((3, len(deals)))
    slip_weeks = rng.integers(*SLIP_WEEKS, size=len(deals))
    undecided = deals.undecided
    deals.weeks_left = deals.weeks_left - undecided
    cancelled = undecided & (cancelling < CANCELLED * np.exp(CANCELLED_BY_BUDGET * deals.budget))
    due = undecided & ~cancelled & (deals.weeks_left <= 0)
    slips = due & (slipping < SLIPS + SLIPS_BY_BUDGET * deals.budget)
    deals.weeks_left[slips] = slip_weeks[slips]
    won = np.zeros(len(deals), bool)
    voting = np.flatnonzero(due & ~slips)
    won[voting] = vote(deals.take(voting), rng)
    lost = cancelled | (due & ~slips & ~won)
    delay = (closing * CLOSING_WEEKS * (1.2 - deals.tidiness)).astype(np.int64)
    deals.closes_in = np.where(lost, delay, deals.closes_in)
    return won


def vote(deals: Deals, rng: np.random.Generator) -> Array:
    """Tell where our support beats the best rival's, and doing nothing (n,)."""
    for_us, for_them = np.stack([deals.ours, deals.theirs]) + rng.normal(0.0, DOUBT, (2, *deals.ours.shape))
    ours, theirs = (np.einsum("ij,ij->i", deals.influence, leaning) for leaning in (for_us, for_them))
    nothing = DO_NOTHING + DO_NOTHING_BY_BUDGET * deals.budget
    return np.asarray(ours > np.where(deals.rivals.any(axis=1), np.maximum(theirs, nothing), nothing))


def discuss(deals: Deals, convinced: Array, rng: np.random.Generator) -> None:
    """Let who was convinced by a contact (n, seats) think better of us, rivals talk, and all discuss.

    Opinions are averaged as by DeGroot ("Reaching a consensus", 1974): everybody goes some of the way to
    what the committee thinks, in which persons count by their influence. Leanings and rivals change in place.
    """
    talking = RIVAL_TALKS * np.minimum(deals.rivals.sum(axis=1), MOST_TALKING)
    talked = rng.random(deals.theirs.shape) < talking[:, None]
    pull = PLIABLE[deals.role]

    def moved(leaning: Array, offer: Array, told: Array) -> Array:
        to_go = np.maximum(offer[:, None] + CEILING - leaning, 0.0)
        leaning = leaning + CONVINCES * told * to_go
        common = np.einsum("ij,ij->i", deals.influence, leaning)[:, None]
        wanders = WANDERS * rng.standard_normal(leaning.shape)
        return np.asarray(leaning + pull * (common - leaning) + wanders)

    deals.ours = moved(deals.ours, deals.offer, convinced)
    deals.theirs = moved(deals.theirs, deals.rival_offer, talked)
    comes_or_goes = rng.random(deals.rivals.shape) < np.where(deals.rivals, LEAVES, ENTERS)
    deals.rivals = deals.rivals ^ comes_or_goes
