"""Snapshots: opportunities as they were known at moments, with what became of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd

from winprob.features.build import build
from winprob.features.contract import OPPORTUNITIES
from winprob.features.history import History
from winprob.features.instant import (
    MICROSECONDS_PER_DAY,
    NEVER,
    UNKNOWN,
    Instant,
    days_between,
    microsecond,
    microseconds,
)
from winprob.features.timeline import Integers

WEEK = 7 * MICROSECONDS_PER_DAY
MONDAY = 4 * MICROSECONDS_PER_DAY
"""The first Monday since 1970 in microseconds, 00:00 UTC."""
MOST_SNAPSHOTS = 400_000
"""Snapshots that are learned from at most. Companies of less than some 15,000 opportunities have fewer. Of
smaller ones every second week was as good as each, and every fourth lost a thousandth of log loss at most
(``benchmarks/thinning.py``), while time and memory grow with the number."""


@dataclass(frozen=True, eq=False)
class Snapshots:
    """All rows that a dated history gives to learn from; splits hold places in them.

    Attributes
    ----------
    history : History
        What is known at `end`.
    end : pandas.Timestamp
        Until when outcomes are known, UTC.
    rows : pandas.DataFrame, shape (n, 6)
        ``opportunity`` (row number in ``history.opportunities``), ``at``, ``stands_for`` (see `thinned`), and
        the columns of `outcomes`.
    X : pandas.DataFrame, shape (n, k)
        The matrix, row by row.

    Examples
    --------
    >>> from winprob.features.playbook import load_playbook
    >>> from winprob.training.simulation import simulate
    >>> snapshots = Snapshots.weekly(History.of(load_playbook(), simulate(opportunities=20, years=1).tables))
    >>> list(snapshots.rows), len(snapshots) == len(snapshots.X)
    (['opportunity', 'at', 'stands_for', 'closed_at', 'days', 'won'], True)
    """

    history: History
    end: pd.Timestamp
    rows: pd.DataFrame
    X: pd.DataFrame

    @classmethod
    def weekly(cls, history: History, until: Instant | None = None, most: int | None = None) -> Self:
        """Take one snapshot of each opportunity on every Monday on which it was open.

        Parameters
        ----------
        history : History
        until : str, datetime or pandas.Timestamp, optional
            Nothing later is looked at; read as by `winprob.features.history.History.moment`.
        most : int, optional
            About how many snapshots are taken at most, see `thinned`; all if left out.
        """
        end = history.moment(until)
        known = history.until(end)
        snapshots = thinned(weekly_snapshots(known, end), most)
        rows = pd.concat([snapshots, outcomes(known, snapshots)], axis="columns")
        return cls(known, end, rows, build(known, snapshots=snapshots))

    def __len__(self) -> int:
        """Count the snapshots."""
        return len(self.rows)


def weekly_snapshots(history: History, until: Instant) -> pd.DataFrame:
    """List every Monday on which an opportunity was open.

    Sales are gone through once a week (domain: 1-15-30 rule). A fixed grid also keeps what happens in an
    opportunity from deciding when it is looked at.

    Parameters
    ----------
    history : History
    until : str, datetime or pandas.Timestamp
        No later Monday; read as by `winprob.features.history.History.moment`.

    Returns
    -------
    pandas.DataFrame
        ``opportunity`` (row number in ``history.opportunities``) and ``at`` (Monday 00:00 UTC, by which it
        was created and not yet closed), sorted by both. An opportunity that opens and closes between two
        Mondays has no row.

    Examples
    --------
    >>> from winprob.features.playbook import load_playbook
    >>> days = pd.to_datetime(["2026-01-01", "2026-01-19"], utc=True)
    >>> tables = {"opportunities": pd.DataFrame(
    ...     {"opportunity_id": ["A"], "created_at": days[:1], "closed_at": days[1:], "outcome": ["won"]})}
    >>> weekly_snapshots(History.of(load_playbook(), tables), "2026-03-01")["at"].dt.day.tolist()
    [5, 12]
    """
    first = _week_from(history.times(OPPORTUNITIES, "created_at"))
    beyond = _week_from(np.minimum(_closed(history), microsecond(history.moment(until)) + 1))
    weeks = np.maximum(beyond - first, 0)
    opportunity = np.repeat(np.arange(len(history)), weeks)
    earlier_rows = np.repeat(np.cumsum(weeks) - weeks, weeks)
    week = first[opportunity] + np.arange(len(opportunity)) - earlier_rows
    at = pd.DatetimeIndex((MONDAY + week * WEEK).astype("datetime64[us]"), tz="UTC")
    return pd.DataFrame({"opportunity": opportunity, "at": at})


def thinned(snapshots: pd.DataFrame, most: int | None = None) -> pd.DataFrame:
    """Take every so many weeks of each opportunity, beginning with a week that its number decides.

    Neighbouring snapshots of an opportunity tell nearly the same. How an opportunity ends has no say in which
    are taken, so that those taken at any time are as those left out.

    Parameters
    ----------
    snapshots : pandas.DataFrame
        Of `weekly_snapshots`.
    most : int, optional
        About how many are taken at most; all if left out.

    Returns
    -------
    pandas.DataFrame
        Those that are taken, with ``stands_for``: how many opportunities the opportunity stands for. It is
        more than 1 only where an opportunity was open for fewer weeks than lie between two snapshots, as
        others of its kind have none.

    Examples
    --------
    >>> at = pd.date_range("2026-01-05", periods=4, freq="7D", tz="UTC").append(
    ...     pd.date_range("2026-01-05", periods=1, tz="UTC"))
    >>> taken = thinned(pd.DataFrame({"opportunity": [2, 2, 2, 2, 4], "at": at}), most=3)
    >>> taken["at"].dt.day.tolist(), taken["stands_for"].tolist()
    ([5, 19, 5], [1.0, 1.0, 2.0])
    """
    every = 1 if most is None else max(1, -(-len(snapshots) // most))
    weeks = snapshots.groupby("opportunity")["at"]
    taken = (snapshots["opportunity"] + weeks.cumcount()) % every == 0
    stands_for = np.maximum(every / weeks.transform("size"), 1.0)
    found: pd.DataFrame = snapshots.assign(stands_for=stands_for)[taken].reset_index(drop=True)
    return found


def outcomes(history: History, snapshots: pd.DataFrame) -> pd.DataFrame:
    """Tell how the opportunity of each moment ended, as far as the history knows.

    Parameters
    ----------
    history : History
    snapshots : pandas.DataFrame
        With the columns ``opportunity`` and ``at``.

    Returns
    -------
    pandas.DataFrame
        Of the same rows: ``closed_at`` (UTC), ``days`` from the moment to it, and ``won`` (1.0 or 0.0); all
        missing where the opportunity is still open.
    """
    opportunity = snapshots["opportunity"].to_numpy()
    closed = history.times(OPPORTUNITIES, "closed_at")[opportunity]
    is_won = history.texts(OPPORTUNITIES, "outcome").equal_to("won")[opportunity]
    won = np.where(closed == UNKNOWN, np.nan, is_won)
    days = days_between(microseconds(snapshots["at"]), closed)
    closed_at = pd.DatetimeIndex(closed.view("datetime64[us]"), tz="UTC")
    return pd.DataFrame({"closed_at": closed_at, "days": days, "won": won}, index=snapshots.index)


def _week_from(time: Integers) -> Integers:
    """Count the weeks to the first Monday at or after a time."""
    weeks: Integers = -((MONDAY - time) // WEEK)
    return weeks


def _closed(history: History) -> Integers:
    closed = history.times(OPPORTUNITIES, "closed_at")
    return np.where(closed == UNKNOWN, NEVER, closed)
