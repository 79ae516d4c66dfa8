"""How much holds at a moment: whole numbers that come and go over time."""

from __future__ import annotations

import numpy as np

from winprob.features.instant import NEVER
from winprob.features.timeline import AsOf, Integers, Timeline


class Tally:
    """Spans of time, to be counted where they cover a moment.

    Parameters
    ----------
    group : numpy.ndarray of int64, shape (n_spans,)
        To whom a span belongs.
    start, end : numpy.ndarray of int64, shape (n_spans,)
        From when, and until just before when it holds, microseconds since 1970 in UTC; or `NEVER`.

    Examples
    --------
    >>> competitors = Tally(np.array([0, 0]), np.array([10, 20]), np.array([30, NEVER]))
    >>> competitors.at(np.array([0, 0, 0, 0]), np.array([9, 10, 25, 30])).sum().tolist()
    [0, 1, 2, 1]
    """

    def __init__(self, group: Integers, start: Integers, end: Integers) -> None:
        starts = np.flatnonzero(end > start)
        ends = starts[end[starts] != NEVER]
        span = np.concatenate([starts, ends])
        self._timeline = Timeline(group[span], np.concatenate([start[starts], end[ends]]))
        order = self._timeline.order
        self._span, self._sign = span[order], np.where(order < len(starts), 1, -1)

    def at(self, group: Integers, moment: Integers) -> Covering:
        """Find the spans that cover each moment.

        Parameters
        ----------
        group, moment : numpy.ndarray of int64, shape (n_moments,)
            Whose spans, and when (microseconds since 1970 in UTC).
        """
        return Covering(self._timeline.at(group, moment), self._span, self._sign)


class Covering:
    """The spans that cover moments.

    Parameters
    ----------
    changes : AsOf
        The starts and ends that there were by each moment.
    span : numpy.ndarray of int64, shape (n_changes,)
        The number of the span that starts or ends.
    sign : numpy.ndarray of int64, shape (n_changes,)
        1 where it starts, -1 where it ends.

    Examples
    --------
    >>> Tally(np.array([0]), np.array([10]), np.array([30])).at(np.array([0]), np.array([10])).sum().tolist()
    [1]
    """

    def __init__(self, changes: AsOf, span: Integers, sign: Integers) -> None:
        self._changes, self._span, self._sign = changes, span, sign

    def sum(self, weight: Integers | None = None) -> Integers:
        """Sum what the spans weigh.

        Parameters
        ----------
        weight : numpy.ndarray of int64, shape (n_spans,), optional
            Of each span, 1 if left out. Whole numbers, so that sums are exact in any order.

        Returns
        -------
        numpy.ndarray of int64, shape (n_moments,)

        Examples
        --------
        >>> heavy = Tally(np.array([0]), np.array([10]), np.array([30]))
        >>> heavy.at(np.array([0, 0]), np.array([29, 30])).sum(np.array([5])).tolist()
        [5, 0]
        """
        return self._changes.total(self._sign if weight is None else weight[self._span] * self._sign)


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
