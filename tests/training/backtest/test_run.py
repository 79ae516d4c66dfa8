"""A backtest from end to end, and the past replayed as it was known then."""

from __future__ import annotations

from datetime import date
from functools import cache

import pandas as pd
import pytest
from bundles import simulated_history
from leaking import loss_reason, planted
from rich.table import Table

from winprob.models.forecast.forecast import Forecast, forecast
from winprob.models.forecast.period import Period
from winprob.models.forecast.pipeline import pipeline
from winprob.training.backtest import Backtest, backtest
from winprob.training.backtest.accuracy import METHODS
from winprob.training.backtest.report import caption, report
from winprob.training.backtest.run import replay
from winprob.training.fit import train
from winprob.training.leaks.search import Leaking

SPANS = (Period(date(2023, 10, 1), date(2023, 12, 31)), Period(date(2024, 1, 1), date(2024, 3, 31)))


@cache
def replayed() -> Backtest:
    """Two quarters."""
    return backtest(simulated_history(), "quarter", "quarter", start="2024-04-01")


def test_every_quarter_is_looked_at_once_in_each_currency() -> None:
    rows = replayed().periods
    assert rows["period_start"].astype(str).unique().tolist() == ["2024-04-01", "2024-07-01"]
    assert not rows.duplicated(["as_of", "currency"]).any()
    assert rows.columns[:6].tolist() == [
        "as_of",
        "period_start",
        "period_end",
        "currency",
        "actual",
        "expected",
    ]
    assert (rows["open_expected"] + rows["new_expected"]).to_numpy() == pytest.approx(
        rows["expected"].to_numpy()
    )
    assert rows.notna().all(axis=None)


def test_the_forecast_is_better_than_fixed_percentages() -> None:
    error = replayed().summary.query("currency == 'all'").set_index("method")["wmape"]
    assert error["forecast"] < error["fixed_percentages"] < error["sellers_dates"]


def test_a_history_that_knows_the_endings_is_refused_before_anything_is_learned() -> None:
    told: list[str] = []
    with pytest.raises(Leaking):
        backtest(planted(300, 1, reason=loss_reason), progress=lambda doing, *_: told.append(doing))
    assert told == []


def test_the_report_has_a_line_for_each_method_and_currency() -> None:
    table = report(replayed())
    first, second, *shares = (list(column.cells) for column in table.columns)
    currencies = ["all", *sorted(simulated_history().opportunities["currency"].unique())]
    assert list(map(str, first)) == [currency for currency in currencies for _ in METHODS]
    assert second == [name.replace("_", " ") for name in METHODS] * len(currencies)
    assert shares[0][0] == f"{replayed().summary['wmape'].iloc[0]:.1%}"
    assert shares[2][1] == ""


def test_the_report_says_how_it_was_measured() -> None:
    told = caption(replayed())
    assert "a quarter every quarter, from 2024-04-01 to 2024-07-01" in told
    assert "Currencies are not added up" in told
    one = replayed().periods.query("currency == 'CNY'").assign(currency="")
    alone = Backtest("quarter", "quarter", one)
    assert "Currencies" not in caption(alone)
    assert isinstance(report(alone), Table)
    assert {str(cell) for cell in report(alone).columns[0].cells} == {"not recorded"}


def test_the_summary_is_of_the_periods() -> None:
    rows = pd.concat([replayed().periods] * 2)
    twice = Backtest("quarter", "quarter", rows).summary
    columns = ["wmape", "bias", "coverage_80"]
    pd.testing.assert_frame_equal(twice[columns], replayed().summary[columns])


@cache
def forecasts() -> tuple[list[Forecast], list[tuple[str, int, int]]]:
    """Forecasts of both spans, and what was told meanwhile."""
    told: list[tuple[str, int, int]] = []
    said = list(replay(simulated_history(), SPANS, lambda *step: told.append(step)))
    return said, told


def test_each_span_is_forecast_from_its_beginning() -> None:
    said, _ = forecasts()
    assert [each.periods for each in said] == [(span,) for span in SPANS]
    assert [each.pipeline.at for each in said] == [pd.Timestamp(span.start, tz="UTC") for span in SPANS]


def test_what_came_later_changes_nothing() -> None:
    history, (said, _) = simulated_history(), forecasts()
    (again,) = replay(history.until(said[0].pipeline.at), SPANS[:1])
    pd.testing.assert_frame_equal(again.table, said[0].table, check_exact=True)


def test_it_says_what_a_model_that_was_trained_then_says() -> None:
    history, (said, _) = simulated_history(), forecasts()
    at = said[0].pipeline.at
    trained = train(history.until(at))
    own = forecast(pipeline(trained.bundle, history, at), "quarter")
    pd.testing.assert_frame_equal(said[0].table, own.table, check_exact=True)


def test_progress_rises_to_its_end_over_all_spans() -> None:
    _, told = forecasts()
    assert {doing.split(": ")[0] for doing, _, _ in told} == {"as of 2023-10-01", "as of 2024-01-01"}
    shares = [done / steps for _, done, steps in told]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
