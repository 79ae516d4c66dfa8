"""When opportunities end: of the wins and of the losses, how many come by when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from winprob.features.calendar import DAYS_OF_UTC, Calendar
from winprob.models.closing.incidence import Incidence
from winprob.models.closing.periods import STARTS, TOGETHER, interval_ends
from winprob.models.closing.seasonality import Seasonality
from winprob.models.measure.outcomes import Floats


@dataclass(frozen=True, eq=False)
class Outlook:
    """How each row may be won or lost on the days ahead.

    Attributes
    ----------
    won, lost : numpy.ndarray of float64, shape (n, PERIODS)
        The chance per average day that the row is won, and that it is lost, in each period ahead while it is
        open.
    since : numpy.ndarray of float64, shape (n,)
        The moment of each row, in days as of `winprob.features.company_days.company_days`.
    seasons : tuple of Seasonality
        What a day's factor is, of winning and of losing.
    calendar : Calendar
        The company's.

    Examples
    --------
    A win within a year in half of the cases, at the same rate every day:

    >>> from winprob.models.closing.periods import PERIODS
    >>> rate = np.full((1, PERIODS), np.log(2) / 730)
    >>> outlook = Outlook(rate, rate, since=np.zeros(1))
    >>> won, lost = outlook.shares_within([365.0, 730.0, np.inf])
    >>> won.round(3).tolist()
    [[0.5, 0.75, 1.0]]
    >>> outlook.days_to_win(0.5).round().tolist()
    [365.0]
    """

    won: Floats
    lost: Floats
    since: Floats
    seasons: tuple[Seasonality, Seasonality] = (Seasonality.none(), Seasonality.none())
    calendar: Calendar = DAYS_OF_UTC

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.won)

    def __getitem__(self, rows: int | slice | Sequence[int] | npt.NDArray[np.intp]) -> Outlook:
        """Take one row or several by position.

        Parameters
        ----------
        rows : int, slice or sequence of int
            Positions, counted from 0.
        """
        rows = [rows] if isinstance(rows, int) else rows
        return Outlook(self.won[rows], self.lost[rows], self.since[rows], self.seasons, self.calendar)

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
        asked = np.broadcast_to(asked, (len(self), asked.shape[-1]))
        won, lost = np.zeros(asked.shape), np.zeros(asked.shape)
        for rows, incidence in self._incidences():
            won[rows], lost[rows] = incidence.shares_within(asked[rows])
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
        days = np.zeros(len(self))
        for rows, incidence in self._incidences():
            days[rows] = incidence.days_to_win(share)
        return days

    def _incidences(self) -> Iterator[tuple[slice, Incidence]]:
        if len(self) <= TOGETHER:
            yield slice(None), self._of_all
            return
        for first in range(0, len(self), TOGETHER):
            rows = slice(first, first + TOGETHER)
            yield rows, self._incidence(rows)

    @cached_property
    def _of_all(self) -> Incidence:
        return self._incidence(slice(None))

    def _incidence(self, rows: slice) -> Incidence:
        """Cut the time ahead where hazards change."""
        moments, moment = np.unique(self.since[rows], return_inverse=True)
        ends = interval_ends(moments % 1)
        starts = np.column_stack([np.zeros(len(ends)), ends[:, :-1]])
        period = (np.searchsorted(STARTS, starts, side="right") - 1)[moment]
        since, until = moments[:, np.newaxis] + starts[:, :-1], moments[:, np.newaxis] + ends[:, :-1]
        won, lost = (
            np.take_along_axis(rates[rows], period, axis=1)
            * _means(season, self.calendar, since, until)[moment]
            for rates, season in zip((self.won, self.lost), self.seasons, strict=True)
        )
        return Incidence(won, lost, ends[moment])


def _means(season: Seasonality, calendar: Calendar, since: Floats, until: Floats) -> Floats:
    """Give the mean factor of each interval, and of the last one, which has no end.

    Moment by moment, so that no row's answer is rounded by what others are asked with it.
    """
    means = np.ones((len(since), since.shape[1] + 1))
    for row in range(len(since)):
        counted = season.exposure(calendar, since[row], until[row])
        days = until[row] - since[row]
        np.divide(counted, days, out=means[row, :-1], where=days > 0)
    return means
