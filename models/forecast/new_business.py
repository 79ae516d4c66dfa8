"""New business: what will be won from opportunities that are not created yet, as it was in the past."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from winprob.features.instant import MICROSECONDS_PER_DAY
from winprob.features.timeline import Floats, Integers
from winprob.models.forecast.cells import Cells
from winprob.models.forecast.won import Won

EVERY = 7.0
"""Days from one forecast origin to the next, backwards."""
BACK = 548.0
"""Days before which nobody origins: a year and a half."""
RECENT = 91.0
"""Days that say how many opportunities are created at present, and after which an origin counts for half."""
Exposure = Callable[[Floats, Floats], Floats]

FEWEST = 1.5
"""Spans that speak for a variance, at least; a single one says nothing of how far others are from it."""


def days_between(since: Floats, until: Floats) -> Floats:
    """Count the days between times, all alike.

    Parameters
    ----------
    since, until : numpy.ndarray of float64, shape (m,)
        Days from a moment.

    Returns
    -------
    numpy.ndarray of float64, shape (m,)
    """
    return until - since


@dataclass(frozen=True, eq=False)
class NewBusiness:
    """What is won in a span ahead from opportunities that are created only after the moment.

    Attributes
    ----------
    mean, variance : numpy.ndarray of float64, shape (cells,)
        Money, and money squared.
    """

    mean: Floats
    variance: Floats

    def draw(self, cell: int, count: int) -> Floats:
        """Draw what it may come to: never below 0, and the rarer the wins, the more uneven.

        Parameters
        ----------
        cell : int
        count : int
            How often.

        Returns
        -------
        numpy.ndarray of float64, shape (count,)
            Of a gamma distribution.
        """
        mean, variance = self.mean[cell], self.variance[cell]
        if not (mean > 0 and variance > 0):
            return np.full(count, mean)
        return np.random.default_rng(5).gamma(mean**2 / variance, variance / mean, count)


def new_business(
    won: Won,
    cells: Cells,
    created: Integers,
    now: int,
    ahead: tuple[float, float],
    exposure: Exposure = days_between,
) -> NewBusiness:
    """Look back: how much was won in such a span from opportunities that were created after that.

    Parameters
    ----------
    won : Won
        What was won so far.
    cells : Cells
        The sums to tell it for.
    created : numpy.ndarray of int64, shape (n,)
        When each opportunity so far was created, however it ended: microseconds since 1970 in UTC.
    now : int
        The moment, in the same unit.
    ahead : tuple of float
        Days from the moment to where the span begins and where it ends.
    exposure : callable
        Counts the days between times, which are given in days from the moment, each as often as its factor
        of winning says.

    Returns
    -------
    NewBusiness
        Nothing where the span is over, or the history is shorter than it. It is linear in what was won:
        cells that are added up have the sum of their means.

    Notes
    -----
    Every week of the past is looked at from which such a span is over by now; late ones count for more. The
    mean is multiplied by how many opportunities are created at present, over how many were in those spans,
    and by the days of the span over those of the others, as the calendar counts them.
    The variance is the larger of two, as a few large wins may be missing from one and a drift from the
    other: that of wins which come independently (the sum of squared amounts; compound Poisson), and that
    between the spans. Both are stretched for resting on as few spans as they do.

    Examples
    --------
    Every day one opportunity is created, and won for 100 after 10 days; 80 of them within the next 90:

    >>> import pandas as pd
    >>> created = np.arange(700) * MICROSECONDS_PER_DAY
    >>> won = Won(np.arange(690), created[:690], created[10:], np.full(690, 100.0))
    >>> cells = Cells(pd.DataFrame({"currency": ["EUR"]}), np.zeros(700, dtype=np.int64))
    >>> new_business(won, cells, created, created[-1], (0.0, 90.0)).mean.round().tolist()
    [8000.0]
    """
    begin, end = ahead
    creations = (created - now) / MICROSECONDS_PER_DAY
    origins = np.arange(-end, max(creations.min(initial=0.0), -BACK - end), -EVERY)[::-1]
    if begin == end or not len(origins):
        return NewBusiness(np.zeros(len(cells)), np.zeros(len(cells)))
    weight = 0.5 ** ((origins[-1] - origins) / RECENT)
    weight /= weight.sum()
    growth = _growth(creations, origins, weight, end)
    sums, squares = _by_origin(won, cells, now, origins, ahead)
    then = exposure(origins + begin, origins + end)
    season = exposure(np.array([begin]), np.array([end]))[0] / (then @ weight)
    mean = sums @ weight * growth
    usual = mean[:, np.newaxis] * then / (then @ weight)
    between = (sums * growth - usual) ** 2 @ weight
    overlap = np.maximum(1 - np.abs(origins[:, np.newaxis] - origins) / end, 0.0)
    spans = max(1 / (weight @ overlap @ weight), FEWEST)
    apart = squares @ weight * growth * (1 + 1 / spans) * season
    return NewBusiness(mean * season, np.maximum(apart, between * (spans + 1) / (spans - 1) * season**2))


def _growth(creations: Floats, origins: Floats, weight: Floats, days: float) -> float:
    """How many opportunities are created at present, over how many were in the spans."""
    at = np.sort(creations)
    then = (
        (np.searchsorted(at, origins + days, "right") - np.searchsorted(at, origins, "right")) @ weight / days
    )
    recent = min(RECENT, -at[0])
    return float((at > -recent).sum() / recent / then) if then else 1.0


def _by_origin(
    won: Won, cells: Cells, now: int, origins: Floats, ahead: tuple[float, float]
) -> tuple[Floats, Floats]:
    """Sums of amounts and of their squares, per cell and origin: a win counts from one origin to another."""
    begin, end = ahead
    created, closed = ((times - now) / MICROSECONDS_PER_DAY for times in (won.created, won.closed))
    enters = np.searchsorted(origins, closed - end)
    leaves = np.maximum(np.searchsorted(origins, np.minimum(created, closed - begin)), enters)
    change = np.zeros((2, len(cells), len(origins) + 1))
    cell = cells.cell[won.opportunity]
    for found, value in zip(change, (won.amount, won.amount**2), strict=True):
        np.add.at(found, (cell, enters), value)
        np.add.at(found, (cell, leaves), -value)
    sums, squares = np.cumsum(change, axis=2)[:, :, :-1]
    return np.maximum(sums, 0.0), np.maximum(squares, 0.0)
