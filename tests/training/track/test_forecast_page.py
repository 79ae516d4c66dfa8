from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache

import pandas as pd
import pytest
from bundles import simulated_history
from small import history
from trainings import trained_model

from winprob.features.history import History
from winprob.models.bundle.common_factor import CommonFactor
from winprob.training.backtest.run import backtest
from winprob.training.track import forecast_page
from winprob.training.track.forecast_page import FILES, forecast_pages, past_forecasts


def drawn(text: str) -> list[str]:
    """Names of the figures on a page."""
    return re.findall(r'<div id="(\w+)" class="plotly', text)


def told(amounts: bool = True, closed: bool = False) -> History:
    """The company's history without amounts, or without anything open."""
    history = simulated_history()
    deals = history.opportunities
    keep = deals["outcome"].notna() if closed else pd.Series(True, index=deals.index)
    ids = deals["opportunity_id"]
    tables = {
        name: table.drop(columns="opportunity").assign(opportunity_id=ids.take(table["opportunity"]).array)
        for name, table in history.events.items()
        if history.recorded[name].any() and (amounts or name != "amounts")
    }
    tables = {name: table[table["opportunity_id"].isin(ids[keep])] for name, table in tables.items()}
    return History.of(history.playbook, {"opportunities": deals[keep], **tables})


def test_three_figures_in_two_languages() -> None:
    pages = forecast_pages(trained_model())
    assert list(pages) == list(FILES)
    for text in pages.values():
        assert drawn(text) == ["fan", "waterfall", "accuracy"]
    assert "<title>Forecast as of 2024-12-27</title>" in pages["forecast.html"]
    assert "<title>截至2024-12-27的预测</title>" in pages["forecast.zh.html"]


@pytest.mark.parametrize(
    "history",
    [
        lambda: told(closed=True),
        lambda: told(amounts=False),
        lambda: told(amounts=False, closed=True),
        lambda: simulated_history().until("2023-01-20"),
    ],
    ids=["nothing open", "no amounts", "neither", "four weeks ago there was nothing"],
)
def test_whatever_there_is_can_be_drawn(
    history: Callable[[], History], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forecast_page, "past_forecasts", lambda _: pd.DataFrame())
    pages = forecast_pages(replace(trained_model(), history=history()))
    assert [drawn(text) for text in pages.values()] == [["fan", "waterfall"]] * 2


def test_without_closing_times_there_is_no_forecast() -> None:
    trained = trained_model()
    assert forecast_pages(replace(trained, bundle=replace(trained.bundle, closing_times=None))) == {}


@cache
def found() -> pd.DataFrame:
    return past_forecasts(trained_model())


def test_every_quarter_after_the_first_model_is_forecast_once() -> None:
    """From ten wins and ten losses on, as a backtest has it."""
    deals, last = simulated_history().opportunities, simulated_history().last_event
    starts = pd.date_range(trained_model().past[0].round.past.end, last, freq="QS", normalize=True)
    expected = [
        each.date()
        for each in starts
        if each + pd.DateOffset(months=3) <= last
        and deals.loc[deals["closed_at"] <= each, "outcome"].value_counts().min() >= 10
    ]
    table = found()
    assert sorted(set(table["period_start"])) == expected
    assert not table.duplicated(["period_start", "currency"]).any()
    assert (table["as_of"].dt.date == table["period_start"]).all()


def test_what_happened_is_what_a_backtest_says() -> None:
    again = backtest(simulated_history(), "quarter", "quarter", start="2024-07-01").periods
    own = found()[found()["period_start"] == again["period_start"].iloc[0]]
    for column in ("currency", "actual", "wins", "rule_expected", "seller_expected", "moving_average"):
        assert own[column].tolist() == again.loc[: len(own) - 1, column].tolist()


def test_a_model_forecasts_nothing_that_began_before_it_had_learned() -> None:
    trained = trained_model()
    for number, each in enumerate(trained.past):
        table = past_forecasts(replace(trained, past=trained.past[number : number + 1]))
        assert (table["as_of"] >= each.round.past.end).all() if len(table) else number == 4


def test_forecasts_stay_as_they_were_whatever_comes_later() -> None:
    trained, table = trained_model(), found()
    last = table["as_of"].max()
    cut = trained.history.until(last + pd.Timedelta(days=2))
    spread = replace(trained.bundle, common_factor=CommonFactor(spread=3.0))
    earlier = table[table["as_of"] < last]
    pd.testing.assert_frame_equal(past_forecasts(replace(trained, history=cut, bundle=spread)), earlier)


def test_too_short_a_past_says_nothing() -> None:
    trained = trained_model()
    assert past_forecasts(replace(trained, past=())).empty
    assert past_forecasts(replace(trained, history=history(opportunities=[{}]))).empty
    early = trained.history.until(trained.past[0].round.past.end + pd.Timedelta(days=5))
    assert past_forecasts(replace(trained, history=early)).empty
