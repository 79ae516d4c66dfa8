"""The time ahead of a moment, cut into periods: short ones first, where most is known."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from winprob.models.measure.outcomes import Floats

WEEKS: Final = (0, 1, 2, 4, 6, 9, 13, 18, 26, 39, 52, 78, 104)
"""When each period begins, in weeks from the moment; the last one has no end."""

STARTS: Final = 7.0 * np.array(WEEKS)
"""The same in days."""

ENDS: Final = np.append(STARTS[1:], np.inf)
"""When each period ends, in days."""

PERIODS: Final = len(WEEKS)

TOGETHER: Final = 4096
"""Rows that are looked at together: each has every period, or every day of a year, and many would fill the
memory."""

DAILY: Final = 364
"""Days of which each is an interval of its own where the calendar counts: a year, in whole weeks."""


def interval_ends(passed: Floats) -> Floats:
    """Cut the time ahead where periods end, and for a year where days of the company do.

    Parameters
    ----------
    passed : numpy.ndarray of float64, shape (n,)
        Share of the day that has passed at each moment: 0 to less than 1.

    Returns
    -------
    numpy.ndarray of float64, shape (n, m)
        When each interval ends, in days from the moment; the last one never does. Where a day ends with a
        period there is an interval of no length.

    Examples
    --------
    >>> interval_ends(np.array([0.25]))[0, [0, 1, 6, 7, 8, -1]].tolist()
    [0.75, 1.75, 6.75, 7.0, 7.75, inf]
    """
    days = 1.0 - passed[:, np.newaxis] + np.arange(DAILY)
    return np.sort(np.column_stack([days, np.tile(ENDS, (len(passed), 1))]), axis=1)


def spent(days: npt.ArrayLike) -> Floats:
    """Share days out among the periods.

    Parameters
    ----------
    days : array-like of shape (...)
        From the moment on; infinite for all the time there is, negative is none.

    Returns
    -------
    numpy.ndarray of float64, shape (..., PERIODS)
        Days in each period; along the last axis they add up to `days`.

    Examples
    --------
    >>> spent([20.0])[0, :4].tolist()
    [7.0, 7.0, 6.0, 0.0]
    """
    until = np.asarray(days, dtype=np.float64)[..., np.newaxis]
    inside: Floats = np.maximum(np.minimum(until, ENDS) - STARTS, 0.0)
    return inside


def ending_in(days: npt.ArrayLike) -> npt.NDArray[np.bool_]:
    """Say in which period an ending falls.

    Parameters
    ----------
    days : array-like of shape (n,)
        From the moment to its ending, more than 0.

    Returns
    -------
    numpy.ndarray of bool, shape (n, PERIODS)
        True once in each row; the end of a period belongs to it.

    Examples
    --------
    >>> np.flatnonzero(ending_in([14.0])).tolist()
    [1]
    """
    until = np.asarray(days, dtype=np.float64)[:, np.newaxis]
    return np.asarray((until > STARTS) & (until <= ENDS))
