"""What closing times are learned from: moments drawn without looking at how anything ended."""

from __future__ import annotations

import numpy as np
import pandas as pd

from features.build import build
from features.history import History
from features.instant import Instant, microseconds
from features.timeline import days_between
from models.closing_check import ClosingCheck
from models.closing_times import ClosingTimes
from training.moments import endings, weekly_moments
from training.splits import Side

MOST_MOMENTS, MOST_OF_EACH = 9000, 4
"""Moments that are learned from at most, in all and of each opportunity on average, so that it takes seconds:
neighbouring ones tell nearly the same. Three of each were as good as thirty."""


def learn_closing_times(history: History, end: Instant, most: int | None = None) -> ClosingTimes | None:
    """Learn when opportunities close from what was known at a moment.

    Parameters
    ----------
    history : History
    end : str, datetime or pandas.Timestamp
        Nothing later is looked at: what closed later is open. of the company's time zone if it says none.
    most : int, optional
        As in `followed_moments`.

    Returns
    -------
    ClosingTimes or None
        None if nothing that was open on a Monday has closed yet.

    Examples
    --------
    >>> from features.playbook import load_playbook
    >>> from training.simulation import simulate
    >>> simulated = simulate(opportunities=100, years=1)
    >>> history = History.of(load_playbook(), simulated.tables)
    >>> learn_closing_times(history, simulated.end).won.trees
    ''
    >>> learn_closing_times(history, "2023-01-10") is None
    True
    """
    known = history.until(end)
    rows = followed_moments(known, end, most)
    if rows["won"].isna().all():
        return None
    X = build(known, moments=rows[["opportunity", "at"]])
    return ClosingTimes.fit(
        X, rows["at"], rows["days"], rows["won"], rows["weight"], history.playbook.calendar
    )


def check_closing_times(times: ClosingTimes, X: pd.DataFrame, side: Side) -> ClosingCheck | None:
    """See how many wins came in the close window that they were told.

    Parameters
    ----------
    times : ClosingTimes
    X : pandas.DataFrame, shape (n, k)
        The matrix of the moments of `side`, which `times` did not learn from.
    side : training.splits.Side

    Returns
    -------
    ClosingCheck or None
        None if none was won.

    Examples
    --------
    See `training.fit.train`.
    """
    won = (side.moments["won"] == 1.0).to_numpy()
    if not won.any():
        return None
    rows = side.moments[won]
    at, closed = microseconds(rows["at"]), microseconds(rows["closed_at"])
    end = microseconds(pd.Series([side.end]))
    followed = days_between(at, end)
    return ClosingCheck.of(
        times.outlook(X[won], rows["at"]), days_between(at, closed), followed, rows["opportunity"]
    )


def followed_moments(history: History, end: Instant, most: int | None = None) -> pd.DataFrame:
    """Draw weekly moments, and say what has become of them by the end.

    Of each opportunity every so many weeks are taken, beginning with a week that its number decides. How it
    ends has no say in which are taken, nor in their weight: moments of long opportunities would have too
    little say otherwise, and all would look quick.

    Parameters
    ----------
    history : History
        What was known at `end`.
    end : str, datetime or pandas.Timestamp
        Until when moments are followed; read as by `features.history.History.moment`.
    most : int, optional
        About how many moments are drawn at most; by `MOST_MOMENTS` and `MOST_OF_EACH` if left out.

    Returns
    -------
    pandas.DataFrame
        ``opportunity`` (row number in ``history.opportunities``), ``at``, ``days`` to the ending or, where
        none is known, to `end`, ``won`` (1.0, 0.0, missing while open) and ``weight``, the same for all:
        together they have the say of as many as there are opportunities among them.

    Examples
    --------
    See `learn_closing_times`.
    """
    moments = weekly_moments(history, end)
    most = most or min(MOST_MOMENTS, MOST_OF_EACH * moments["opportunity"].nunique())
    every = max(1, -(-len(moments) // max(most, 1)))
    week = moments.groupby("opportunity").cumcount().to_numpy()
    moments = moments[(moments["opportunity"].to_numpy() + week) % every == 0].reset_index(drop=True)
    found = endings(history, moments)
    followed = days_between(microseconds(moments["at"]), microseconds(pd.Series([history.moment(end)])))
    days = np.where(found["won"].isna(), followed, found["days"])
    weight = moments["opportunity"].nunique() / max(len(moments), 1)
    rows: pd.DataFrame = moments.assign(days=days, won=found["won"], weight=weight)
    return rows
