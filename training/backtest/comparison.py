"""What forecasts said beside what happened, and beside what would have been said without a model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from winprob.features.history import History
from winprob.features.timeline import Floats
from winprob.models.forecast.cells import Cells
from winprob.models.forecast.forecast import Forecast
from winprob.models.forecast.period import Period
from winprob.models.forecast.won import Won
from winprob.training.backtest.spans import spans_before

SPANS_BACK = 4
"""How many past spans the moving average is the mean of: for quarters, a year."""
RANGES = ("low_50", "high_50", "low_80", "high_80", "low_95", "high_95")
SAID = ("expected", "median", *RANGES, "rule_expected", "seller_expected", "open_expected", "new_expected")


def compare(history: History, said: Forecast) -> pd.DataFrame:
    """Put a forecast of one period beside what was won in it.

    Parameters
    ----------
    history : History
        All of it, also what came later.
    said : Forecast
        Of one period from its beginning, without groups.

    Returns
    -------
    pandas.DataFrame
        One row per currency in which anything is recorded, as `winprob.training.backtest.run.Backtest` has
        them.
    """
    (period,) = said.periods
    cells, won = Cells.of(history), Won.of(history)
    first = period.calendar.day(history.first_creation)
    past = [span for span in spans_before(period, SPANS_BACK) if span.start >= first]
    columns = said.table.set_index("currency").reindex(cells.names["currency"], fill_value=0.0)
    rows: pd.DataFrame = cells.names.assign(
        as_of=said.pipeline.at,
        period_start=period.start,
        period_end=period.end,
        actual=_sums(cells, won, [period])[0],
        **{name: columns[name].to_numpy(np.float64) for name in SAID},
        moving_average=_mean(_sums(cells, won, past)),
        wins=_sums(cells, replace(won, amount=np.ones(len(won.amount))), [period])[0].astype(np.int64),
    )
    order = ["as_of", "period_start", "period_end", "currency", "actual", *SAID[:-2], "moving_average"]
    return rows[[*order, "open_expected", "new_expected", "wins"]]


def _sums(cells: Cells, won: Won, spans: Sequence[Period]) -> Floats:
    """What was won in each span, in each currency."""
    sums = [cells.add(won.opportunity, won.within(span)) for span in spans]
    return np.array(sums).reshape(len(spans), len(cells))


def _mean(sums: Floats) -> Floats:
    """Missing where there are no spans."""
    return sums.mean(axis=0) if len(sums) else np.full(sums.shape[1], np.nan)
