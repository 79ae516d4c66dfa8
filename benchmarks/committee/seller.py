"""What our sellers do: whom they meet, whether it reaches its purpose, and what they believe then."""

from __future__ import annotations

import numpy as np
from scipy.special import expit

from benchmarks.committee.committee import discuss
from benchmarks.committee.deals import ROLES, Array, Deals

NOBODY = -1
CONTACT, CONTACT_NEAR_THE_VOTE, NEAR = -0.3, 0.7, 6
"""Log-odds of a contact in a week, and what is added when the vote is at most so many weeks away."""
USUAL = 0.4
"""Mean of what sellers perceive, so that they have as many contacts wherever they spend them."""
ACCESS = np.array((0.6, 1.0, 1.2, 1.5, 1.0))
"""How likely a known person is chosen, by role: it is hard to get an appointment with the top."""
EFFECTIVE, EFFECTIVE_BY_LEANING, EFFECTIVE_DECIDED = -0.3, 0.6, -1.5
"""Log-odds that a contact is effective; those who like us listen, those who have decided do not."""
FOUND = np.array((0.04, 0.05, 0.04, 0.03, 0.04))
"""Chance of a week that an unknown person becomes known, by role; doubled by a coach who is known."""
LISTENS, MISHEARS, GOES_QUIET = 0.25, 0.6, 1.0
"""Weight of what is heard in a week, its standard deviation, and how it falls after a loss."""


def work(
    deals: Deals, belief: float, rng: np.random.Generator, forced: Array | None = None
) -> tuple[Array, Array]:
    """Let a week pass in which sellers meet people, and the committees discuss; deals change in place.

    A unit of `perceived` above the usual adds `belief` to the log-odds of going there. Whoever is forced
    (n, seats) has an effective contact besides; as much chance is drawn as without. Gives the seat of whom
    the seller met (n,), or `NOBODY`, and whether that reached its purpose (n,).
    """
    going, choosing, succeeding = rng.random((3, len(deals)))
    near = deals.undecided & (deals.weeks_left <= NEAR)
    log_odds = CONTACT + deals.effort + CONTACT_NEAR_THE_VOTE * near + belief * (deals.perceived - USUAL)
    person = np.where(going < expit(log_odds), _whom(deals, choosing), NOBODY)
    every = np.arange(len(deals))
    log_odds = EFFECTIVE + EFFECTIVE_BY_LEANING * deals.ours[every, person]
    log_odds = log_odds + np.where(deals.undecided, 0.0, EFFECTIVE_DECIDED)
    effective = (person != NOBODY) & (succeeding < expit(log_odds))
    convinced = effective[:, None] & (np.arange(deals.ours.shape[1]) == person[:, None])
    if forced is not None:
        convinced = convinced | forced
    discuss(deals, convinced, rng)
    _get_to_know(deals, convinced, rng)
    _perceive(deals, rng)
    return person, effective


def _whom(deals: Deals, dice: Array) -> Array:
    """Choose one of the persons who are known; there is always one."""
    up_to = (ACCESS[deals.role] * deals.known).cumsum(axis=1)
    return np.asarray((dice[:, None] * up_to[:, -1:] >= up_to).sum(axis=1))


def _get_to_know(deals: Deals, convinced: Array, rng: np.random.Generator) -> None:
    coach = (deals.known & (deals.role == ROLES.index("coach"))).any(axis=1)
    chance = FOUND[deals.role] * (1 + coach)[:, None] * (deals.influence > 0)
    deals.known = deals.known | convinced | (rng.random(chance.shape) < chance)
    deals.reached = deals.reached | convinced


def _perceive(deals: Deals, rng: np.random.Generator) -> None:
    """Believe those who were reached, in part: of all others the seller has no idea."""
    heard = deals.influence * deals.reached
    said = np.einsum("ij,ij->i", heard, deals.ours) / np.maximum(heard.sum(axis=1), 0.2)
    said = said + deals.optimism + MISHEARS * rng.standard_normal(len(deals))
    said = said - GOES_QUIET * ~deals.undecided
    deals.perceived = deals.perceived + LISTENS * (said - deals.perceived)
