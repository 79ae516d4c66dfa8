"""The best possible probability: what becomes of a deal when its future is simulated many times over."""

from __future__ import annotations

import numpy as np

from training.simulation.chances import chances
from training.simulation.company import Company
from training.simulation.deals import Array, Deals
from training.simulation.step import step

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
    >>> from training.simulation.arrival import blank
    >>> win_probability(Company(), blank(Company(), 0), rollouts=10, rng=np.random.default_rng(0))
    array([], dtype=float64)
    """
    batch = max(1, TOGETHER // rollouts)
    rows = np.arange(len(deals))
    masses = [
        _ending_mass(company, deals.take(rows[first : first + batch]), rollouts, rng)
        for first in range(0, len(deals), batch)
    ]
    win, lose = np.concatenate([np.empty((2, 0)), *masses], axis=1)
    probability: Array = win / (win + lose)
    return probability


def _ending_mass(company: Company, deals: Deals, rollouts: int, rng: np.random.Generator) -> Array:
    """Sum over the futures of each deal the probabilities of winning and of losing (2, n)."""
    origin = np.repeat(np.arange(len(deals)), rollouts)
    futures, weight = deals.take(origin), np.ones(len(origin))
    mass = np.zeros((2, len(deals)))
    while len(futures):
        win, lose = chances(company, futures)
        mass += [np.bincount(origin, weight * chance, minlength=len(deals)) for chance in (win, lose)]
        weight = weight * (1 - win - lose)
        slight = weight < SLIGHT
        goes_on = np.flatnonzero(~slight | (rng.random(len(weight)) * SLIGHT < weight))
        origin, weight = origin[goes_on], np.where(slight, SLIGHT, weight)[goes_on]
        futures = step(company, futures.take(goes_on), rng)
    return mass
