"""From whole weeks, by which deals are simulated, to the minutes of a working week."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from winprob.training.simulation.deals import Array

START = np.datetime64("2023-01-02T00:00", "us")
"""Monday 00:00 UTC: the first week of every simulated history begins here."""
WEEK = np.timedelta64(7, "D")
DAY = np.timedelta64(1, "D")
MINUTE = np.timedelta64(1, "m")
OPENING = 30 * MINUTE
"""08:30 in China, in UTC."""
WORKING_MINUTES = 600
"""Ten hours a day, Monday to Friday."""


def monday(week: int) -> pd.Timestamp:
    """Give the moment at which a week begins.

    Parameters
    ----------
    week : int
        Weeks after `START`.

    Returns
    -------
    pd.Timestamp
        In UTC.

    Examples
    --------
    >>> monday(2)
    Timestamp('2023-01-16 00:00:00+0000', tz='UTC')
    """
    return pd.Timestamp(START + week * WEEK, tz="UTC")


@dataclass(frozen=True)
class Calendar:
    """Dates what happens in a week; all times are UTC.

    Attributes
    ----------
    rng : np.random.Generator
        Draws days and minutes. Nothing that happens to a deal depends on them.

    Examples
    --------
    >>> calendar = Calendar(np.random.default_rng(0))
    >>> calendar.moments(week=2, n=1, each=2)
    array([['2023-01-19T02:20:00.000000', '2023-01-20T03:02:00.000000']],
          dtype='datetime64[us]')
    """

    rng: np.random.Generator

    def moments(self, week: int | Array, n: int, each: int = 1) -> Array:
        """Draw working minutes of a week.

        Parameters
        ----------
        week : int or array of int (n,)
            Which week, or one for each row.
        n, each : int
            How many rows, and how many minutes in each.

        Returns
        -------
        array of datetime64[us] (n, each)
            In order along each row, no two the same, strictly between the week's Monday 00:00 and the next.
        """
        free = 5 * WORKING_MINUTES - each + 1
        drawn = np.sort(self.rng.integers(free, size=(n, each)), axis=1) + np.arange(each)
        day, minute = np.divmod(drawn, WORKING_MINUTES)
        return self._mondays(week) + day * DAY + OPENING + minute * MINUTE

    def days(self, week: Array) -> Array:
        """Draw a working day of each week, at 00:00.

        Parameters
        ----------
        week : array of int (n,)
            Which weeks.

        Returns
        -------
        array of datetime64[us] (n,)
        """
        return self._mondays(week)[:, 0] + self.rng.integers(5, size=len(week)) * DAY

    def _mondays(self, week: int | Array) -> Array:
        return START + np.atleast_1d(week)[:, None] * WEEK
