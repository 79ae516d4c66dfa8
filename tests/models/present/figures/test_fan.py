from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pandas as pd
import pytest
from bundles import simulated_history, trained_bundle
from forecasts import forecast_at
from hypothesis import given
from hypothesis import strategies as st
from plotly.graph_objects import Figure
from small import history

from winprob.features.mistake import Mistake
from winprob.models.forecast.forecast import Forecast, forecast
from winprob.models.forecast.period import UNITS, Period, periods
from winprob.models.forecast.pipeline import pipeline
from winprob.models.present.figures.fan import fan, periods_before, won_before

AT = "2024-08-15"
MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1))


def trace(figure: Figure, name: str) -> Any:
    (found,) = (each for each in figure.data if each.name == name)
    return found


def of_deals(*deals: dict[str, Any], amounts: list[dict[str, Any]], at: str = "2026-03-31") -> Forecast:
    return forecast(pipeline(trained_bundle(), history(opportunities=deals, amounts=amounts), at))


def test_what_is_drawn_is_what_the_table_says() -> None:
    found = forecast_at(AT)
    rows = found.whole[found.whole["currency"] == "CNY"]
    figure = fan(found, currency="CNY")
    for level in (50, 80, 95):
        band = trace(figure, f"{level} % range")
        assert list(band.base) == rows[f"low_{level}"].tolist()
        ends = [base + length for base, length in zip(band.base, band.y, strict=True)]
        assert ends == pytest.approx(rows[f"high_{level}"].tolist())
    assert list(trace(figure, "forecast: median").y) == rows["median"].tolist()
    assert list(trace(figure, "fixed percentages").y) == rows["rule_expected"].tolist()
    assert list(trace(figure, "sum of the sellers' dates").y) == rows["seller_expected"].tolist()
    top = figure.layout.yaxis.range[1]
    assert top >= max(rows["high_95"].max(), rows["seller_expected"].max())


def test_bars_are_what_was_won_before_and_so_far() -> None:
    found = forecast_at(AT)
    before = won_before(simulated_history().until(AT), periods_before(found.periods[0], 3))
    bars = trace(fan(found, past=3, currency="CNY"), "won")
    so_far = found.whole.loc[found.whole["currency"] == "CNY", "won"]
    assert list(bars.y) == [*before.loc[before["currency"] == "CNY", "won"], *so_far]
    assert list(bars.x) == ["Q4 2023", "Q1 2024", "Q2 2024", "Q3 2024", "Q4 2024"]


def test_groups_are_passed_over() -> None:
    assert fan(forecast_at(AT, group="team")) == fan(forecast_at(AT))


def test_titles_say_what_is_to_be_seen() -> None:
    found = forecast_at(AT)
    first = found.whole[found.whole["currency"] == "CNY"].iloc[0]
    title = fan(found, language="zh").layout.title
    assert title.text.startswith("2024年三季度：预计")
    assert f"{first['expected'] / 1e4:.3g}万元" in title.text
    assert title.subtitle.text.startswith("截至2024-08-15的预测，及此前5期的实际赢单")
    assert fan(found, past=0).layout.title.subtitle.text == "Forecast as of 2024-08-15"


def test_the_currency_of_most_deals_comes_first() -> None:
    (menu,) = fan(forecast_at(AT)).layout.updatemenus
    assert menu.buttons[0].label == "CNY"
    with pytest.raises(Mistake, match=r"currency: expected one of 'CNY', .*, found 'GBP'"):
        fan(forecast_at(AT), currency="GBP")


def test_deals_without_an_amount_are_counted_and_currencies_may_be_missing() -> None:
    deals = [{"opportunity_id": name} for name in "AB"]
    found = of_deals(*deals, amounts=[{"opportunity_id": "A", "at": "2026-01-05", "amount": 500.0}])
    figure = fan(found)
    assert figure.layout.title.subtitle.text.endswith("; 1 open deal has no amount and counts as 0")
    assert figure.layout.yaxis.title.text == "Won in the period (currency not recorded)"
    assert fan(found, language="zh").layout.title.subtitle.text.endswith("；1个未结商机没有金额，按0计")


def test_nothing_open_and_nothing_there() -> None:
    closed = {"closed_at": "2026-02-01", "outcome": "won", "currency": "EUR"}
    figure = fan(of_deals(closed, amounts=[{"at": "2026-01-05", "amount": 500.0}]))
    assert list(trace(figure, "won").y) == [500.0]
    nothing = fan(of_deals({"created_at": "2026-02-01"}, amounts=[], at="2026-01-01"))
    assert nothing.layout.title.text == "There are no amounts to draw yet"


def test_one_period_between_any_dates() -> None:
    found = forecast_at(AT)
    until = forecast(found.pipeline, [date(2024, 9, 30)])
    assert len(trace(fan(until, past=2, currency="CNY"), "won").y) == 3
    renamed = replace(until, table=until.table.assign(deals=0))
    assert fan(renamed, currency="CNY") == fan(until, currency="CNY")


@given(MOMENTS, st.sampled_from(UNITS), st.integers(0, 12))
def test_going_back_is_undone_by_going_ahead(at: datetime, unit: str, count: int) -> None:
    (first,) = periods(at, unit)
    before = periods_before(first, count)
    assert len(before) == count
    start = datetime.combine((before or [first])[0].start, datetime.min.time())
    assert (*before, first) == periods(start, unit, count + 1)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, 400), st.integers(0, 9))
def test_other_periods_are_as_long_and_leave_nothing_out(start: date, days: int, count: int) -> None:
    first = Period(start, start + timedelta(days=days))
    chain = [*periods_before(first, count), first]
    assert len(chain) == count + 1
    for earlier, later in pairwise(chain):
        assert earlier.end + timedelta(days=1) == later.start


def test_sums_are_those_of_the_deals_one_by_one() -> None:
    known = simulated_history()
    spans = periods(pd.Timestamp("2023-04-10"), "quarter", 5)
    deals, amounts = known.opportunities, known.events["amounts"]
    table = won_before(known, spans)
    for row in table.itertuples():
        total = 0.0
        for number, deal in deals[deals["outcome"] == "won"].iterrows():
            inside = row.period_start <= deal["closed_at"].date() <= row.period_end
            if inside and deal["currency"] == row.currency:
                own = amounts[(amounts["opportunity"] == number) & (amounts["at"] <= deal["closed_at"])]
                total += own.sort_values("at", kind="stable")["amount"].iloc[-1]
        assert row.won == total
    assert len(table) == 5 * known.opportunities["currency"].nunique()
    assert table["won"].sum() > 0


def test_a_period_of_which_not_all_is_known_is_left_out() -> None:
    deals = [{"created_at": "2026-02-03", "closed_at": "2026-03-31T23:59", "outcome": "won"}]
    found = history(opportunities=deals, amounts=[{"at": "2026-02-03", "amount": 70.0}])
    february, march, april = periods(pd.Timestamp("2026-02-01"), "month", 3)
    table = won_before(found, (february, march, april))
    assert table.to_dict("records") == [
        {"period_start": march.start, "period_end": march.end, "currency": "", "won": 70.0},
        {"period_start": april.start, "period_end": april.end, "currency": "", "won": 0.0},
    ]
    assert won_before(found, (february,)).empty
    assert won_before(found.until("2026-01-01"), (march,)).empty
