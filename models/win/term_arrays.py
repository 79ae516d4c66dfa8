"""The terms of an additive part beside each other, in arrays: what all columns add, in a few steps."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from winprob.models.measure.outcomes import Floats
from winprob.models.win.rank_scores import RankScores
from winprob.models.win.terms import Curve, Levels, Stated


class TermArrays:
    """The same as each term gives by itself, to the last digit.

    Parameters
    ----------
    terms : sequence of Curve, Stated or Levels
        One for each column.

    Attributes
    ----------
    numbers, curves, falls : numpy.ndarray of bool, shape (k,)
        Whether a column is no category, whether its values have a curve, and whether that falls.

    Examples
    --------
    >>> arrays = TermArrays([Curve(values=(0.0, 2.0), rank_scores=(-1.0, 1.0), slope=-0.5),
    ...                      Levels(known=(0.2, -0.1), missing=0.0)])
    >>> values = np.array([[2.0, 1.0], [np.nan, 0.0]])
    >>> arrays.contributions(values, arrays.rank_scores(values)).tolist(), arrays.falls.tolist()
    ([[-0.5, -0.1], [0.0, 0.2]], [True, False])
    """

    def __init__(self, terms: Sequence[Curve | Stated | Levels]) -> None:
        placed = list(enumerate(terms))
        self._categories = [(place, term) for place, term in placed if isinstance(term, Levels)]
        self._stated = [(place, term) for place, term in placed if isinstance(term, Stated)]
        self._lines = RankScores(
            [(term.values, term.rank_scores) for term in terms if isinstance(term, Curve)]
        )
        self.numbers = np.array([not isinstance(term, Levels) for term in terms], bool)
        self.curves = np.array([isinstance(term, Curve) for term in terms], bool)
        self.falls = np.array([isinstance(term, Curve) and term.slope < 0 for term in terms], bool)
        effects = [(0.0, 0.0, 0.0) if isinstance(term, Levels) else _effect(term) for term in terms]
        self._slope, self._known, self._missing = np.array(effects).reshape(len(terms), 3).T

    def rank_scores(self, values: Floats) -> Floats:
        """Tell the rank score of each number.

        Parameters
        ----------
        values : numpy.ndarray of float64, shape (n, k)
            The encoded matrix; NaN is missing.

        Returns
        -------
        numpy.ndarray of float64, shape (n, k)
            Of stated probabilities their log-odds; 0 for categories, and where something is missing.
        """
        scores = np.zeros(values.shape)
        scores[:, self.curves] = self._lines.of(values[:, self.curves])
        for place, term in self._stated:
            scores[:, place] = term.rank_score_of(values[:, place])
        return scores

    def contributions(self, values: Floats, rank_scores: Floats) -> Floats:
        """Tell what each column adds to the log-odds.

        Parameters
        ----------
        values, rank_scores : numpy.ndarray of float64, shape (n, k)
            The encoded matrix, NaN where something is missing, and its `rank_scores`.

        Returns
        -------
        numpy.ndarray of float64, shape (n, k)
        """
        added = np.where(np.isnan(values), self._missing, self._slope * rank_scores + self._known)
        for place, term in self._categories:
            added[:, place] = term.contributions(values[:, place])
        return added


def _effect(term: Curve | Stated) -> tuple[float, float, float]:
    return term.slope, term.known, term.missing
