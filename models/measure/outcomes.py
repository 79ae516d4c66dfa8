"""Outcomes with their weights, checked: what everything that learns or measures starts from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Outcomes:
    """What became of each row, and how much each row counts.

    Attributes
    ----------
    won : numpy.ndarray of float64, shape (n,)
        1 where the opportunity was won, 0 where it was lost.
    weight : numpy.ndarray of float64, shape (n,)
        How many rows each row stands for: 2 is the same as the row twice, 0 as no row.

    Examples
    --------
    >>> outcomes = Outcomes.of([1, 0, 0], sample_weight=[2, 1, 1])
    >>> outcomes.rate, outcomes.smoothed_rate
    (0.5, 0.5)
    """

    won: Floats
    weight: Floats

    @classmethod
    def of(cls, y: npt.ArrayLike, sample_weight: npt.ArrayLike | None = None) -> Outcomes:
        """Check outcomes and weights.

        Parameters
        ----------
        y : array-like of shape (n,)
            1 (or true) for won, 0 (or false) for lost.
        sample_weight : array-like of shape (n,), optional
            Finite, not negative, not all zero; 1 for every row if left out. No rows at all are fine.

        Raises
        ------
        ValueError
            If an outcome is neither 0 nor 1, or the weights are not as said above.
        """
        labels = np.asarray(y)
        if labels.ndim != 1:
            raise ValueError(f"y: expected outcomes in one dimension, found shape {labels.shape}")
        other = [label for label in labels.tolist() if label not in (0, 1)]
        if other:
            raise ValueError(
                f"y: expected 1 for won and 0 for lost, found {other[0]!r} ({len(other)} such rows); "
                "leave out rows without outcome and turn names into 0 and 1"
            )
        return cls(labels.astype(np.float64), row_weights(sample_weight, len(labels)))

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.won)

    @property
    def rate(self) -> float:
        """Weighted share of won rows; not defined without rows."""
        return float(np.average(self.won, weights=self.weight)) if len(self) else float("nan")

    @property
    def smoothed_rate(self) -> float:
        """Laplace's rule of succession, (won + 1) / (rows + 2): never 0 or 1."""
        return float(((self.weight * self.won).sum() + 1.0) / (self.weight.sum() + 2.0))

    @property
    def only_outcome(self) -> str | None:
        """The outcome of all rows that count, ``"won"`` or ``"lost"``; `None` if there are both."""
        seen = np.unique(self.won[self.weight > 0])
        return None if len(seen) == 2 else ("won" if seen[0] == 1.0 else "lost")


def row_weights(sample_weight: npt.ArrayLike | None, rows: int) -> Floats:
    """Check the weights of rows.

    Parameters
    ----------
    sample_weight : array-like of shape (rows,), optional
        The weights; 1 for every row if left out.
    rows : int
        How many there must be.

    Returns
    -------
    numpy.ndarray of float64, shape (rows,)

    Raises
    ------
    ValueError
        If their number differs, one is negative or not finite, or all are zero.

    Examples
    --------
    >>> row_weights(None, 2)
    array([1., 1.])
    """
    if sample_weight is None:
        return np.ones(rows)
    weight = np.asarray(sample_weight, dtype=np.float64)
    if weight.shape != (rows,):
        raise ValueError(
            f"sample_weight: expected one weight for each of {rows} rows, found shape {weight.shape}"
        )
    wrong = np.flatnonzero(~(np.isfinite(weight) & (weight >= 0)))
    if len(wrong):
        raise ValueError(
            f"sample_weight: expected finite weights of at least 0, found {weight[wrong[0]]} "
            f"in row {wrong[0]}; give a row that should not count the weight 0"
        )
    if rows and not weight.any():
        raise ValueError("sample_weight: expected at least one weight above 0, found only zeros")
    return weight
