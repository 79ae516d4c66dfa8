"""What is known at a moment: the only place where two times are compared.

Rows are kept sorted by group (an opportunity, a customer, a seller) and time: a binary search in its group
finds what is known at a moment. Nothing recorded later can be returned from here.
"""

from __future__ import annotations

from functools import cached_property
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from winprob.features.instant import MICROSECONDS_PER_DAY, UNKNOWN, days_between
from winprob.features.sorted_rows import sorted_rows

Array = TypeVar("Array", npt.NDArray[np.int64], npt.NDArray[np.float64])
Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


FEW = 2000
"""Pairs of a row and a moment that are compared sooner than a search begins: those of one document."""


class Timeline:
    """Rows of one table, sorted by group and time.

    Parameters
    ----------
    group : numpy.ndarray of int64, shape (n_rows,)
        To whom a row belongs, numbered from 0.
    time : numpy.ndarray of int64, shape (n_rows,)
        When it became known, microseconds since 1970 in UTC; `UNKNOWN` comes first. Of two rows at the same
        time the later one wins.

    Attributes
    ----------
    order : numpy.ndarray of int64, shape (n_rows,)
        The rows' numbers in sorted order: ``values[order]`` sorts a column along.
    group, time : numpy.ndarray of int64, shape (n_rows,)
        The groups and times in sorted order.

    Examples
    --------
    >>> timeline = Timeline(np.array([0, 0, 1]), np.array([10, 20, 15]))
    >>> timeline.at(np.array([0, 0, 1]), np.array([9, 25, 15])).total(np.ones(3, np.int64)).tolist()
    [0, 2, 1]
    """

    def __init__(self, group: Integers, time: Integers) -> None:
        self.order = sorted_rows(group, time)
        self.group = group[self.order]
        self.time = time[self.order]
        # Where the rows of each group begin, and one past the last group's.
        rows = np.bincount(self.group)
        self._begin = np.zeros(len(rows) + 1, np.int64)
        rows.cumsum(out=self._begin[1:])

    def at(self, group: Integers, moment: Integers) -> AsOf:
        """Look at the table as it stood at each moment.

        Parameters
        ----------
        group : numpy.ndarray of int64, shape (n_moments,)
            Whose rows to look at; a negative number has none.
        moment : numpy.ndarray of int64, shape (n_moments,)
            Microseconds since 1970 in UTC.

        Returns
        -------
        AsOf
            What was known.

        Examples
        --------
        >>> Timeline(np.array([0]), np.array([10])).at(np.array([0, 0]), np.array([9, 10])).any.tolist()
        [False, True]
        """
        return AsOf(self, group, moment)

    def position(self, group: Integers, moment: Integers) -> Integers:
        """Index, in sorted order, one past the last row of the group that is known at the moment.

        Examples
        --------
        >>> Timeline(np.array([0, 0]), np.array([10, 20])).position(np.array([0]), np.array([10])).tolist()
        [1]
        """
        if len(group) * len(self.time) <= FEW:
            known = (self.group == group[:, np.newaxis]) & (self.time <= moment[:, np.newaxis])
            count: Integers = known.sum(axis=1)
            return self.start(group) + count
        low, high = self.start(group), self.start(group + 1)
        step = 1 << int((high - low).max(initial=0)).bit_length()
        while step := step >> 1:
            probe = low + step
            known = (self.time.take(probe - 1, mode="clip") <= moment) & (probe <= high)
            low = np.where(known, probe, low)
        return low

    def start(self, group: Integers) -> Integers:
        """Index, in sorted order, of the first row of the group."""
        return self._begin.take(group, mode="clip")

    @cached_property
    def first_of_group(self) -> Flags:
        """Whether a row is the first of its group, shape (n_rows,)."""
        begins: Flags = np.diff(self.group, prepend=-1) != 0
        return begins


