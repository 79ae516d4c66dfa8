"""Where a replay of the past stops to look ahead, and how far it looks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import numpy as np
import pandas as pd

from winprob.features.calendar import Calendar
from winprob.features.contract import OPPORTUNITIES, OUTCOMES
from winprob.features.day_or_time import day_or_time
from winprob.features.history import History
from winprob.features.instant import Instant, timestamp
from winprob.features.mistake import Mistake
from winprob.models.forecast.period import UNITS, Period, next_start, unit_start

LEAST = 10
"""How many opportunities must have been won, and how many lost, before the first forecast."""
MOST_SKIPPED = pd.Timedelta(days=365)
"""The first third of a history is only learned from, or this much of it."""
LENGTHS = {
    "week": pd.DateOffset(weeks=1),
    "month": pd.DateOffset(months=1),
    "quarter": pd.DateOffset(months=3),
}


def spans(history: History, every: str, horizon: str, start: Instant | None = None) -> tuple[Period, ...]:
    """List the spans of time that a replay forecasts, each from its first day's beginning.

    Parameters
    ----------
    history : History
    every : {"week", "month", "quarter"}
        How often it looks ahead: on the first day of each.
    horizon : {"week", "month", "quarter"}
        How far.
    start : str, datetime or pandas.Timestamp, optional
        Not before; of the company's time zone if it says none, and a day alone is its beginning. By default a
        third of the history is skipped, at most a year. Never before ten opportunities were won and ten lost.

    Returns
    -------
    tuple of Period
        Of those that are over when the history ends: in the company's time zone, quarters by its
        fiscal year.

    Raises
    ------
    winprob.features.mistake.Mistake
        If a unit is not known, or the history is too short.
    """
    for name, unit in (("every", every), ("horizon", horizon)):
        if unit not in UNITS:
            raise Mistake(f"{name}: expected one of {', '.join(UNITS)}, found {unit!r}")
    enough = _enough(history)
    first, last = history.first_creation, history.last_event
    calendar = history.playbook.calendar
    if start is None:
        asked = first + min((last - first) / 3, MOST_SKIPPED)
    else:
        asked = calendar.since(day_or_time(start) if isinstance(start, str) else start)
    begin = max(enough, asked)
    found = tuple(_spans(begin, last, every, horizon, calendar))
    if not found:
        raise Mistake(
            f"backtest: expected a {every} that begins after {begin:%Y-%m-%d} and a {horizon} from then on "
            f"that is over when the history ends, found none between {first:%Y-%m-%d} and {last:%Y-%m-%d}; "
            "choose a shorter horizon or wait"
        )
    return found


def spans_before(span: Period, count: int) -> tuple[Period, ...]:
    """List the spans of as many days before one, the last one first.

    Parameters
    ----------
    span : Period
    count : int
        How many.

    Returns
    -------
    tuple of Period

    Examples
    --------
    >>> from datetime import date
    >>> [str(each) for each in spans_before(Period(date(2026, 3, 2), date(2026, 3, 8)), 2)]
    ['2026-02-23 to 2026-03-01', '2026-02-16 to 2026-02-22']
    """
    length = span.end - span.start + timedelta(days=1)
    return tuple(
        Period(span.start - back * length, span.end - back * length, span.calendar)
        for back in range(1, count + 1)
    )


def _spans(
    begin: pd.Timestamp, last: pd.Timestamp, every: str, horizon: str, calendar: Calendar
) -> Iterator[Period]:
    day = unit_start(calendar.day(begin), every, calendar)
    if calendar.start_of(day) < begin:
        day = next_start(day, every, calendar)
    while (end := (pd.Timestamp(day) + LENGTHS[horizon]).date() - timedelta(days=1)) <= calendar.day(last):
        yield Period(day, end, calendar)
        day = next_start(day, every, calendar)


def _enough(history: History) -> pd.Timestamp:
    """When enough opportunities were won and lost to learn from."""
    outcome, closed_at = history.texts(OPPORTUNITIES, "outcome"), history.times(OPPORTUNITIES, "closed_at")
    closed = {name: np.sort(closed_at[outcome.equal_to(name)]) for name in OUTCOMES}
    if min(map(len, closed.values())) < LEAST:
        raise Mistake(
            f"backtest: expected at least {LEAST} opportunities won and {LEAST} lost, "
            f"found {len(closed['won'])} and {len(closed['lost'])}; wait until more have closed"
        )
    return timestamp(max(times[LEAST - 1] for times in closed.values()))
