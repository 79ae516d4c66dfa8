"""Forecasts of past quarters by a training run's models of the past, beside what was won."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby

import pandas as pd

from features.mistake import Mistake
from models.bundle.common_factor import CommonFactor
from models.forecast.forecast import Forecast, forecast_periods
from models.forecast.period import QUARTER, Period
from models.forecast.pipeline import pipeline
from training.backtest.comparison import compare
from training.backtest.spans import spans
from training.fit import Trained


def past_forecasts(trained: Trained) -> pd.DataFrame:
    """Forecast each past quarter by the last model that knew nothing of it.

    A backtest learns anew for each quarter; here the models that the calibration rests on are used again, so
    that it takes seconds. They may know less than was known when the quarter began, never more.

    Returns
    -------
    pandas.DataFrame
        As `training.backtest.run.Backtest` has its periods; no rows where the past is too short.
    """
    rows = [compare(trained.history, said) for said in _said(trained)]
    return pd.concat(rows, ignore_index=True) if rows else pd.DataFrame()


def _said(trained: Trained) -> Iterator[Forecast]:
    history, learned_by = trained.history, [each.round.past.end for each in trained.past]
    for place, quarters in groupby(
        _quarters(trained), lambda span: bisect_right(learned_by, _begin(span)) - 1
    ):
        times = trained.past[place].closing_times
        if times is None:
            continue
        # How much deals move together was learned from these very quarters: it is not known yet.
        trained_model = replace(
            trained.bundle, model=trained.past[place].model, closing_times=times, common_factor=CommonFactor()
        )
        for span in quarters:
            yield forecast_periods(pipeline(trained_model, history, _begin(span)), (span,))


def _quarters(trained: Trained) -> tuple[Period, ...]:
    if not trained.past:
        return ()
    try:
        return spans(trained.history, QUARTER, QUARTER, trained.past[0].round.past.end)
    except Mistake:  # the history is too short
        return ()


def _begin(span: Period) -> pd.Timestamp:
    return span.calendar.start_of(span.start)
