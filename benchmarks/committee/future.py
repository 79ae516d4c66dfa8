"""What becomes of deals from their hidden state on, also when sellers are made to do something."""

from __future__ import annotations

import numpy as np

from benchmarks.committee.committee import decide
from benchmarks.committee.deals import DECISION_MAKER, Array, Deals
from benchmarks.committee.seller import work

ACTIONS = {"reach_decision_maker": 4, "contact": 1}
"""Weeks in each of which the action is an effective contact, besides what sellers do anyway."""
TOGETHER = 16_384
"""Futures simulated at once: few enough to stay in the processor's cache."""


def futures(
    deals: Deals, belief: float, rollouts: int, rng: np.random.Generator, action: str | None = None
) -> tuple[Array, Array]:
    """Simulate futures of `n` deals, each from its own Monday on.

    Gives whether each is won (n, rollouts), and in which week it is closed, 1 for the first (n, rollouts).
    An action is begun at once; as time does not depend on what anybody thinks (see `decide`), generators of
    the same seed throw the same dice for each action and for none.
    """
    some, rows = max(1, TOGETHER // rollouts), np.arange(len(deals))
    parts = [(np.empty((0, rollouts), bool), np.empty((0, rollouts), np.int64))]
    for first in range(0, len(deals), some):
        batch = deals.take(rows[first : first + some])
        own = batch.take(np.repeat(np.arange(len(batch)), rollouts))
        won, week = _until_closed(own, belief, rng, action)
        parts.append((won.reshape(-1, rollouts), week.reshape(-1, rollouts)))
    return np.concatenate([won for won, _ in parts]), np.concatenate([week for _, week in parts])


def with_whom(action: str, deals: Deals) -> Array:
    """Tell with whom an action is an effective contact (n, seats).

    A plain contact is with the most influential person who was reached before, or else who is known.
    """
    seats = np.arange(deals.influence.shape[1])
    if action == "reach_decision_maker":
        return np.broadcast_to(seats == DECISION_MAKER, deals.influence.shape)
    rank = deals.influence * deals.known + deals.reached  # a share of influence is below 1
    return np.asarray(seats == rank.argmax(axis=1)[:, None])


def _until_closed(
    deals: Deals, belief: float, rng: np.random.Generator, action: str | None
) -> tuple[Array, Array]:
    """Let weeks pass until all is decided; of each deal whether it is won, and the week of its closing."""
    won, closed = np.zeros(len(deals), bool), deals.closes_in + 1
    origin = np.flatnonzero(deals.undecided)
    deals, week = deals.take(origin), 1
    contact = None if action is None else with_whom(action, deals)
    while len(origin):
        won[origin] = decide(deals, rng)
        closed[origin] = week + np.maximum(deals.closes_in, 0)
        goes_on = np.flatnonzero(deals.undecided & ~won[origin])
        origin, deals = origin[goes_on], deals.take(goes_on)
        contact = None if contact is None or week > ACTIONS[str(action)] else contact[goes_on]
        work(deals, belief, rng, contact)
        week += 1
    return won, closed
