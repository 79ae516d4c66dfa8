"""The best possible probability: what becomes of a deal when its future is simulated many times over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from winprob.training.simulation.chances import chances
from winprob.training.simulation.company import Company
from winprob.training.simulation.deals import Array, Deals
from winprob.training.simulation.step import step

TOGETHER = 16_384
"""Futures simulated at once: few enough to stay in the processor's cache."""

SLIGHT = 0.25
"""Futures that are still open with less than this probability are settled by lot."""


def win_probability(company: Company, deals: Deals, rollouts: int, rng: np.random.Generator) -> Array:
    """Estimate the chance that each deal is won in the end, given its record on a Monday.

    The dice end no future. Each goes on, its weight the probability that it is still open, and every week
    adds *weight × chance of winning* to what is won and *weight × chance of losing* to what is lost: the
    expectation given the path (Rao and Blackwell), less noisy than a count of endings. Once its weight is
    slight, a future goes on with probability *weight ÷ SLIGHT*, and then with the weight `SLIGHT` (Russian
    roulette), which keeps the expectations and ends the work. The answer is *won ÷ (won + lost)*.

    Parameters
    ----------
    company : Company
        What drives the deals.
    deals : Deals
        State of `n` deals, each on its own Monday.
    rollouts : int
        Futures per deal. The standard error of a probability is about 0.2 ÷ √rollouts.
    rng : np.random.Generator
        The source of chance.

    Returns
    -------
    array of float (n,)
        Probabilities.

    Examples
    --------
    >>> from winprob.training.simulation.arrival import blank
    >>> win_probability(Company(), blank(Company(), 0), rollouts=10, rng=np.random.default_rng(0))
    array([], dtype=float64)
    """
    win, lose = np.concatenate(
        [np.empty((2, 0)), *(sum(weeks) for weeks in _futures(company, deals, rollouts, rng))], axis=1
    )
    probability: Array = win / (win + lose)
    return probability


def ended_within(
    company: Company, deals: Deals, weeks: Sequence[int], rollouts: int, rng: np.random.Generator
) -> Array:
    """Estimate the chances that each deal is won, and that it is lost, within some weeks from a Monday.

    Parameters
    ----------
    company : Company
        What drives the deals.
    deals : Deals
        State of `n` deals, each on its own Monday.
    weeks : sequence of int
        How many, each at least 1.
    rollouts : int
        Futures per deal, as in `win_probability`.
    rng : np.random.Generator
        The source of chance.

    Returns
    -------
    array of float (2, len(weeks), n)
        Probabilities: won first, then lost. With many weeks they are `win_probability` and the rest.

    Examples
    --------
    >>> from winprob.training.simulation.arrival import blank
    >>> nothing = blank(Company(), 0)
    >>> ended_within(Company(), nothing, [4, 13], rollouts=10, rng=np.random.default_rng(0)).shape
    (2, 2, 0)
    """
    shares = [np.empty((2, len(weeks), 0))]
    for masses in _futures(company, deals, rollouts, rng):
        until = np.cumsum(list(masses), axis=0)
        ended = until[np.minimum(weeks, len(until)) - 1]
        shares.append((ended / until[-1].sum(axis=0)).swapaxes(0, 1))
    return np.concatenate(shares, axis=2)


def _futures(
    company: Company, deals: Deals, rollouts: int, rng: np.random.Generator
) -> Iterator[Iterator[Array]]:
    """Let the futures of some deals at a time pass; of each batch what its weeks add, see `_weekly_mass`."""
    batch = max(1, TOGETHER // rollouts)
    rows = np.arange(len(deals))
    for first in range(0, len(deals), batch):
        yield _weekly_mass(company, deals.take(rows[first : first + batch]), rollouts, rng)


def _weekly_mass(company: Company, deals: Deals, rollouts: int, rng: np.random.Generator) -> Iterator[Array]:
    """Sum over the futures of each deal the chances that the next week wins and loses it (2, n)."""
    origin = np.repeat(np.arange(len(deals)), rollouts)
    futures, weight = deals.take(origin), np.ones(len(origin))
    while len(futures):
        win, lose = chances(company, futures)
        yield np.array([np.bincount(origin, weight * chance, minlength=len(deals)) for chance in (win, lose)])
        weight = weight * (1 - win - lose)
        slight = weight < SLIGHT
        goes_on = np.flatnonzero(~slight | (rng.random(len(weight)) * SLIGHT < weight))
        origin, weight = origin[goes_on], np.where(slight, SLIGHT, weight)[goes_on]
        futures = step(company, futures.take(goes_on), rng)
