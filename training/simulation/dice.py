"""Throws of the dice for many deals at once."""

from __future__ import annotations

import numpy as np

from winprob.training.simulation.deals import Array


def happens(chance: Array, rng: np.random.Generator) -> Array:
    """Decide, independently in each place, whether something happens.

    Parameters
    ----------
    chance : array of float
        Probabilities, of any shape.
    rng : np.random.Generator
        The source of chance.

    Returns
    -------
    array of bool
        Of the same shape.

    Examples
    --------
    >>> happens(np.array([0.0, 1.0]), np.random.default_rng(0))
    array([False,  True])
    """
    hits: Array = rng.random(chance.shape, dtype=np.float32) < chance
    return hits


def choose(weights: Array, rng: np.random.Generator) -> Array:
    """Choose a row for each column, as likely as its weight in that column.

    Parameters
    ----------
    weights : array (k, n)
        Not negative.
    rng : np.random.Generator
        The source of chance.

    Returns
    -------
    array of int (n,)
        Rows; the first one where all weights are 0.

    Examples
    --------
    >>> choose(np.array([[0, 2, 0], [0, 0, 3]]), np.random.default_rng(0))
    array([0, 0, 1])
    """
    up_to = np.array(weights, dtype=float)
    for row in range(1, len(up_to)):  # np.cumsum along this axis takes ten times as long
        up_to[row] += up_to[row - 1]
    passed = (rng.random(up_to.shape[1]) * up_to[-1] >= up_to).sum(axis=0, dtype=np.int8)
    chosen: Array = passed.astype(np.int64) % len(up_to)
    return chosen
