"""When customers buy: the calendar of a company, by which more is signed at the end of a fiscal quarter."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from winprob.features.calendar import Calendar
from winprob.features.company_days import weeks_left
from winprob.training.simulation.calendar import START, WEEK
from winprob.training.simulation.deals import Array

SHAPE = {0: 1.0, 1: 0.5, 11: -0.5, 12: -0.5}
"""What a week adds, in units of the strength, by the weeks left from its Friday to the end of the quarter:
budgets are spent before the quarter closes, and for two weeks after it nobody has a new one."""
FRIDAY = 4


@dataclass(frozen=True)
class Buying:
    """How customers follow the fiscal quarter.

    Attributes
    ----------
    strength : float
        Log-odds that the last week of a quarter adds to winning; 0 for customers without a calendar.
    fiscal_year_starts : int
        The month in which their fiscal year begins.
    moves_in : int, optional
        The week from which on their fiscal year begins in another month; none if it always stays.
    moves_to : int
        That month.

    Examples
    --------
    >>> Buying(strength=2.0).effect(np.array([11, 12, 13, 20])).tolist()  # the weeks of 2023-03-20 and later
    [1.0, 2.0, -1.0, 0.0]
    """

    strength: float = 0.0
    fiscal_year_starts: int = 1
    moves_in: int | None = None
    moves_to: int = 1

    def effect(self, week: Array) -> Array:
        """Tell what weeks add to winning.

        Parameters
        ----------
        week : array of int (n,)
            Weeks from the first Monday of the history.

        Returns
        -------
        array of float (n,)
            Log-odds.
        """
        if self.strength == 0.0:
            return np.zeros(len(week))
        weeks, place = np.unique(week, return_inverse=True)
        effect = self._of(self.fiscal_year_starts, weeks)
        if self.moves_in is not None:
            effect = np.where(weeks < self.moves_in, effect, self._of(self.moves_to, weeks))
        found: Array = effect[place]
        return found

    def _of(self, starts: int, weeks: Array) -> Array:
        friday = (START + weeks * WEEK).astype("datetime64[D]").astype(np.int64) + FRIDAY
        left = weeks_left(Calendar(fiscal_year_starts=starts), friday)
        return self.strength * np.array([SHAPE.get(count, 0.0) for count in left.tolist()])
