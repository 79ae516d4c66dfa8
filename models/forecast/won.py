"""What was won: when, and what it came to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from winprob.features.contract import OPPORTUNITIES
from winprob.features.history import History
from winprob.features.timeline import Floats, Integers
from winprob.models.forecast.amounts import amounts_at
from winprob.models.forecast.period import Period


@dataclass(frozen=True, eq=False)
class Won:
    """Opportunities that were won.

    Attributes
    ----------
    opportunity : numpy.ndarray of int64, shape (n,)
        Row numbers in the history's opportunities.
    created, closed : numpy.ndarray of int64, shape (n,)
        Microseconds since 1970 in UTC.
    amount : numpy.ndarray of float64, shape (n,)
        The amount at closing, in the currency of each opportunity; 0 where none is recorded.
    """

    opportunity: Integers
    created: Integers
    closed: Integers
    amount: Floats

    @classmethod
    def of(cls, history: History) -> Won:
        """Find what was won in a history.

        Examples
        --------
        ``Won.of(history).amount.sum()``
        """
        row = np.flatnonzero(history.texts(OPPORTUNITIES, "outcome").equal_to("won"))
        created, closed = (history.times(OPPORTUNITIES, name)[row] for name in ("created_at", "closed_at"))
        return cls(row, created, closed, np.nan_to_num(amounts_at(history, row, closed)))

    def within(self, period: Period) -> Floats:
        """Say what each brought in a period.

        Returns
        -------
        numpy.ndarray of float64, shape (n,)
            Its amount if it closed in the period, 0 otherwise.
        """
        begin, over = period.bounds
        return np.where((self.closed >= begin) & (self.closed < over), self.amount, 0.0)
