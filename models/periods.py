"""The time ahead of a moment, cut into periods: short ones first, where most is known."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from models.outcomes import Floats

WEEKS: Final = (0, 1, 2, 4, 6, 9, 13, 18, 26, 39, 52, 78, 104)
"""When each period begins, in weeks from the moment; the last one has no end."""

STARTS: Final = 7.0 * np.array(WEEKS)
"""The same in days."""

ENDS: Final = np.append(STARTS[1:], np.inf)
"""When each period ends, in days."""

PERIODS: Final = len(WEEKS)


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
