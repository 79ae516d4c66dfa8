"""Scenarios: what a sum of deals may come to when they move together, some thousand times over."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from scipy.special import expit, logit, ndtri

from winprob.features.timeline import Floats, Integers

SCENARIOS = 10_000
"""How many: a quantile is off by about half a percent of probability."""
ONE_BY_ONE = 48
"""How many deals of a sum are drawn one by one, the most telling ones; all others are drawn together."""
NODES = np.linspace(-4.0, 4.0, 33)
"""Values of the common factor at which the sum of the others is computed."""


class Scenarios:
    """Draws of what decides: a common factor, the luck of single deals and how their amounts change.

    Parameters
    ----------
    common_factor : float
        Standard deviation of what is added to the log-odds of all deals.
    change : float
        Standard deviation of the logarithm of what becomes of an amount; its mean is already part of the
        amounts.

    Notes
    -----
    In a scenario of the factor Z, standard normal, a deal of chance q is won with log-odds a + common_factor
    · Z, where a is such that its mean over Z is q. Given Z deals are independent. The same draws serve every
    sum, as sums are not added up.

    Examples
    --------
    >>> independent = Scenarios(common_factor=0.0, change=0.0)
    >>> [two] = independent.sums(np.array([0, 0]), 1, np.full(2, 0.5), np.full(2, 10.0))
    >>> np.unique(two).tolist(), round(two.mean())
    ([0.0, 10.0, 20.0], 10)
    """

    def __init__(self, common_factor: float, change: float) -> None:
        random = np.random.default_rng(4)
        self._common_factor = common_factor
        self._noise = np.exp(change**2) - 1.0
        self._factor: Floats = ndtri((np.arange(SCENARIOS) + 0.5) / SCENARIOS)
        self._hurdle = logit(random.random((ONE_BY_ONE, SCENARIOS))) - common_factor * self._factor
        drawn = random.standard_normal((ONE_BY_ONE, SCENARIOS))
        self._ratio = np.exp(change * drawn - change**2 / 2)
        self._others = random.standard_normal(SCENARIOS)

    def sums(self, cell: Integers, cells: int, chance: Floats, amount: Floats) -> Iterator[Floats]:
        """Draw the sum of the deals that are won, cell by cell.

        Parameters
        ----------
        cell : numpy.ndarray of int64, shape (n,)
            Which sum each deal counts for.
        cells : int
            How many sums there are.
        chance : numpy.ndarray of float64, shape (n,)
            How likely each is won, from 0 to 1.
        amount : numpy.ndarray of float64, shape (n,)
            What each comes to if it is won, 0 or more.

        Yields
        ------
        numpy.ndarray of float64, shape (SCENARIOS,)
            0 or more: the sum of each cell in its turn.
        """
        log_odds = self._without_factor(chance)
        order = np.lexsort((-(amount**2) * chance, cell))  # cell by cell, large and likely ones first
        begins = np.searchsorted(cell[order], np.arange(cells))
        rank = np.arange(len(order)) - begins[cell[order]]
        single, others = order[rank < ONE_BY_ONE], order[rank >= ONE_BY_ONE]
        bounds = np.searchsorted(cell[single], np.arange(cells + 1))
        together = self._together(cell[others], cells, log_odds[others], amount[others])
        for total, (first, last) in zip(together, pairwise(bounds), strict=True):
            deals = single[first:last]
            won = self._hurdle[: len(deals)] < log_odds[deals, np.newaxis]
            yield total + amount[deals] @ (won * self._ratio[: len(deals)])

    def _without_factor(self, chance: Floats) -> Floats:
        """Log-odds at a factor of 0 that keep the mean: what the mean is of each is read backwards."""
        own = np.linspace(-20.0, 20.0, 401)
        density = np.exp(-(NODES**2) / 2)
        mean = logit(expit(own[:, np.newaxis] + self._common_factor * NODES) @ density / density.sum())
        log_odds = logit(chance)
        return np.asarray(log_odds + np.interp(log_odds, mean, own - mean))

    def _together(self, cell: Integers, cells: int, log_odds: Floats, amount: Floats) -> Iterator[Floats]:
        """The sums of many deals, none of which tells much: normal, given the common factor."""
        means, variances = np.empty((2, cells, len(NODES)))
        for node, factor in enumerate(NODES):
            chance = expit(log_odds + self._common_factor * factor)
            means[:, node] = np.bincount(cell, amount * chance, cells)
            variances[:, node] = np.bincount(cell, amount**2 * chance * (1 + self._noise - chance), cells)
        for mean, variance in zip(means, variances, strict=True):
            spread = np.sqrt(np.interp(self._factor, NODES, variance))
            yield np.maximum(np.interp(self._factor, NODES, mean) + spread * self._others, 0.0)