class AsOf:
    """One table at many moments. Columns given to its methods are in the timeline's sorted order.

    Parameters
    ----------
    timeline : Timeline
        The table.
    group, moment : numpy.ndarray of int64, shape (n_moments,)
        Whose rows to look at, and when (microseconds since 1970 in UTC).

    Attributes
    ----------
    begin, end : numpy.ndarray of int64, shape (n_moments,)
        The rows ``begin:end`` of the timeline are those known at each moment.

    Examples
    --------
    >>> day = MICROSECONDS_PER_DAY
    >>> timeline = Timeline(np.array([0, 0]), np.array([1 * day, 3 * day]))
    >>> known = timeline.at(np.array([0]), np.array([10 * day]))
    >>> known.last(np.array([5.0, 7.0])).tolist(), known.days_since_last.tolist(), known.within(7).tolist()
    ([7.0], [7.0], [0.0])
    """

    def __init__(self, timeline: Timeline, group: Integers, moment: Integers) -> None:
        self.timeline = timeline
        self.group = group
        self.moment = moment
        self.begin = timeline.start(group)
        self.end = timeline.position(group, moment)

    @cached_property
    def any(self) -> Flags:
        """Whether any row is known."""
        return self.end > self.begin

    @cached_property
    def complete(self) -> Flags:
        """Whether the past is recorded: no row is of an unknown time."""
        begins: Flags = self._time(self.begin) != UNKNOWN
        return begins | ~self.any

    def within(self, days: float) -> Floats:
        """Count the rows of the last days.

        Parameters
        ----------
        days : float
            Length of the window that ends at the moment; its beginning does not belong to it.

        Returns
        -------
        numpy.ndarray of float64, shape (n_moments,)
            Missing where the past is not recorded.

        Examples
        --------
        >>> monday, week = Timeline(np.array([0]), np.array([0])), 7 * MICROSECONDS_PER_DAY
        >>> monday.at(np.array([0, 0]), np.array([week - 1, week])).within(7).tolist()
        [1.0, 0.0]
        """
        earlier = self.timeline.position(self.group, self.moment - int(days * MICROSECONDS_PER_DAY))
        return np.where(self.complete, self.end - earlier, np.nan)

    def last(self, values: Floats) -> Floats:
        """Value of the last row known.

        Parameters
        ----------
        values : numpy.ndarray of float64, shape (n_rows,)
            A column, in the timeline's order.

        Returns
        -------
        numpy.ndarray of float64, shape (n_moments,)
            Missing where no row is known.

        Examples
        --------
        >>> known = Timeline(np.array([0, 0]), np.array([10, 20])).at(np.array([0, 0]), np.array([9, 25]))
        >>> known.last(np.array([1.0, 2.0])).tolist()
        [nan, 2.0]
        """
        return _picked(values, self.end - 1, self.any, np.nan)

    def first(self, values: Floats) -> Floats:
        """Value of the first row, where any is known.

        Parameters
        ----------
        values : numpy.ndarray of float64, shape (n_rows,)
            A column, in the timeline's order.

        Returns
        -------
        numpy.ndarray of float64, shape (n_moments,)
            Missing where no row is known.

        Examples
        --------
        >>> known = Timeline(np.array([0, 0]), np.array([10, 20])).at(np.array([0, 0]), np.array([9, 25]))
        >>> known.first(np.array([1.0, 2.0])).tolist()
        [nan, 1.0]
        """
        return _picked(values, self.begin, self.any, np.nan)

    def total(self, values: Integers) -> Integers:
        """Sum of the values of the rows known.

        Parameters
        ----------
        values : numpy.ndarray of int64, shape (n_rows,)
            A column, in the timeline's order. Whole numbers add up exactly in any order, so that one
            opportunity alone and a whole history give the same sum.

        Returns
        -------
        numpy.ndarray of int64, shape (n_moments,)
            Zero where no row is known.

        Examples
        --------
        >>> known = Timeline(np.array([0, 0]), np.array([10, 20])).at(np.array([0, 0]), np.array([9, 25]))
        >>> known.total(np.array([1, 2])).tolist()
        [0, 3]
        """
        sums = np.zeros(len(values) + 1, np.int64)
        values.cumsum(out=sums[1:])
        total: Integers = sums[self.end] - sums[self.begin]
        return total

    def last_row(self, rows: Integers) -> Integers:
        """Value of a column of whole numbers in the last row known.

        Parameters
        ----------
        rows : numpy.ndarray of int64, shape (n_rows,)
            A column, in the timeline's order, such as the numbers of the rows themselves.

        Returns
        -------
        numpy.ndarray of int64, shape (n_moments,)
            -1 where no row is known.

        Examples
        --------
        >>> known = Timeline(np.array([0, 0]), np.array([10, 20])).at(np.array([0, 0]), np.array([9, 25]))
        >>> known.last_row(np.arange(2)).tolist()
        [-1, 1]
        """
        if not len(rows):
            return np.full(len(self.end), -1)
        return np.where(self.any, rows[self.end - 1], -1)

    @cached_property
    def last_time(self) -> Integers:
        """When the last row became known, `UNKNOWN` where none is or its time is not known."""
        return self._time(self.end - 1)

    @cached_property
    def days_since_last(self) -> Floats:
        """Days since the last row, missing where none is known."""
        return days_between(self.last_time, self.moment)

    def _time(self, index: Integers) -> Integers:
        return _picked(self.timeline.time, index, self.any, UNKNOWN)


def _picked(values: Array, index: Integers, where: Flags, missing: float) -> Array:
    if not len(values):
        return np.full(len(index), missing, values.dtype)
    return np.where(where, values.take(index, mode="clip"), np.array(missing, values.dtype))
