"""Rank scores of all number columns of a matrix at once: straight lines between the values of the fit."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from winprob.models.measure.outcomes import Floats

BLOCK = 4096
"""Rows that are looked up together: what is between their values and their rank scores stays in the cache."""


class RankScores:
    """Straight lines between knots, one line of them for each column; flat beyond the first and the last.

    What `numpy.interp` gives column by column, in a few steps for all of them: a service that scores one
    opportunity would otherwise spend most of its time between the columns.

    Parameters
    ----------
    knots : sequence of tuple
        For each column its values, rising, and the rank score of each.

    Examples
    --------
    >>> scores = RankScores([((0.0, 10.0), (-1.0, 1.0)), ((3.0,), (0.0,))])
    >>> scores.of(np.array([[5.0, 3.0], [99.0, np.nan]])).tolist()
    [[0.0, 0.0], [1.0, 0.0]]
    """

    def __init__(self, knots: Sequence[tuple[Sequence[float], Sequence[float]]]) -> None:
        self._values = [np.array(values, np.float64) for values, _ in knots]
        # Before the first knot and after the last is a piece too, of slope 0 from 0.
        sizes = [len(values) + 1 for values in self._values]
        self._first = np.cumsum([0, *sizes[:-1]])[: len(sizes)]
        pieces = [
            _pieces(values, np.array(scores)) for values, (_, scores) in zip(self._values, knots, strict=True)
        ]
        self._start, self._slope, self._low, self._high = np.concatenate([np.empty((4, 0)), *pieces], axis=1)

    def of(self, values: Floats) -> Floats:
        """Tell the rank score of each value.

        Parameters
        ----------
        values : numpy.ndarray of float64, shape (n, k)
            One column for each line; NaN is missing.

        Returns
        -------
        numpy.ndarray of float64, shape (n, k)
            0, the mean, where it is missing.
        """
        found = np.empty(values.shape)
        for begin in range(0, len(values), BLOCK):
            found[begin : begin + BLOCK] = self._of_block(values[begin : begin + BLOCK])
        return found

    def _of_block(self, values: Floats) -> Floats:
        piece = np.empty(values.shape, np.intp)
        for place, knots in enumerate(self._values):
            piece[:, place] = knots.searchsorted(values[:, place], side="right")
        piece += self._first
        low, high = self._low[piece], self._high[piece]
        with np.errstate(invalid="ignore", over="ignore"):
            line = self._slope[piece] * (values - self._start[piece]) + low
        # Rounding must not carry the line past its ends: a rising curve rises to the last bit. Between knots
        # so close that the slope is infinite there may be no number: the lower end stands for it.
        line = np.fmin(np.fmax(line, np.minimum(low, high)), np.maximum(low, high))
        return np.where(np.isnan(values), 0.0, line)


def _pieces(values: Floats, scores: Floats) -> Floats:
    """Start, slope, and rank scores at both ends of each piece of a line, shape (4, n_knots + 1)."""
    with np.errstate(over="ignore"):
        slope = np.diff(scores) / np.diff(values)
    return np.array(
        [
            [0.0, *values[:-1], 0.0],
            [0.0, *slope, 0.0],
            [scores[0], *scores],
            [*scores, scores[-1]],
        ]
    )
