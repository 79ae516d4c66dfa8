"""Past wins and losses of a customer, a seller or a team, as of a moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, get_args

import numpy as np

from winprob.features.column import EPOCH
from winprob.features.contract import OPPORTUNITIES
from winprob.features.history import History
from winprob.features.instant import NEVER, UNKNOWN
from winprob.features.recorded import Recorded
from winprob.features.tally import Tally
from winprob.features.timeline import Floats, Integers

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


def track_record(history: Recorded, whose: Whose, opportunity: Integers, moment: Integers) -> TrackRecord:
    """Count past wins, losses and open opportunities.

    Parameters
    ----------
    history : Recorded
        Counted over its opportunities, unless it is made of documents: these state their own counts.
    whose : {"customer", "owner", "team"}
        Whose opportunities to count.
    opportunity : numpy.ndarray of int64, shape (n_moments,)
        Numbers of the opportunities.
    moment : numpy.ndarray of int64, shape (n_moments,)
        Microseconds since 1970 in UTC.

    Returns
    -------
    TrackRecord
        As it stood at each moment.

    Examples
    --------
    >>> import pandas as pd
    >>> from winprob.features.instant import microseconds
    >>> from winprob.features.playbook import load_playbook
    >>> day = pd.to_datetime(pd.Series(["2026-01-05", "2026-01-06"]), utc=True)
    >>> opportunities = pd.DataFrame({"opportunity_id": ["A", "B"], "created_at": day, "team": ["north"] * 2})
    >>> history = History.of(load_playbook(), {"opportunities": opportunities})
    >>> track_record(history, "team", np.array([0, 0]), microseconds(day)).open.tolist()
    [1.0, 2.0]
    """
    stated = history.stated_counts
    if stated is not None:
        return TrackRecord(*(stated[f"{whose}_{count}"][opportunity] for count in COUNTS))
    everyone = history.texts(OPPORTUNITIES, COLUMN_OF[whose]).codes
    mine = everyone[opportunity]
    tallies = _tallies(history, everyone)
    return TrackRecord(
        *(np.where(mine >= 0, tallies[what].at(mine, moment).sum(), np.nan) for what in COUNTS)
    )


class TrackRecordCounter:
    """Past wins and losses in a history, for opportunities that are sent one by one.

    Parameters
    ----------
    history : History
        Counted over its opportunities.

    Examples
    --------
    >>> import pandas as pd
    >>> from winprob.features.instant import microseconds
    >>> from winprob.features.playbook import load_playbook
    >>> day = pd.to_datetime(pd.Series(["2026-01-05", "2026-01-06"]), utc=True)
    >>> opportunities = pd.DataFrame({"opportunity_id": ["A", "B"], "created_at": day, "team": ["north"] * 2})
    >>> records = TrackRecordCounter(History.of(load_playbook(), {"opportunities": opportunities}))
    >>> records.count("team", "north", "C", pd.Timestamp("2026-02-01", tz="UTC"))
    {'won': 0, 'lost': 0, 'open': 3}
    """

    def __init__(self, history: History) -> None:
        self._whose = {whose: _Tallies.of(history, whose) for whose in get_args(Whose)}
        self._ids = frozenset(history.texts(OPPORTUNITIES, "opportunity_id").levels)

    def count(self, whose: Whose, name: str, opportunity_id: str, as_of: datetime) -> dict[str, int]:
        """Count the opportunities of one customer, seller or team.

        Parameters
        ----------
        whose : {"customer", "owner", "team"}
        name : str
            Which one.
        opportunity_id : str
            The opportunity that is asked about; where the history does not have it, it counts as open.
        as_of : datetime.datetime
            In UTC.

        Returns
        -------
        dict of str to int
            ``won`` and ``lost`` by then, and ``open`` then.
        """
        counts = self._whose[whose].at(name, as_of)
        if opportunity_id not in self._ids:
            counts["open"] += 1
        return counts


@dataclass(frozen=True)
class _Tallies:
    numbers: dict[str, int]
    tallies: dict[str, Tally]

    @classmethod
    def of(cls, history: History, whose: Whose) -> _Tallies:
        names = history.texts(OPPORTUNITIES, COLUMN_OF[whose])
        numbers = {name: number for number, name in enumerate(names.levels)}
        return cls(numbers, _tallies(history, names.codes))

    def at(self, name: str, as_of: datetime) -> dict[str, int]:
        number = np.array([self.numbers.get(name, -1)])
        moment = np.array([(as_of - EPOCH) // timedelta(microseconds=1)])
        return {what: int(tally.at(number, moment).sum()[0]) for what, tally in self.tallies.items()}


def _tallies(history: Recorded, everyone: Integers) -> dict[str, Tally]:
    """Count opportunities by whose they are, from when to when they count."""
    created, closed = (history.times(OPPORTUNITIES, name) for name in ("created_at", "closed_at"))
    closed = np.where(closed == UNKNOWN, NEVER, closed)
    never = np.full_like(closed, NEVER)
    outcome = history.texts(OPPORTUNITIES, "outcome").positions(["won", "lost"])
    known = everyone >= 0
    won, lost = (known & (outcome == number) for number in (0, 1))
    counted = {"won": (won, closed, never), "lost": (lost, closed, never), "open": (known, created, closed)}
    return {
        what: Tally(everyone[rows], start[rows], end[rows]) for what, (rows, start, end) in counted.items()
    }
