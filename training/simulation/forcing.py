"""The effect of an action: futures with it and without it, by the same dice."""

from __future__ import annotations

import numpy as np

from winprob.training.simulation.actions import act
from winprob.training.simulation.chances import chances
from winprob.training.simulation.company import Company
from winprob.training.simulation.deals import Array, Deals
from winprob.training.simulation.oracle import SLIGHT, TOGETHER
from winprob.training.simulation.step import step


def forced(company: Company, deals: Deals, action: str, rollouts: int, rng: np.random.Generator) -> Array:
    """Estimate the chance that each deal is won without an action and with it.

    Both futures of a pair throw the same dice in every week (common random numbers), so that their difference
    is less noisy than two estimates apart: what only chance brings falls out of it. A pair is weighed as
    `oracle.win_probability` weighs one future, and goes on as long as either weight is not slight.

    Parameters
    ----------
    company : Company
        What drives the deals.
    deals : Deals
        State of `n` deals, each on its own Monday.
    action : str
        See `actions.act`.
    rollouts : int
        Pairs of futures per deal.
    rng : np.random.Generator
        The source of chance.

    Returns
    -------
    array of float (2, n)
        Probabilities: without the action first, then with it.

    Raises
    ------
    ValueError
        If there is no such action.

    Examples
    --------
    >>> from winprob.training.simulation import simulate
    >>> deals = simulate(opportunities=50, years=1).states.take(np.arange(20))
    >>> without, done = forced(Company(), deals, "find_coach", rollouts=20, rng=np.random.default_rng(0))
    >>> bool(done.mean() > without.mean())
    True
    """
    batch, rows = max(1, TOGETHER // rollouts), np.arange(len(deals))
    masses = [np.empty((2, 2, 0))]
    for first in range(0, len(deals), batch):
        some = deals.take(rows[first : first + batch])
        masses.append(_ended(company, some, action, rollouts, rng))
    without, done = np.concatenate(masses, axis=2)
    return np.stack([without[0] / without.sum(axis=0), done[0] / done.sum(axis=0)])


def _ended(company: Company, deals: Deals, action: str, rollouts: int, rng: np.random.Generator) -> Array:
    """Sum over pairs of futures the weights won and lost, without the action and with it: (2, 2, n)."""
    origin = np.repeat(np.arange(len(deals)), rollouts)
    pair = [deals.take(origin), deals.take(origin)]
    contacted: list[Array | None] = [None, act(company, pair[1], action, rng)]
    weight, mass = np.ones((2, len(origin))), np.zeros((2, 2, len(deals)))
    while len(origin):
        for place, futures in enumerate(pair):
            win, lose = chances(company, futures)
            for ending, chance in enumerate((win, lose)):
                mass[place, ending] += np.bincount(origin, weight[place] * chance, minlength=len(deals))
            weight[place] *= 1 - win - lose
        stays = np.minimum(weight.max(axis=0) / SLIGHT, 1.0)
        goes_on = np.flatnonzero(rng.random(len(origin)) < stays)
        origin, weight = origin[goes_on], (weight / stays)[:, goes_on]
        dice = rng.integers(2**63)
        for place, futures in enumerate(pair):
            seat = contacted[place]
            met = None if seat is None else seat[goes_on]
            pair[place] = step(company, futures.take(goes_on), np.random.default_rng(dice), met)
        contacted = [None, None]
    return mass
