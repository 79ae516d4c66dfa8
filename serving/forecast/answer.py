"""The wire model of a forecast: one row per period, currency and group."""

from __future__ import annotations

from datetime import date, datetime

import numpy as np
import pandas as pd

from winprob.models.forecast.forecast import Forecast
from winprob.serving.forecast.records import records
from winprob.serving.scores.answer import ModelName
from winprob.serving.wire.part import Part


class Row(Part):
    """What is closed in a period, in one currency.

    Attributes
    ----------
    period_start, period_end : date
        First and last day, in UTC.
    group : str, optional
        The group; empty for the opportunities of which none is recorded, null for the whole.
    currency : str
        Of all amounts of the row; empty for the opportunities of which none is recorded.
    won : float
        Already won in the period: the category "closed".
    expected : float
        ``won + open_expected + new_expected``.
    median, low_50, high_50, low_80, high_80, low_95, high_95 : float
        The total is as likely above the median as below, and with 50, 80 and 95 % between low and high.
    open_expected, new_expected : float
        What open deals and deals not created yet are expected to bring.
    rule_expected, seller_expected : float
        What the fixed percentages and the sellers' dates say instead.
    deals, without_amount : int
        Open deals, and those of them without an amount: they count, but add nothing.
    commit, best_case, pipeline, omitted : float
        Amounts of the open deals by category.
    """

    period_start: date
    period_end: date
    group: str | None = None
    currency: str
    won: float
    expected: float
    median: float
    low_50: float
    high_50: float
    low_80: float
    high_80: float
    low_95: float
    high_95: float
    open_expected: float
    new_expected: float
    rule_expected: float
    seller_expected: float
    deals: int
    without_amount: int
    commit: float
    best_case: float
    pipeline: float
    omitted: float


class ForecastAnswer(Part):
    """What will be closed in each period, how sure it is, and what the usual rules say.

    Attributes
    ----------
    as_of : datetime
        The moment, in UTC: nothing recorded later is known.
    group : str, optional
        The column that the rows are grouped by.
    deals, without_amount : int
        Open deals, and those of them without an amount: they count, but add nothing.
    rows : list of Row
        By period and currency the whole, and each group; currencies are never added up.
    model : ModelName
        Which model answered.
    """

    as_of: datetime
    group: str | None
    deals: int
    without_amount: int
    rows: list[Row]
    model: ModelName


def forecast_answer(forecast: Forecast, model: ModelName) -> ForecastAnswer:
    """Write the answer.

    Parameters
    ----------
    forecast : Forecast
    model : ModelName
        Which model made it.
    """
    return ForecastAnswer(
        as_of=forecast.pipeline.at,
        group=forecast.group,
        deals=len(forecast.pipeline),
        without_amount=int(np.isnan(forecast.pipeline.deals["amount"]).sum()),
        rows=rows_of(forecast.table, forecast.group),
        model=model,
    )


def rows_of(table: pd.DataFrame, group: str | None) -> list[Row]:
    """Write the rows of a forecast's table.

    Parameters
    ----------
    table : pandas.DataFrame
        As `winprob.models.forecast.forecast.Forecast` has it.
    group : str, optional
        The column with the groups.
    """
    return [Row.model_validate(row) for row in records(table, group)]
