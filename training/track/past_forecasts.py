"""Forecasts of past quarters by models that knew nothing of them, and a picture of how good they were."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import EngFormatter

from winprob.features.mistake import Mistake
from winprob.models.bundle.common_factor import CommonFactor
from winprob.models.forecast.forecast import Forecast, forecast_periods
from winprob.models.forecast.period import QUARTER, Period
from winprob.models.forecast.pipeline import pipeline
from winprob.training.backtest.accuracy import accuracy
from winprob.training.backtest.comparison import compare
from winprob.training.backtest.spans import spans
from winprob.training.fit import Trained

CURRENCIES = 3
"""Currencies drawn, those with the most wins."""


def past_forecasts(trained: Trained) -> pd.DataFrame:
    """Forecast each past quarter by the last model that knew nothing of it.

    A backtest learns anew for each quarter; here the models that the calibration rests on are used again, so
    that it takes seconds. They may know less than was known when the quarter began, never more.

    Returns
    -------
    pandas.DataFrame
        As `winprob.training.backtest.run.Backtest` has its periods; no rows where the past is too short.
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


def forecast_figure(past: pd.DataFrame) -> Figure:
    """Draw forecasts of past quarters beside what was won, a panel for each currency.

    Parameters
    ----------
    past : pandas.DataFrame
        See `past_forecasts`; at least one row.
    """
    wins = past.groupby("currency")["wins"].sum().sort_values(ascending=False, kind="stable")
    currencies = list(wins.index[:CURRENCIES])
    figure = Figure(figsize=(8, 2.8 * len(currencies)), layout="constrained")
    panels = figure.subplots(len(currencies), 1, squeeze=False)[:, 0]
    for axes, currency in zip(panels, currencies, strict=True):
        _panel(axes, past[past["currency"] == currency].sort_values("as_of"), currency)
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=3, frameon=False)
    return figure


def _panel(axes: Axes, rows: pd.DataFrame, currency: str) -> None:
    quarters = [f"{start:%Y-%m}" for start in rows["period_start"]]
    below, above = rows["expected"] - rows["low_80"], rows["high_80"] - rows["expected"]
    ranges = [below.clip(lower=0), above.clip(lower=0)]
    axes.errorbar(
        quarters, rows["expected"], ranges, fmt="o", color="#1f5fa8", capsize=4, label="forecast, 80 %"
    )
    axes.plot(quarters, rows["rule_expected"], "D--", color="#d1702a", label="fixed percentages")
    axes.plot(quarters, rows["actual"], "x", color="#222222", markersize=9, label="what was won")
    measured = accuracy(rows).set_index("method")
    off, fixed = (float(measured["wmape"][name]) for name in ("forecast", "fixed_percentages"))
    held = float(measured["coverage_80"]["forecast"])
    axes.set_title(
        f"{currency or 'no currency'}: off by {off:.0%}, fixed percentages by {fixed:.0%}; "
        f"80 % ranges held {held:.0%}",
        loc="left",
    )
    axes.set_ylim(bottom=0)
    axes.yaxis.set_major_formatter(EngFormatter(sep=""))
    axes.spines[["top", "right"]].set_visible(False)
