"""When opportunities end: of the wins and of the losses, how many come by when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models.outcomes import Floats
from models.periods import ENDS, STARTS, spent


@dataclass(frozen=True, eq=False)
class Outlook:
    """Two endings that compete for each row, whichever comes first.

    Attributes
    ----------
    won, lost : numpy.ndarray of float64, shape (n, PERIODS)
        The chance per day that the row is won, and that it is lost, in each period ahead while it is open.

    Notes
    -----
    Within a period in which an opportunity is won at a rate w and lost at a rate l, the chance that it is won
    within t days of those is w / (w + l) · (1 - exp(-(w + l) t)); open at the period's start it must have
    been. The sum over the periods is the cumulative incidence (Kalbfleisch and Prentice, The Statistical
    Analysis of Failure Time Data, 1980). Divided by what it comes to in the end, it is the share of wins that
    come by then: the timing given the ending. What is won in the end is another question, which the win model
    answers; their product is one consistent answer, whatever the date (vertical modelling of competing
    endings: Nicolaie, van Houwelingen and Putter, Statistics in Medicine 29, 2010; Larson and Dinse, Applied
    Statistics 34, 1985).

    Examples
    --------
    A win within a year in half of the cases, at the same rate every day:

    >>> from models.periods import PERIODS
    >>> rate = np.full((1, PERIODS), np.log(2) / 730)
    >>> outlook = Outlook(won=rate, lost=rate)
    >>> won, lost = outlook.shares_within([365.0, 730.0, np.inf])
    >>> won.round(3).tolist()
    [[0.5, 0.75, 1.0]]
    >>> outlook.days_to_win(0.5).round().tolist()
    [365.0]
    """

    won: Floats
    lost: Floats

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.won)

    def __getitem__(self, rows: int | slice | Sequence[int] | npt.NDArray[np.intp]) -> Outlook:
        """Take one row or several by position.

        Parameters
        ----------
        rows : int, slice or sequence of int
            Positions, counted from 0.

        Returns
        -------
        Outlook
        """
        rows = [rows] if isinstance(rows, int) else rows
        return Outlook(self.won[rows], self.lost[rows])

    def shares_within(self, days: npt.ArrayLike) -> tuple[Floats, Floats]:
        """Say how many of the wins, and how many of the losses, come within some days from the moment.

        Parameters
        ----------
        days : array-like of shape (m,) or (n, m)
            The same for all rows, or each row's own. Negative counts as 0.

        Returns
        -------
        won, lost : numpy.ndarray of float64, shape (n, m)
            From 0 to 1, rising with the days.
        """
        rate = self.won + self.lost
        ended = -np.expm1(-rate[:, np.newaxis, :] * spent(days))
        start = self._open_at_starts() / rate
        incidence = [np.einsum("np,nmp->nm", start * cause, ended) for cause in (self.won, self.lost)]
        won, lost = (
            np.minimum(each / total.sum(axis=1, keepdims=True), 1.0)
            for each, total in zip(incidence, self._ending_in_periods(), strict=True)
        )
        return won, lost

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
        inside = self._ending_in_periods()[0]
        before = np.cumsum(inside, axis=1) - inside
        wanted = share * inside.sum(axis=1)
        row = np.arange(len(self))
        period = (before <= wanted[:, np.newaxis]).sum(axis=1) - 1
        rate = (self.won + self.lost)[row, period]
        most = (self._open_at_starts() * self.won)[row, period] / rate
        days = -np.log1p(-np.minimum((wanted - before[row, period]) / most, 1 - 1e-12)) / rate
        return np.asarray(STARTS[period] + days)

    def _open_at_starts(self) -> Floats:
        """The chance that a row is still open when each period begins."""
        passed = (self.won + self.lost)[:, :-1] * (ENDS - STARTS)[:-1]
        still: Floats = np.exp(-np.cumsum(np.column_stack([np.zeros(len(self)), passed]), axis=1))
        return still

    def _ending_in_periods(self) -> tuple[Floats, Floats]:
        """The chances that a row is won and that it is lost in each period."""
        rate = self.won + self.lost
        ends = self._open_at_starts() * -np.expm1(-rate * (ENDS - STARTS)) / rate
        return self.won * ends, self.lost * ends
