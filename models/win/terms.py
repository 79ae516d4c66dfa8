"""What a column adds to the log-odds by itself: a curve for numbers, a table for categories, stated odds."""

from __future__ import annotations

from typing import Self

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, model_validator
from scipy.special import logit

from winprob.models.measure.outcomes import Floats, Integers
from winprob.models.win.rank_scores import RankScores

KNOTS = 33
"""Values at most that a curve remembers of a column, at equal shares of the rows: on simulated companies half
as many and twice as many were as good."""


SURE = 0.001
"""Nobody is believed to be surer than that."""


class Curve(BaseModel):
    """What a number column adds to the log-odds: a line in the rank score of its value, flat beyond the data.

    The rank score is what amounts and durations have in common with counts and flags: the share of rows below
    a value, ties counted half, standardised. A few very large values neither stretch the scale nor decide the
    slope. Beyond the data no trend is believed: one mistyped amount would otherwise outweigh all else that is
    known of an opportunity.

    Attributes
    ----------
    values : tuple of float
        Values of the fit, rising, from the lowest to the highest.
    rank_scores : tuple of float
        The rank score of each of them; straight between them.
    slope : float
        Log-odds per unit of rank score.
    known : float
        Log-odds added to that.
    missing : float
        Log-odds for a missing value; 0 if there was none in the fit, or nothing else.

    Examples
    --------
    >>> amount = Curve(values=(0.0, 10.0, 1000.0), rank_scores=(-1.0, 0.0, 1.0), slope=0.5, missing=-0.25)
    >>> amount.contributions(np.array([5.0, 10.0, 1e15, np.nan])).tolist()
    [-0.25, 0.0, 0.5, -0.25]
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    values: tuple[float, ...]
    rank_scores: tuple[float, ...]
    slope: float = 1.0
    known: float = 0.0
    missing: float = 0.0

    @model_validator(mode="after")
    def _fit_together(self) -> Self:
        if not 0 < len(self.values) == len(self.rank_scores):
            found = f"{len(self.rank_scores)} for {len(self.values)}"
            raise ValueError(f"expected a rank score for each of one or more values, found {found}")
        if any(low >= high for low, high in zip(self.values, self.values[1:], strict=False)):
            raise ValueError(f"expected rising values, found {self.values}")
        return self

    @classmethod
    def of_rank_scores(cls, values: Floats, weight: Floats) -> Curve:
        """Learn the rank score of values.

        Parameters
        ----------
        values : numpy.ndarray of float64, shape (n,)
            NaN is missing.
        weight : numpy.ndarray of float64, shape (n,)
            How many rows each stands for.

        Returns
        -------
        Curve
            Rank scores have mean 0 and standard deviation 1 over the rows, and are 0 for all if there are no
            two values.

        Examples
        --------
        >>> curve = Curve.of_rank_scores(np.array([1.0, 2.0, 9000.0]), np.ones(3))
        >>> curve.values, np.round(curve.rank_scores, 3).tolist()
        ((1.0, 2.0, 9000.0), [-1.225, 0.0, 1.225])
        """
        known = ~np.isnan(values)
        distinct, place = np.unique(values[known], return_inverse=True)
        if len(distinct) < 2:
            return cls(values=tuple(distinct.tolist()) or (0.0,), rank_scores=(0.0,))
        share = np.bincount(place, weight[known]) / weight[known].sum()
        rank_score = np.cumsum(share) - share / 2.0
        chosen = _spread_out(rank_score)
        at_all = np.interp(distinct, distinct[chosen], rank_score[chosen])
        mean = (share * at_all).sum()
        spread = (share * (at_all - mean) ** 2).sum() ** 0.5
        standard = (rank_score[chosen] - mean) / spread
        return cls(values=tuple(distinct[chosen].tolist()), rank_scores=tuple(standard.tolist()))

    def with_effect(self, slope: float, known: float, missing: float) -> Curve:
        """Give the rank score an effect.

        Parameters
        ----------
        slope : float
            Log-odds per unit of rank score.
        known : float
            Added to that.
        missing : float
            Log-odds for a missing value.
        """
        return self.model_copy(update={"slope": slope, "known": known, "missing": missing})

    def rank_score_of(self, values: Floats) -> Floats:
        """Tell the rank score of each value.

        Parameters
        ----------
        values : numpy.ndarray of float64, shape (n,)
            NaN is missing.

        Returns
        -------
        numpy.ndarray of float64, shape (n,)
            0, the mean, where it is missing.
        """
        lines = RankScores([(self.values, self.rank_scores)])
        return lines.of(values[:, np.newaxis])[:, 0]

    def contributions(self, values: Floats) -> Floats:
        """Tell what each value adds to the log-odds.

        Parameters
        ----------
        values : numpy.ndarray of float64, shape (n,)
            NaN is missing.

        Returns
        -------
        numpy.ndarray of float64, shape (n,)
        """
        known = self.slope * self.rank_score_of(values) + self.known
        return np.where(np.isnan(values), self.missing, known)


class Levels(BaseModel):
    """What a category column adds to the log-odds.

    Attributes
    ----------
    known : tuple of float
        Log-odds for each level of the vocabulary, by its position.
    missing : float
        Log-odds for a missing level; 0 if there was none in the fit.

    Examples
    --------
    >>> Levels(known=(0.2, -0.1), missing=0.0).contributions(np.array([1.0, np.nan, 0.0])).tolist()
    [-0.1, 0.0, 0.2]
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    known: tuple[float, ...]
    missing: float

    def contributions(self, values: Floats) -> Floats:
        """Tell what each value adds to the log-odds.

        Parameters
        ----------
        values : numpy.ndarray of float64, shape (n,)
            Positions in the vocabulary; NaN is missing.

        Returns
        -------
        numpy.ndarray of float64, shape (n,)
        """
        table = np.array([*self.known, self.missing])
        return table[np.nan_to_num(values, nan=len(self.known)).astype(np.intp)]


