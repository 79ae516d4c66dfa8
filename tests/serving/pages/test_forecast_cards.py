"""The first screen of the forecast: the numbers of the table, beside the period before."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from bundles import simulated_history, trained_bundle

from winprob.models.forecast.forecast import Forecast, forecast
from winprob.models.forecast.pipeline import pipeline
from winprob.serving.pages.forecast_cards import DRAWN, age_in_days, cards, influenced


def made(as_of: str = "2024-06-20", **asked: object) -> Forecast:
    found = pipeline(trained_bundle(), simulated_history(), as_of)
    return forecast(found, **{"by": "quarter", "count": 2} | asked)  # type: ignore[arg-type]


def test_cards_are_rows_of_the_table_in_the_currency_of_most_deals() -> None:
    found = made()
    main = found.pipeline.deals["currency"].value_counts().idxmax()
    table = found.whole[found.whole["currency"] == main]
    assert [card.row["expected"] for card in cards(found)] == table["expected"].tolist()
    for card in cards(found):
        assert main not in {other["currency"] for other in card.others}


def test_the_period_before_is_what_was_won_in_it_and_then_what_is_expected() -> None:
    first, second = cards(made())
    history = simulated_history()
    rows = history.opportunities
    closed = rows["closed_at"].between("2024-01-01", "2024-04-01", inclusive="left")
    mine = rows.index[(rows["outcome"] == "won") & closed & (rows["currency"] == first.row["currency"])]
    amounts = history.events["amounts"].sort_values("at").groupby("opportunity")["amount"].last()
    assert first.before == pytest.approx(amounts.reindex(mine).fillna(0.0).sum())
    assert second.before == first.row["expected"]


def test_days_left_tell_which_period_can_be_influenced() -> None:
    near, far = cards(made("2024-06-20")), cards(made("2024-05-20"))
    assert [near[0].days_left, far[0].days_left] == [11, 42]
    assert influenced(near) is near[1]
    assert influenced(far) is far[0]


def test_what_is_far_beyond_is_not_drawn() -> None:
    for card in cards(made()):
        for name in ("rule_expected", "seller_expected"):
            assert card.is_drawn(card.row[name]) or card.row[name] > DRAWN * card.row["expected"]
        assert card.is_drawn(card.row["high_80"])
        assert card.plot.first == 0


def test_between_dates_there_is_no_period_before() -> None:
    found = made(by=(date(2024, 8, 15),))
    assert [card.before for card in cards(found)] == [None]


def test_data_have_an_age() -> None:
    assert age_in_days(pd.Timestamp.now(tz="UTC") - pd.Timedelta(days=3, hours=1)) == 3
