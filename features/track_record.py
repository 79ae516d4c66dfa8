"""Past wins and losses of a customer, a seller or a team, as of a moment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from features.history import History
from features.instant import NEVER, UNKNOWN, microseconds
from features.tally import Tally
from features.timeline import Flags, Floats, Integers

Whose = Literal["customer", "owner", "team"]
COLUMN_OF: dict[Whose, str] = {"customer": "customer_id", "owner": "owner_id", "team": "team"}
"""The column of ``opportunities`` that says whose an opportunity is."""

COUNTS = ("won", "lost", "open")


@dataclass(frozen=True)
class TrackRecord:
    """Opportunities of one customer, seller or team at moments, missing where it is not known whose.

    Attributes
    ----------
    won, lost, open : numpy.ndarray of float64, shape (n_moments,)
        Opportunities won and lost by then, and open then (the opportunity itself among them).

    Examples
    --------
    >>> TrackRecord(np.array([1.0]), np.array([2.0]), np.array([3.0])).win_rate.tolist()
    [0.4]
    """

    won: Floats
    lost: Floats
    open: Floats

    @property
    def win_rate(self) -> Floats:
        """Laplace's rule of succession: (won + 1) / (won + lost + 2)."""
        return (self.won + 1) / (self.won + self.lost + 2)


def track_record(history: History, whose: Whose, opportunity: Integers, moment: Integers) -> TrackRecord:
    """Count past wins, losses and open opportunities.

    Parameters
    ----------
    history : History
        Counted over its opportunities, unless it is made of documents: these state their own counts.
    whose : {"customer", "owner", "team"}
        Whose opportunities to count.
    opportunity : numpy.ndarray of int64, shape (n_moments,)
        Row numbers in ``history.opportunities``.
    moment : numpy.ndarray of int64, shape (n_moments,)
        Microseconds since 1970 in UTC.

    Returns
    -------
    TrackRecord
        As it stood at each moment.

    Examples
    --------
    >>> from features.playbook import load_playbook
    >>> day = pd.to_datetime(pd.Series(["2026-01-05", "2026-01-06"]), utc=True)
    >>> opportunities = pd.DataFrame({"opportunity_id": ["A", "B"], "created_at": day, "team": ["north"] * 2})
    >>> history = History.of(load_playbook(), {"opportunities": opportunities})
    >>> track_record(history, "team", np.array([0, 0]), microseconds(day)).open.tolist()
    [1.0, 2.0]
    """
    if history.track_records is not None:
        stated = history.track_records
        return TrackRecord(*(_stated(stated, f"{whose}_{count}", opportunity) for count in COUNTS))
    opportunities = history.opportunities
    everyone = pd.factorize(opportunities[COLUMN_OF[whose]])[0].astype(np.int64)
    created = microseconds(opportunities["created_at"])
    closed = microseconds(opportunities["closed_at"])
    closed = np.where(closed == UNKNOWN, NEVER, closed)
    never = np.full_like(closed, NEVER)
    mine = everyone[opportunity]

    def count(rows: Flags, start: Integers, end: Integers) -> Floats:
        rows = rows & (everyone >= 0)
        tally = Tally(everyone[rows], start[rows], end[rows])
        return np.where(mine >= 0, tally.at(mine, moment), np.nan)

    won = (opportunities["outcome"] == "won").to_numpy(bool)
    lost = (opportunities["outcome"] == "lost").to_numpy(bool)
    return TrackRecord(
        count(won, closed, never), count(lost, closed, never), count(np.ones_like(won), created, closed)
    )


def _stated(track_records: pd.DataFrame, column: str, opportunity: Integers) -> Floats:
    return track_records[column].to_numpy(np.float64)[opportunity]
