"""What closing times are learned from: snapshots drawn without looking at how anything ended."""

from __future__ import annotations

import numpy as np
import pandas as pd

from winprob.features.instant import days_between, microseconds
from winprob.models.closing.closing_check import ClosingCheck
from winprob.models.closing.closing_times import ClosingTimes
from winprob.training.learn.recipe import relative_to
from winprob.training.weekly.snapshots import Snapshots
from winprob.training.weekly.splits import Side

MOST_SNAPSHOTS, MOST_OF_EACH = 9000, 4
"""Snapshots that are learned from at most, in all and of each opportunity on average, so that it takes
seconds: neighbouring ones tell nearly the same. Three of each were as good as thirty."""


def learn_closing_times(
    snapshots: Snapshots, end: pd.Timestamp | None = None, most: int | None = None
) -> ClosingTimes | None:
    """Learn when opportunities close from what was known at a moment.

    Parameters
    ----------
    snapshots : Snapshots
    end : pandas.Timestamp, optional
        Nothing later is looked at: what closed later is open. The end of the snapshots if left out.
    most : int, optional
        As in `followed`.

    Returns
    -------
    ClosingTimes or None
        None if nothing that was open on a Monday had closed yet.

    Examples
    --------
    >>> from winprob.features.history import History
    >>> from winprob.features.playbook import load_playbook
    >>> from winprob.training.simulation import simulate
    >>> snapshots = Snapshots.weekly(History.of(load_playbook(), simulate(opportunities=100, years=1).tables))
    >>> learn_closing_times(snapshots).won.trees
    ''
    >>> learn_closing_times(snapshots, pd.Timestamp("2023-01-10", tz="UTC")) is None
    True
    """
    rows = followed(snapshots, end or snapshots.end, most)
    if rows["won"].isna().all():
        return None
    X, history = snapshots.X.iloc[rows.index], snapshots.history
    followed_up = rows["at"], rows["days"], rows["won"], rows["weight"]
    within = relative_to(history.playbook, history.attributes)
    return ClosingTimes.fit(X, *followed_up, history.playbook.calendar, within)


def check_closing_times(times: ClosingTimes, side: Side) -> ClosingCheck | None:
    """See how many wins came in the close window that was predicted.

    Parameters
    ----------
    times : ClosingTimes
    side : winprob.training.weekly.splits.Side
        Which `times` did not learn from.

    Returns
    -------
    ClosingCheck or None
        None if none was won.
    """
    won = (side.rows["won"] == 1.0).to_numpy()
    if not won.any():
        return None
    rows = side.rows[won]
    at, closed = microseconds(rows["at"]), microseconds(rows["closed_at"])
    end = microseconds(pd.Series([side.end]))
    outlook = times.outlook(side.X[won], rows["at"])
    return ClosingCheck.of(outlook, days_between(at, closed), days_between(at, end), rows["opportunity"])


def followed(snapshots: Snapshots, end: pd.Timestamp, most: int | None = None) -> pd.DataFrame:
    """Draw snapshots, and tell what has become of them by the end.

    Of each opportunity every so many weeks are taken, beginning with a week that its number decides. How it
    ends has no say in which are taken, nor in their weight: snapshots of long opportunities would have too
    little say otherwise, and all would look quick.

    Parameters
    ----------
    snapshots : Snapshots
    end : pandas.Timestamp
        Until when they are followed, UTC.
    most : int, optional
        About how many are drawn at most; by `MOST_SNAPSHOTS` and `MOST_OF_EACH` if left out.

    Returns
    -------
    pandas.DataFrame
        By place: ``opportunity``, ``at``, ``days`` to the closing or, where none is known, to `end`, ``won``
        (1.0, 0.0, missing while open) and ``weight``, the same for all: together they count as many as there
        are opportunities among them.
    """
    known = snapshots.rows[snapshots.rows["at"] <= end]
    most = most or min(MOST_SNAPSHOTS, MOST_OF_EACH * known["opportunity"].nunique())
    every = max(1, -(-len(known) // max(most, 1)))
    week = known.groupby("opportunity").cumcount().to_numpy()
    drawn = known[(known["opportunity"].to_numpy() + week) % every == 0]
    closed = drawn["closed_at"] <= end
    until_end = days_between(microseconds(drawn["at"]), microseconds(pd.Series([end])))
    rows: pd.DataFrame = drawn[["opportunity", "at"]].assign(
        days=np.where(closed, drawn["days"], until_end),
        won=drawn["won"].where(closed),
        weight=drawn["opportunity"].nunique() / max(len(drawn), 1),
    )
    return rows
