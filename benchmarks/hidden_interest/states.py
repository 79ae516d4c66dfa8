"""What nobody sees of a deal: how much the customer wants to buy, and where we stand with them."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

INTERESTS = ("none", "looking", "project", "buying")
POSITIONS = ("behind", "level", "ahead")
STATES = len(INTERESTS) * len(POSITIONS)
"""Every interest with every position; the position changes fastest along the axis of states."""


def by_interest(values: npt.ArrayLike) -> Array:
    """Spread what depends on the customer's interest over the states.

    Parameters
    ----------
    values : array-like of shape (..., 4)
        In the order of `INTERESTS`.

    Returns
    -------
    numpy.ndarray of float64, shape (..., 12)

    Examples
    --------
    >>> by_interest([0, 1, 2, 3])
    array([0., 0., 0., 1., 1., 1., 2., 2., 2., 3., 3., 3.])
    """
    return np.repeat(np.asarray(values, np.float64), len(POSITIONS), axis=-1)


def by_position(values: npt.ArrayLike) -> Array:
    """Spread what depends on our position over the states.

    Parameters
    ----------
    values : array-like of shape (..., 3)
        In the order of `POSITIONS`.

    Returns
    -------
    numpy.ndarray of float64, shape (..., 12)

    Examples
    --------
    >>> by_position([0, 1, 2])
    array([0., 1., 2., 0., 1., 2., 0., 1., 2., 0., 1., 2.])
    """
    values = np.asarray(values, np.float64)
    return np.tile(values, (1,) * (values.ndim - 1) + (len(INTERESTS),))


def by_both(values: npt.ArrayLike) -> Array:
    """Spread what depends on interest and position together over the states.

    Parameters
    ----------
    values : array-like of shape (..., 4, 3)
        Rows in the order of `INTERESTS`, columns in that of `POSITIONS`.

    Returns
    -------
    numpy.ndarray of float64, shape (..., 12)

    Examples
    --------
    >>> by_both([[0, 1, 2], [3, 4, 5], [6, 7, 8], [9, 10, 11]]).tolist() == list(range(12))
    True
    """
    values = np.asarray(values, np.float64)
    return values.reshape(*values.shape[:-2], STATES)
