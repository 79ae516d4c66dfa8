"""Rows of flags that are alike."""

from __future__ import annotations

import numpy as np

from winprob.features.timeline import Flags, Integers


def distinct_rows(flags: Flags) -> tuple[Flags, Integers]:
    """Find the different rows.

    Parameters
    ----------
    flags : numpy.ndarray of bool, shape (n, k)
        The rows.

    Returns
    -------
    numpy.ndarray of bool, shape (m, k)
        The different ones, in the order in which they first occur.
    numpy.ndarray of int64, shape (n,)
        Which of these each row is.

    Examples
    --------
    >>> distinct, which = distinct_rows(np.array([[True, False], [False, False], [True, False]]))
    >>> distinct.tolist(), which.tolist()
    ([[True, False], [False, False]], [0, 1, 0])
    """
    packed = np.packbits(flags, axis=1)
    width, text = packed.shape[1], packed.tobytes()
    first: dict[bytes, int] = {}
    # A dictionary of bytes: numpy.unique sorts the rows, which takes longer for few as for many.
    seen = [first.setdefault(text[row * width : (row + 1) * width], row) for row in range(len(flags))]
    rows = np.array(list(first.values()), np.int64)
    return flags[rows], np.searchsorted(rows, seen)
