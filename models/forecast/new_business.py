"""New business: what will be won from opportunities that are not created yet, as it was in the past."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from features.timeline import Floats, Integers

EVERY = 7.0
"""Days from one look back to the next."""
BACK = 548.0
"""Days before which nobody looks: a year and a half."""
HALF_LIFE = 182.0
"""Days after which a look counts for half."""


@dataclass(frozen=True, eq=False)
class NewBusiness:
    """What is won in a span ahead from opportunities created before its end, but after the moment.

    Attributes
    ----------
    mean, variance : numpy.ndarray of float64, shape (cells,)
        Money, and money squared.

    Examples
    --------
    See `new_business`.
    """

    mean: Floats
    variance: Floats


def new_business(
    created: Floats,
    closed: Floats,
    amount: Floats,
    cell: Integers,
    cells: int,
    ahead: tuple[float, float],
    first: float,
) -> NewBusiness:
    """Look back: how much was won in such a span from opportunities that were created after the look.

    Parameters
    ----------
    created, closed : numpy.ndarray of float64, shape (n,)
        When opportunities that were won began and ended, in days from the moment: 0 or less.
    amount : numpy.ndarray of float64, shape (n,)
        What they came to.
    cell : numpy.ndarray of int64, shape (n,)
        Which sum each counts for.
    cells : int
        How many sums there are.
    ahead : tuple of float
        Days from the moment to where the span begins and where it ends.
    first : float
        Since when there is a history, in days from the moment.

    Returns
    -------
    NewBusiness
        Nothing where the history is shorter than the span. It is linear in what was won, so sums of cells
        have the sums of their means.

    Examples
    --------
    Every week one opportunity is created, and won for 100 after 10 days:

    >>> created = np.arange(-700.0, -10.0, 7.0)
    >>> one = np.zeros(len(created), dtype=np.int64)
    >>> found = new_business(created, created + 10, np.full(len(created), 100.0), one, 1, (0.0, 90.0), -700.0)
    >>> found.mean.round().tolist()
    [1100.0]
    """
    begin, end = ahead
    looks = np.arange(-end, max(first, -BACK - end) - 1e-9, -EVERY)[::-1]
    if not len(looks):
        return NewBusiness(np.zeros(cells), np.zeros(cells))
    enters = np.searchsorted(looks, closed - end)
    leaves = np.maximum(np.searchsorted(looks, np.minimum(created, closed - begin)), enters)
    change = np.zeros((cells, len(looks) + 1))
    np.add.at(change, (cell, enters), amount)
    np.add.at(change, (cell, leaves), -amount)
    sums = np.cumsum(change, axis=1)[:, :-1]
    weight = 0.5 ** ((looks[-1] - looks) / HALF_LIFE)
    weight /= weight.sum()
    mean = sums @ weight
    return NewBusiness(mean, ((sums - mean[:, np.newaxis]) ** 2) @ weight)
