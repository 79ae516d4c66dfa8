"""One snapshot at each opportunity, the first: what is known then was not learned from the ending."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from winprob.features.build import build
from winprob.features.contract import OPPORTUNITIES
from winprob.features.history import History
from winprob.features.instant import days_between, microseconds
from winprob.features.timeline import Flags, Floats
from winprob.training.flat.flat_table import FlatTable
from winprob.training.leaks.alone import LEAST, alone
from winprob.training.weekly.snapshots import outcomes, weekly_snapshots

MOST = 20_000
"""Opportunities that are looked at; of more, every second, or every third, and so on."""


@dataclass(frozen=True, eq=False)
class FirstSnapshots:
    """Opportunities, one row each.

    Attributes
    ----------
    X : pandas.DataFrame, shape (n, k)
        Their features.
    won : numpy.ndarray of float64, shape (n,)
        1 or 0, missing where the opportunity is open.
    undated : frozenset of str
        The features whose column says not when it became known.
    times : pandas.DataFrame, optional
        ``at`` (when it is looked at, UTC), ``days`` from then to the ending (missing where open) and
        ``followed``, the days from then to the end of what is known; none where nothing is dated.
    """

    X: pd.DataFrame
    won: Floats
    undated: frozenset[str]
    times: pd.DataFrame = field(default_factory=pd.DataFrame)

    @cached_property
    def closed(self) -> Flags:
        """Which are closed."""
        return ~np.isnan(self.won)

    @cached_property
    def ended(self) -> Floats:
        """Whether each closed one was won, 1 or 0."""
        return self.won[self.closed]

    @property
    def dated(self) -> bool:
        """Whether it is known when each was looked at."""
        return "at" in self.times

    @property
    def too_few(self) -> str:
        """Why won and lost cannot be compared; empty if they can."""
        won, lost = int((self.ended == 1).sum()), int((self.ended == 0).sum())
        if min(won, lost) >= LEAST:
            return ""
        return f"expected at least {LEAST} opportunities won and {LEAST} lost, found {won} and {lost}"

    @cached_property
    def alone(self) -> dict[str, Floats]:
        """For each feature that varies, what it says alone of each closed opportunity."""
        closed = self.X[self.closed]
        return {
            str(name): alone(closed[name], self.ended)
            for name in closed
            if closed[name].nunique(dropna=False) > 1
        }


def first_snapshots(history: History) -> FirstSnapshots:
    """Look at each opportunity of a history on the first Monday on which it was open.

    A dated record is seen only if it was made by then. What a column of ``opportunities`` holds is seen
    whenever it was filled in, as training sees it.

    Examples
    --------
    >>> from winprob.features.playbook import load_playbook
    >>> from winprob.training.simulation import simulate
    >>> snapshots = first_snapshots(History.of(load_playbook(), simulate(opportunities=50, years=1).tables))
    >>> bool(snapshots.X.index.get_level_values(0).is_unique), sorted(snapshots.undated)[2:]
    (True, ['currency', 'industry', 'product', 'region', 'source'])
    """
    end = history.last_event
    snapshots = weekly_snapshots(history, end).drop_duplicates("opportunity")
    snapshots = snapshots.iloc[:: -(-len(snapshots) // MOST) or 1].reset_index(drop=True)
    ended = outcomes(history, snapshots)
    followed = days_between(microseconds(snapshots["at"]), microseconds(pd.Series([end])))
    times = pd.DataFrame({"at": snapshots["at"], "days": ended["days"], "followed": followed})
    X = build(history, snapshots=snapshots)
    attributes = (f"attribute.{each.name}" for each in history.attributes)
    columns = {*history.tables[OPPORTUNITIES].columns, *attributes}
    return FirstSnapshots(X, ended["won"].to_numpy(np.float64), frozenset(columns & {*X}), times)


def table_snapshots(table: FlatTable) -> FirstSnapshots:
    """Look at the opportunities of a flat table, which says of no column when it became known."""
    rows = slice(None, None, -(-len(table.won) // MOST))
    X = table.matrix().iloc[rows]
    return FirstSnapshots(X, table.won[rows].astype(np.float64), frozenset(map(str, X)))
