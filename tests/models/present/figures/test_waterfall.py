from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache

import numpy as np
import pandas as pd
import pytest
from bundles import trained_bundle
from forecasts import forecast_at
from small import history

from winprob.features.mistake import Mistake
from winprob.features.playbook import Language
from winprob.models.forecast.change import Change, change
from winprob.models.forecast.forecast import Forecast, forecast
from winprob.models.forecast.period import Period
from winprob.models.forecast.pipeline import pipeline
from winprob.models.present.figures.waterfall import waterfall

THEN, NOW = "2024-07-18", "2024-08-15"
QUARTER = Period(date(2024, 7, 1), date(2024, 9, 30))


@cache
def moved() -> Change:
    return change(forecast_at(THEN), forecast_at(NOW))


def told(**amounts: float) -> Change:
    """A change whose parts are as given; what was expected does not change."""
    found = moved()
    where = (QUARTER.start, QUARTER.end, "CNY")
    rows = [(*where, code, code, f"中{code}", amount) for code, amount in amounts.items()]
    return replace(found, now=found.then, parts=pd.DataFrame(rows, columns=found.parts.columns))


def expected(forecast: Forecast, start: date, currency: str = "CNY") -> float:
    table = forecast.whole
    (found,) = table.loc[(table["period_start"] == start) & (table["currency"] == currency), "expected"]
    return float(found)


@pytest.mark.parametrize("place", [0, 1])
@pytest.mark.parametrize("currency", ["CNY", "USD"])
def test_the_bars_lead_from_one_forecast_to_the_other(place: int, currency: str) -> None:
    found = moved()
    period = found.now.periods[place]
    (bars,) = waterfall(found, period, currency).data
    assert bars.x[0] == expected(found.then, period.start, currency)
    assert bars.x[-1] == expected(found.now, period.start, currency)
    assert bars.x[0] + sum(bars.x[1:-1]) == pytest.approx(bars.x[-1], rel=2e-3)
    assert list(bars.measure) == ["absolute", *["relative"] * (len(bars.x) - 2), "absolute"]
    low, high = waterfall(found, period, currency).layout.xaxis.range
    way = np.cumsum(bars.x[:-1])
    assert low < min(way)
    assert high > max(way)


@pytest.mark.parametrize(("language", "column"), [("zh", "name_zh"), ("en", "name_en")])
def test_parts_are_named_in_their_order(language: Language, column: str) -> None:
    found = moved()
    axis = waterfall(found, currency="CNY", language=language).layout.yaxis
    names = found.parts.loc[found.parts["part"].isin(axis.tickvals), column].unique()
    assert list(axis.ticktext[1:-1]) == list(names)
    assert THEN in axis.ticktext[0]
    assert NOW in axis.ticktext[-1]


def test_what_cannot_be_seen_is_not_drawn() -> None:
    (bars,) = waterfall(told(won=2e6, lost=-2e6, new=0.0, corrected=1.0), currency="CNY").data
    assert list(bars.y) == ["then", "won", "lost", "now"]
    assert list(bars.text[1:-1]) == ["+2M", "-2M"]


def test_an_axis_that_does_not_begin_at_0_says_so() -> None:
    then = expected(forecast_at(THEN), QUARTER.start)
    small, large = told(won=0.1 * then), told(lost=-0.9 * then, won=0.9 * then)
    assert "does not begin at 0" in waterfall(small, currency="CNY").layout.xaxis.title.text
    assert waterfall(small, currency="CNY").layout.xaxis.range[0] > 0
    figure = waterfall(large, currency="CNY", language="zh")
    assert figure.layout.xaxis.title.text == "预期金额（CNY）"
    assert figure.layout.xaxis.range[0] == 0


def test_titles_say_which_way_it_went() -> None:
    found = moved()
    then, now = (expected(each, QUARTER.start) for each in (found.then, found.now))
    back = replace(found, then=found.now, now=found.then)
    up, down = (found, back) if now > then else (back, found)
    for each, word in ((up, "risen by"), (down, "fallen by"), (told(won=1e6), "still")):
        title = waterfall(each, currency="CNY").layout.title.text
        assert title.startswith("Q3 2024: the expected amount ")
        assert word in title


def test_before_the_first_opportunity_there_is_nothing() -> None:
    nothing = forecast(pipeline(trained_bundle(), history(), "2025-12-31"))
    assert waterfall(change(nothing, nothing)).layout.title.text == "There are no amounts to draw yet"


def test_unknown_periods_are_named_with_those_there_are() -> None:
    with pytest.raises(Mistake, match=r"period: expected one of 2024-07-01 to .*, found 2024-01-01 to"):
        waterfall(moved(), Period(date(2024, 1, 1), date(2024, 3, 31)))
    with pytest.raises(Mistake, match=r"currency: expected one of .*, found 'GBP'"):
        waterfall(moved(), currency="GBP")
