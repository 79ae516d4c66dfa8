"""How much holds at a moment: whole numbers that come and go over time."""

from __future__ import annotations

import numpy as np

from winprob.features.instant import NEVER
from winprob.features.timeline import Integers, Timeline


class Tally:
    """Sum of the weights whose span covers a moment.

    Parameters
    ----------
    group : numpy.ndarray of int64, shape (n_spans,)
        To whom a span belongs.
    start, end : numpy.ndarray of int64, shape (n_spans,)
        From when, and until just before when it holds, microseconds since 1970 in UTC; or `NEVER`.
    weight : numpy.ndarray of int64, shape (n_spans,), optional
        What it counts, 1 if left out. Whole numbers, so that sums are exact in any order.

    Examples
    --------
    >>> competitors = Tally(np.array([0, 0]), np.array([10, 20]), np.array([30, NEVER]))
    >>> competitors.at(np.array([0, 0, 0, 0]), np.array([9, 10, 25, 30])).tolist()
    [0, 1, 2, 1]
    """

    def __init__(
        self, group: Integers, start: Integers, end: Integers, weight: Integers | None = None
    ) -> None:
        weights = np.ones(len(group), np.int64) if weight is None else weight
        real = end > start
        ends = real & (end != NEVER)
        self._timeline = Timeline(
            np.concatenate([group[real], group[ends]]), np.concatenate([start[real], end[ends]])
        )
        self._changes = np.concatenate([weights[real], -weights[ends]])[self._timeline.order]

    def at(self, group: Integers, moment: Integers) -> Integers:
        """Sum what holds at each moment.

        Parameters
        ----------
        group, moment : numpy.ndarray of int64, shape (n_moments,)
            Whose spans, and when (microseconds since 1970 in UTC).

        Returns
        -------
        numpy.ndarray of int64, shape (n_moments,)

        Examples
        --------
        >>> heavy = Tally(np.array([0]), np.array([10]), np.array([30]), np.array([5]))
        >>> heavy.at(np.array([0, 0]), np.array([29, 30])).tolist()
        [5, 0]
        """
        return self._timeline.at(group, moment).total(self._changes)


def superseded(group: Integers, key: Integers, time: Integers) -> Integers:
    """When the next row of the same group and key replaces a row.

    Parameters
    ----------
    group, key, time : numpy.ndarray of int64, shape (n_rows,)
        Of two rows at the same time the later one wins.

    Returns
    -------
    numpy.ndarray of int64, shape (n_rows,)
        `NEVER` where none follows.

    Examples
    --------
    >>> replaced = superseded(np.array([0, 0, 0]), np.array([1, 1, 2]), np.array([5, 8, 6]))
    >>> replaced.tolist() == [8, NEVER, NEVER]
    True
    """
    order = np.lexsort((time, key, group))
    same = (np.diff(group[order]) == 0) & (np.diff(key[order]) == 0)
    replaced = np.full(len(group), NEVER)
    replaced[order[:-1][same]] = time[order[1:][same]]
    return replaced
