"""Forecasts beside what happened."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from bundles import simulated_history, trained_bundle

from winprob.features.history import History
from winprob.models.forecast.forecast import forecast_periods
from winprob.models.forecast.period import Period
from winprob.models.forecast.pipeline import pipeline
from winprob.training.backtest.comparison import SAID, compare
from winprob.training.backtest.spans import spans_before

SPAN = Period(date(2024, 4, 1), date(2024, 6, 30))


def _compared(history: History, span: Period = SPAN) -> pd.DataFrame:
    at = pd.Timestamp(span.start, tz="UTC")
    return compare(history, forecast_periods(pipeline(trained_bundle(), history, at), (span,))).set_index(
        "currency"
    )


def _won(history: History, span: Period, currency: str) -> tuple[float, int]:
    """What was won in a span and how often, deal by deal."""
    total, wins = 0.0, 0
    for number, deal in history.opportunities.iterrows():
        if deal["outcome"] != "won" or deal["currency"] != currency:
            continue
        if not span.start <= deal["closed_at"].date() <= span.end:
            continue
        amounts = history.events["amounts"]
        own = amounts[amounts["opportunity"] == number].sort_values("at", kind="stable")
        total += own["amount"].iloc[-1]
        wins += 1
    return total, wins


def test_the_actual_sum_and_the_moving_average_are_what_deals_came_to() -> None:
    history = simulated_history()
    found = _compared(history)
    assert set(found.index) == set(history.opportunities["currency"].unique())
    for currency in found.index:
        assert (found.loc[currency, "actual"], found.loc[currency, "wins"]) == _won(history, SPAN, currency)
        before = [_won(history, span, currency)[0] for span in spans_before(SPAN, 4)]
        assert found.loc[currency, "moving_average"] == pytest.approx(np.mean(before))


def test_what_was_said_is_the_forecasts_own() -> None:
    history = simulated_history()
    at = pd.Timestamp(SPAN.start, tz="UTC")
    said = forecast_periods(pipeline(trained_bundle(), history, at), (SPAN,)).table.set_index("currency")
    found = _compared(history)
    pd.testing.assert_frame_equal(found[list(SAID)], said.loc[found.index, list(SAID)], check_names=False)
    assert found["as_of"].unique().tolist() == [at]


def test_a_currency_that_came_later_was_not_forecast() -> None:
    history = simulated_history()
    deals = history.opportunities
    new = (deals["created_at"] > pd.Timestamp(SPAN.start, tz="UTC")) & (deals["outcome"] == "won")
    retold = history.with_table("opportunities", deals.assign(currency=deals["currency"].mask(new, "JPY")))
    row = _compared(retold).loc["JPY"]
    assert row["actual"] == _won(retold, SPAN, "JPY")[0]
    assert (row[list(SAID)] == 0).all()


def test_spans_that_the_history_does_not_cover_are_not_averaged() -> None:
    history = simulated_history()
    begun = history.opportunities["created_at"].min().date()
    early = Period(date(2023, 10, 1), date(2023, 12, 31))
    covered = [span for span in spans_before(early, 4) if span.start >= begun]
    assert len(covered) == 2
    found = _compared(history, early)
    for currency in found.index:
        expected = np.mean([_won(history, span, currency)[0] for span in covered])
        assert found.loc[currency, "moving_average"] == pytest.approx(expected)
