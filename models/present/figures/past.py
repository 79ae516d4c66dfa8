"""What was won in the periods before a forecast."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pandas as pd

from winprob.features.history import History
from winprob.models.forecast.cells import Cells
from winprob.models.forecast.period import Period, unit_start
from winprob.models.forecast.won import Won
from winprob.models.present.figures.period_name import unit_of


def periods_before(first: Period, count: int) -> tuple[Period, ...]:
    """List the periods before one.

    Parameters
    ----------
    first : Period
    count : int
        How many.

    Returns
    -------
    tuple of Period
        Rising; weeks, months or quarters as it is one itself, else of as many days.

    Examples
    --------
    >>> from datetime import date
    >>> [str(each) for each in periods_before(Period(date(2026, 10, 1), date(2026, 12, 31)), 2)]
    ['2026-04-01 to 2026-06-30', '2026-07-01 to 2026-09-30']
    """
    unit, length = unit_of(first), first.end - first.start
    found: list[Period] = []
    start = first.start
    for _ in range(count):
        end = start - timedelta(days=1)
        start = end - length if unit is None else unit_start(end, unit, first.calendar)
        found.insert(0, Period(start, end, first.calendar))
    return tuple(found)


def won_before(history: History, periods: Sequence[Period]) -> pd.DataFrame:
    """Add up what was won in periods of the past.

    Returns
    -------
    pandas.DataFrame
        ``period_start``, ``period_end``, ``currency`` (empty where none is recorded) and ``won``, one row per
        currency and period. Periods that began before the first opportunity was created are left out: not
        all that was won in them is known.
    """
    won, cells = Won.of(history), Cells.of(history)
    sums = [
        cells.names.assign(
            period_start=period.start,
            period_end=period.end,
            won=cells.add(won.opportunity, won.within(period)),
        )
        for period in periods
        if len(history) and period.calendar.start_of(period.start) >= history.first_creation
    ]
    columns = ["period_start", "period_end", "currency", "won"]
    return pd.concat(sums, ignore_index=True)[columns] if sums else pd.DataFrame(columns=columns)
