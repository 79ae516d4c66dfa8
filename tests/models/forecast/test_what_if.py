from __future__ import annotations

import pandas as pd
import pytest
from bundles import simulated_history, trained_bundle
from forecasts import forecast_at
from small import history

from winprob.features.history import History
from winprob.features.instant import instant
from winprob.models.forecast.change import change
from winprob.models.forecast.forecast import forecast
from winprob.models.forecast.pipeline import pipeline
from winprob.models.forecast.supposition import InvalidSupposition
from winprob.models.forecast.what_if import what_if, without_biggest

AT = "2024-06-01"
ROW = ["period_start", "currency"]


def retold(**rows: pd.DataFrame) -> History:
    """The company's history, in which these rows were written at the moment, by table."""
    known = simulated_history()
    ids = known.opportunities["opportunity_id"]
    tables = {
        name: table.assign(opportunity_id=ids.take(table["opportunity"].to_numpy()).array)
        for name, table in known.events.items()
        if known.recorded[name].any()
    }
    for name, added in rows.items():
        tables[name] = pd.concat([tables[name], added.assign(at=instant(AT))], ignore_index=True)
    tables = {name: table.drop(columns="opportunity") for name, table in tables.items()}
    return History.of(known.playbook, {"opportunities": known.opportunities, **tables})


def test_it_is_the_forecast_of_a_history_that_says_so() -> None:
    before = forecast_at(AT)
    names = before.pipeline.deals["opportunity_id"].tolist()
    found = what_if(before, {names[3]: {"stage": "near_won"}, names[8]: {"amount": 5e6}})
    told = retold(
        stage_changes=pd.DataFrame({"opportunity_id": [names[3]], "stage": ["near_won"]}),
        amounts=pd.DataFrame({"opportunity_id": [names[8]], "amount": [5e6]}),
    )
    after = forecast(pipeline(trained_bundle(), told, AT), "quarter", 2)
    pd.testing.assert_frame_equal(found.after.table, after.table)
    assert found.before is before
    moved = found.difference.set_index(ROW)["expected"]
    expected = after.table.set_index(ROW)["expected"] - before.table.set_index(ROW)["expected"]
    assert moved.to_numpy() == pytest.approx(expected.to_numpy())
    assert moved.abs().max() > 1e5


def test_what_did_not_happen_teaches_nothing() -> None:
    before = forecast_at(AT)
    young = before.pipeline.deals["opportunity_id"].iloc[-1]
    once = what_if(before, {young: {"outcome": "won", "amount": 9e7}})
    assert once.after.pipeline.change == before.pipeline.change
    assert once.difference["new_expected"].eq(0).all()
    twice = what_if(once.after, {before.pipeline.deals["opportunity_id"].iloc[0]: {"outcome": "lost"}})
    assert twice.difference["new_expected"].eq(0).all()
    assert twice.difference["won"].eq(0).all()


def test_nothing_changes_nothing() -> None:
    found = what_if(forecast_at(AT, group="team"), {})
    assert found.difference.loc[:, "won":].eq(0).all(axis=None)
    assert found.difference["team"].equals(found.before.table["team"])


def test_a_deal_that_is_won_now_is_no_longer_expected() -> None:
    before = forecast_at(AT)
    deal, chance = before.pipeline.deals.iloc[0], before.chances[0]
    found = what_if(before, {deal["opportunity_id"]: {"outcome": "won", "amount": 7e6}})
    told = found.difference.set_index("currency").loc[deal["currency"]]
    assert told["won"].tolist() == [7e6, 0.0]
    assert told["deals"].tolist() == [-1, -1]
    assert told["open_expected"].iloc[0] == pytest.approx(-deal["final_amount"] * chance[0], rel=0.5)
    assert told["high_80"].iloc[0] > 0


def test_the_biggest_deal_of_each_currency_is_that_of_which_most_is_expected() -> None:
    before = forecast_at(AT)
    found = without_biggest(before)
    deals = before.pipeline.deals
    money = (deals["final_amount"] * before.chances.sum(axis=1)).to_numpy()
    expected = set()
    for currency in deals["currency"].unique():
        own = [row for row in range(len(deals)) if deals["currency"].iloc[row] == currency]
        expected.add(deals["opportunity_id"].iloc[max(own, key=lambda row: money[row])])
    assert set(found.suppositions) == expected
    assert {each.outcome for each in found.suppositions.values()} == {"lost"}
    lost = found.difference.set_index(ROW)
    assert (lost["expected"].loc[:, "CNY"] < 0).all()
    assert (lost["deals"].loc[:, "CNY"] == -1).all()


def test_the_effect_is_a_change_that_opens_down_to_the_deals() -> None:
    found = without_biggest(forecast_at(AT))
    moved = change(found.before, found.after)
    lost = moved.deals[moved.deals["part"] == "lost"]
    assert set(lost["opportunity_id"]) == set(found.suppositions)
    parts = moved.parts.groupby(ROW)["amount"].sum()
    expected = found.difference.set_index(ROW)["expected"].reindex(parts.index)
    assert parts.to_numpy() == pytest.approx(expected.to_numpy(), rel=1e-6)


def test_without_deals_there_is_no_biggest() -> None:
    nothing = forecast(pipeline(trained_bundle(), history(), "2026-03-31"))
    assert without_biggest(nothing).suppositions == {}


def test_all_deals_may_end_at_once() -> None:
    before = forecast_at(AT)
    found = what_if(before, {name: {"outcome": "lost"} for name in before.pipeline.deals["opportunity_id"]})
    assert found.after.table["open_expected"].eq(0).all()
    assert found.after.table["deals"].eq(0).all()


def test_a_mistake_is_named() -> None:
    with pytest.raises(InvalidSupposition, match=r"changes.D-1: expected an opportunity open at 2024-06-01"):
        what_if(forecast_at(AT), {"D-1": {"outcome": "lost"}})
