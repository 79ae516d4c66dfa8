"""Explanations: what each feature adds to a probability, exactly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import expit, exprel

from winprob.features.families import UNEXPLAINED
from winprob.models.measure.outcomes import Floats

UNRECORDED = ".not_recorded"
"""Ends the name of the contribution of all that a family does not record."""


@dataclass(frozen=True, eq=False)
class Explanation:
    """Contributions that add up, in log-odds and in probability points.

    Attributes
    ----------
    base : float
        Log-odds before anything is known of a row.
    contributions : pandas.DataFrame of float64, shape (n, k)
        What each column adds to the log-odds of each row; of a model that gives no reasons one column, called
        `winprob.features.families.UNEXPLAINED`, shape (n, 1).

    Notes
    -----
    Log-odds add up by construction: base + contributions = log-odds. Probabilities do not add, so the way
    from the base probability to the row's is shared out along the straight path in log-odds: with total
    change d = log-odds - base, a contribution c is worth c · (p - p_base) / d points, and c · p (1 - p)
    where d is 0. This is the Aumann-Shapley value (Aumann and Shapley, Values of Non-Atomic Games, 1974; in
    machine learning "integrated gradients", Sundararajan, Taly and Yan, 2017): points add up to p - p_base.

    Examples
    --------
    >>> why = Explanation(0.0, pd.DataFrame({"stage": [2.0], "contact": [-1.0]}))
    >>> why.probability.round(3).tolist()
    [0.731]
    >>> why.points.round(3).to_dict("records")
    [{'stage': 0.462, 'contact': -0.231}]
    """

    base: float
    contributions: pd.DataFrame

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.contributions)

    def __getitem__(self, rows: int | slice | Sequence[int] | npt.NDArray[np.int64]) -> Explanation:
        """Take one row or several by position.

        Parameters
        ----------
        rows : int, slice or sequence of int
            Positions, counted from 0.

        Returns
        -------
        Explanation
            With one row if `rows` is one number.

        Raises
        ------
        IndexError
            If there is no such row.

        Examples
        --------
        >>> why = Explanation(0.0, pd.DataFrame({"stage": [2.0, 3.0]}))
        >>> why[1].log_odds.tolist()
        [3.0]
        """
        chosen = rows if isinstance(rows, slice) else np.atleast_1d(np.asarray(rows))
        return Explanation(self.base, self.contributions.iloc[chosen])

    @property
    def log_odds(self) -> pd.Series[float]:
        """Log-odds of each row: base and contributions together."""
        return self._column(self._log_odds(), "log_odds")

    @property
    def probability(self) -> pd.Series[float]:
        """Probability of each row."""
        return self._column(expit(self._log_odds()), "probability")

    @property
    def base_probability(self) -> float:
        """Probability before anything is known of a row."""
        return float(expit(self.base))

    @property
    def points(self) -> pd.DataFrame:
        """Contributions as probability, shape (n, k): they add up to probability - base probability."""
        return self.contributions.mul(mean_slope(self.base, self._log_odds()), axis=0)

    def by_family(self, families: Mapping[str, str]) -> Explanation:
        """Add up the contributions of each family of columns.

        Parameters
        ----------
        families : mapping of str to str
            The family of each column; columns that the explanation lacks may be among them.

        Returns
        -------
        Explanation
            One column per family, in the order in which the families first come up.

        Raises
        ------
        ValueError
            If a column has no family.

        Examples
        --------
        >>> why = Explanation(0.0, pd.DataFrame({"stage": [2.0], "coach": [0.5], "decider": [0.25]}))
        >>> families = {"stage": "stage", "coach": "key_persons", "decider": "key_persons"}
        >>> why.by_family(families).contributions.to_dict("records")
        [{'stage': 2.0, 'key_persons': 0.75}]
        """
        names = [str(name) for name in self.contributions.columns]
        families = {UNEXPLAINED: UNEXPLAINED, **families}
        homeless = [name for name in names if name not in families]
        if homeless:
            raise ValueError(f"families: expected one for every column, found none for {', '.join(homeless)}")
        member, family = pd.factorize(pd.Index([families[name] for name in names]))
        totals = np.zeros((len(self), len(family)))
        # One by one: a product of matrices adds up in another order for another number of rows.
        for place, shares in zip(member.tolist(), self.contributions.to_numpy().T, strict=True):
            totals[:, place] += shares
        return Explanation(self.base, pd.DataFrame(totals, index=self.contributions.index, columns=family))

    def pooled(self, X: pd.DataFrame, families: Mapping[str, str]) -> Explanation:
        """Add up what is not recorded: one contribution per family in place of one per column.

        Parameters
        ----------
        X : pandas.DataFrame, shape (n, k)
            What was explained, with the columns of the contributions.
        families : mapping of str to str
            The family of each column.

        Returns
        -------
        Explanation
            The columns, 0 where nothing is recorded, then ``<family>.not_recorded`` for each family; itself
            if nothing is explained.

        Examples
        --------
        >>> why = Explanation(0.0, pd.DataFrame({"stage": [2.0], "coach": [0.5], "decider": [-0.25]}))
        >>> families = {"stage": "stage", "coach": "key_persons", "decider": "key_persons"}
        >>> X = pd.DataFrame({"stage": [3.0], "coach": [None], "decider": [None]})
        >>> pooled = why.pooled(X, families).contributions
        >>> pooled[["stage", "coach", "stage.not_recorded", "key_persons.not_recorded"]].values.tolist()
        [[2.0, 0.0, 0.0, 0.25]]
        """
        if UNEXPLAINED in self.contributions:
            return self
        missing = X[list(self.contributions)].isna().to_numpy()
        unrecorded = Explanation(self.base, self.contributions.where(missing, 0.0)).by_family(families)
        own = self.contributions.mask(missing, 0.0)
        sums = unrecorded.contributions.add_suffix(UNRECORDED)
        return Explanation(self.base, pd.concat([own, sums], axis="columns"))

    def _log_odds(self) -> Floats:
        return np.asarray(self.base + self.contributions.to_numpy().sum(axis=1), dtype=np.float64)

    def _column(self, values: Floats, name: str) -> pd.Series[float]:
        return pd.Series(values, index=self.contributions.index, name=name)


def mean_slope(start: float | Floats, end: Floats) -> Floats:
    """Mean of p (1 - p) along the straight way between two log-odds.

    Parameters
    ----------
    start, end : float or numpy.ndarray of float64, shape (n,)
        Log-odds; either may be the higher.

    Returns
    -------
    numpy.ndarray of float64, shape (n,)
        The change of the probability divided by that of the log-odds; p (1 - p) where nothing changes.

    Notes
    -----
    Written as p_high · (1 - p_low) · (1 - exp(-|d|)) / |d|: no digits are lost for d near 0 or far from it.

    Examples
    --------
    >>> mean_slope(0.0, np.array([0.0, 2.0])).round(3).tolist()
    [0.25, 0.19]
    """
    high, low = np.maximum(end, start), np.minimum(end, start)
    return np.asarray(expit(high) * expit(-low) * exprel(low - high), dtype=np.float64)
