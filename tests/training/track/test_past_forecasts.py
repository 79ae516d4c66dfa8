from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import pandas as pd
from bundles import simulated_history
from small import history
from trainings import trained_model

from winprob.models.bundle.common_factor import CommonFactor
from winprob.training.backtest.run import backtest
from winprob.training.track.past_forecasts import CURRENCIES, forecast_figure, past_forecasts


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


def test_each_currency_has_a_panel_that_says_how_far_off_forecasts_were() -> None:
    figure = forecast_figure(found())
    wins = found().groupby("currency")["wins"].sum()
    assert len(figure.axes) == min(len(wins), CURRENCIES)
    first = found()[found()["currency"] == wins.idxmax()]
    off = (first["expected"] - first["actual"]).abs().sum() / first["actual"].sum()
    title = figure.axes[0].get_title(loc="left")
    assert title.startswith(f"{wins.idxmax()}: off by {off:.0%}, fixed percentages by ")
    (held,) = re.findall(r"ranges held (\d+)%", title)
    assert int(held) == round(100 * first["actual"].between(first["low_80"], first["high_80"]).mean())


def test_without_a_currency_there_is_a_panel_too() -> None:
    rows = found()[found()["currency"] == found()["currency"].iloc[0]].assign(currency="")
    assert forecast_figure(rows).axes[0].get_title(loc="left").startswith("no currency: off by ")


def test_the_picture_is_small(tmp_path: Path) -> None:
    file = tmp_path / "forecasts.png"
    forecast_figure(found()).savefig(file)
    assert 10_000 < file.stat().st_size < 300_000
