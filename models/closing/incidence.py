"""Cumulative incidence: of two endings that compete, how much of each has come by when."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from winprob.models.measure.outcomes import Floats


@dataclass(frozen=True, eq=False)
class Incidence:
    """Two endings that compete for each row, whichever comes first.

    Attributes
    ----------
    won, lost : numpy.ndarray of float64, shape (n, m)
        The hazards: the chance per day that the row is won, and that it is lost, in each interval ahead while
        it is open.
    ends : numpy.ndarray of float64, shape (n, m)
        When each interval ends, in days from the moment; the last one never does.

    Notes
    -----
    Within an interval in which an opportunity is won at a rate w and lost at a rate l, the chance that it is
    won within t days of those is w / (w + l) · (1 - exp(-(w + l) t)); at its start it must have been
    open. The sum over the intervals is the cumulative incidence (Kalbfleisch and Prentice, The Statistical
    Analysis of Failure Time Data, 1980). Divided by what it comes to in the end, it is the share of wins that
    come by then: the timing given the ending. What is won in the end is another question, which the win model
    answers; their product is one consistent answer, whatever the date (vertical modelling of competing
    endings: Nicolaie, van Houwelingen and Putter, Statistics in Medicine 29, 2010; Larson and Dinse, Applied
    Statistics 34, 1985).

    Examples
    --------
    A win within a year in half of the cases, at the same rate every day:

    >>> rate = np.full((1, 2), np.log(2) / 730)
    >>> incidence = Incidence(won=rate, lost=rate, ends=np.array([[30.0, np.inf]]))
    >>> won, lost = incidence.shares_within([365.0, 730.0, np.inf])
    >>> won.round(3).tolist()
    [[0.5, 0.75, 1.0]]
    >>> incidence.days_to_win(0.5).round().tolist()
    [365.0]
    """

    won: Floats
    lost: Floats
    ends: Floats

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.won)

    def shares_within(self, days: npt.ArrayLike) -> tuple[Floats, Floats]:
        """Say how many of the wins, and how many of the losses, come within some days from the moment.

        Parameters
        ----------
        days : array-like of shape (d,) or (n, d)
            The same for all rows, or each row's own. Negative counts as 0.

        Returns
        -------
        won, lost : numpy.ndarray of float64, shape (n, d)
            From 0 to 1, rising with the days.
        """
        asked = np.asarray(days, dtype=np.float64)
        asked = np.broadcast_to(np.maximum(asked, 0.0), (len(self), asked.shape[-1]))
        row = np.arange(len(self))
        shares = np.zeros((2, *asked.shape))
        for place, until in enumerate(asked.T):
            interval = (self.ends < until[:, np.newaxis]).sum(axis=1)
            here = row, interval
            ended = -np.expm1(-self._rate[here] * (until - self._starts[here]))
            for way, (hazard, by) in enumerate(zip((self.won, self.lost), self._ended_by, strict=True)):
                within = self._open_at[here] * hazard[here] / self._rate[here] * ended
                shares[way, :, place] = np.minimum((by[here] + within) / by[:, -1], 1.0)
        return shares[0], shares[1]

    def days_to_win(self, share: float) -> Floats:
        """Say within how many days a share of the wins comes.

        Parameters
        ----------
        share : float
            Above 0, below 1.

        Returns
        -------
        numpy.ndarray of float64, shape (n,)
            Days from the moment.
        """
        by = self._ended_by[0]
        wanted = share * by[:, -1]
        here = np.arange(len(self)), (by[:, :-1] <= wanted[:, np.newaxis]).sum(axis=1) - 1
        most = self._open_at[here] * self.won[here] / self._rate[here]
        days = -np.log1p(-np.minimum((wanted - by[here]) / most, 1 - 1e-12)) / self._rate[here]
        return np.asarray(self._starts[here] + days)

    @cached_property
    def _rate(self) -> Floats:
        return self.won + self.lost

    @cached_property
    def _starts(self) -> Floats:
        return np.column_stack([np.zeros(len(self)), self.ends[:, :-1]])

    @cached_property
    def _open_at(self) -> Floats:
        """The chance that a row is still open when each interval begins, and in the end: (n, m + 1)."""
        return np.asarray(np.exp(-_sums(self._rate * np.diff(self.ends, axis=1, prepend=0.0))))

    @cached_property
    def _ended_by(self) -> tuple[Floats, Floats]:
        """The chances that a row is won, and lost, before each interval and in the end: (n, m + 1)."""
        ended = -np.diff(self._open_at, axis=1) / self._rate
        return _sums(self.won * ended), _sums(self.lost * ended)


def _sums(values: Floats) -> Floats:
    """Add up each row, from 0 on."""
    sums = np.zeros((values.shape[0], values.shape[1] + 1))
    np.cumsum(values, axis=1, out=sums[:, 1:])
    return sums
