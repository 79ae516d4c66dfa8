"""A deal that is found by its id, and the moment that it is looked at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from winprob.features.calendar import Calendar
from winprob.features.contract import OPPORTUNITIES
from winprob.features.history import History
from winprob.features.problem import Problem
from winprob.serving.wire.refusal import NoSuchOpportunity

JUST_BEFORE = pd.Timedelta(microseconds=1)
"""A closed deal is looked at as it was just before: what there is to learn from is how it stood then."""


@dataclass(frozen=True)
class FoundDeal:
    """Which opportunity, and when it is looked at.

    Attributes
    ----------
    number : int
        Of the opportunity in the history.
    opportunity_id : str
    created_at, at : pandas.Timestamp
        When it was created, and the moment that it is looked at, UTC.
    outcome : {"won", "lost"}, optional
        How it ended by the moment that was asked for; none while it is open.
    closed_on : datetime.date, optional
        When that was, in the company's time zone.
    """

    number: int
    opportunity_id: str
    created_at: pd.Timestamp
    at: pd.Timestamp
    outcome: str | None
    closed_on: date | None


def find_deal(history: History, opportunity_id: str, at: pd.Timestamp, calendar: Calendar) -> FoundDeal:
    """Find an opportunity.

    Parameters
    ----------
    history : History
    opportunity_id : str
    at : pandas.Timestamp
        The moment that is asked for, UTC. A deal that had closed by then is looked at as it was just before.
    calendar : Calendar
        Whose days are told.

    Raises
    ------
    NoSuchOpportunity
        If there is no such opportunity, or it was created later.

    Examples
    --------
    >>> from winprob.features.playbook import load_playbook
    >>> begin, end = pd.to_datetime(["2026-01-05", "2026-02-05"], utc=True)
    >>> history = History.of(load_playbook(), {"opportunities": pd.DataFrame(
    ...     {"opportunity_id": ["A"], "created_at": [begin], "closed_at": [end], "outcome": ["won"]})})
    >>> find_deal(history, "A", pd.Timestamp("2026-03-01", tz="UTC"), history.playbook.calendar).outcome
    'won'
    """
    table = history.tables[OPPORTUNITIES]
    ids = table.texts("opportunity_id")
    if opportunity_id not in ids.levels:
        expected, remedy = "an opportunity of the history", "correct the id, or look for the deal in the list"
        raise NoSuchOpportunity(Problem("opportunity_id", expected, repr(opportunity_id), remedy))
    number = int(np.flatnonzero(ids.codes == ids.levels.index(opportunity_id))[0])
    row = table.take(slice(number, number + 1)).frame.iloc[0]
    created, closed = row["created_at"], row["closed_at"]
    if created > at:
        expected, found = f"a moment not before its creation on {calendar.day(created)}", calendar.text(at)
        raise NoSuchOpportunity(Problem("as_of", expected, found, "choose a later one, or leave it out"))
    if pd.isna(closed) or closed > at:
        return FoundDeal(number, opportunity_id, created, at, None, None)
    before = max(closed - JUST_BEFORE, created)
    return FoundDeal(number, opportunity_id, created, before, str(row["outcome"]), calendar.day(closed))