class Stated(BaseModel):
    """What a stated probability adds to the log-odds: its own log-odds, as far as it is believed.

    Attributes
    ----------
    slope : float
        1 takes the stated log-odds as they are, 0 leaves them out.
    known : float
        Log-odds added to them.
    missing : float
        Log-odds where nothing is stated.

    Examples
    --------
    >>> Stated(slope=0.5).contributions(np.array([0.5, 0.75, np.nan])).round(3).tolist()
    [0.0, 0.549, 0.0]
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    slope: float = Field(default=1.0, ge=0.0)
    known: float = 0.0
    missing: float = 0.0

    def with_effect(self, slope: float, known: float, missing: float) -> Stated:
        """Say how far the statement is believed.

        Parameters
        ----------
        slope : float
            What its log-odds are multiplied by.
        known : float
            Added to them then.
        missing : float
            Log-odds where nothing is stated.
        """
        return Stated(slope=slope, known=known, missing=missing)

    def rank_score_of(self, values: Floats) -> Floats:
        """Tell the log-odds of each stated probability.

        Parameters
        ----------
        values : numpy.ndarray of float64, shape (n,)
            Probabilities; beyond 0.001 and 0.999 they count as these. NaN is missing.

        Returns
        -------
        numpy.ndarray of float64, shape (n,)
            0 where nothing is stated.
        """
        return np.where(np.isnan(values), 0.0, logit(np.clip(values, SURE, 1 - SURE)))

    def contributions(self, values: Floats) -> Floats:
        """Tell what each stated probability adds to the log-odds.

        Parameters
        ----------
        values : numpy.ndarray of float64, shape (n,)
            NaN is missing.

        Returns
        -------
        numpy.ndarray of float64, shape (n,)
        """
        known = self.slope * self.rank_score_of(values) + self.known
        return np.where(np.isnan(values), self.missing, known)


def _spread_out(rank_score: Floats) -> Integers:
    """Choose places of rising rank scores, the first and the last among them, as evenly as can be."""
    if len(rank_score) <= KNOTS:
        return np.arange(len(rank_score))
    return np.unique(np.searchsorted(rank_score, np.linspace(rank_score[0], rank_score[-1], KNOTS)))
