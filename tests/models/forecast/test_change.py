from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd
import pytest
from bundles import simulated_history, trained_bundle
from estimators import own_estimator_bundle
from forecasts import DAYS, forecast_at
from histories import START, histories
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from small import history

from winprob.features.history import History
from winprob.features.mistake import Mistake
from winprob.models.forecast.change import Change, change
from winprob.models.forecast.explained import explain
from winprob.models.forecast.forecast import Forecast, forecast, forecast_periods
from winprob.models.forecast.pipeline import pipeline

ROW = ["period_start", "currency"]

moments = st.sampled_from(DAYS)


def difference(found: Change) -> pd.Series[float]:
    """What parts have to add up to, by period and currency."""
    both = [each.whole.set_index(ROW)["expected"] for each in (found.then, found.now)]
    rows = found.parts.set_index(ROW).index.unique()
    then, now = (each.reindex(rows).fillna(0.0) for each in both)
    return now - then


def seen(*deals: dict[str, Any], at: str, by: str = "quarter", count: int = 2) -> Forecast:
    """A forecast of deals in EUR, each worth ``amount``, 100 if it does not say so."""
    rows = [{"currency": "EUR", **deal} for deal in deals]
    amounts = [
        {"opportunity_id": row["opportunity_id"], "at": "2026-01-02", "amount": row.pop("amount", 100.0)}
        for row in rows
    ]
    return forecast(pipeline(trained_bundle(), history(opportunities=rows, amounts=amounts), at), by, count)


def of_deal(found: Change, name: str, start: date | None = None) -> dict[str, float]:
    """Parts that one deal has to do with, by code, all probabilities together."""
    mine = found.deals[found.deals["opportunity_id"] == name]
    mine = mine if start is None else mine[mine["period_start"] == start]
    return mine.groupby(mine["part"].str.split(".").str[0])["amount"].sum().to_dict()


@settings(max_examples=8)
@given(moments, moments, st.booleans(), st.booleans())
@example(DAYS[3], DAYS[4], True, True)
@example(DAYS[5], DAYS[6], True, False)
def test_parts_add_up_to_the_change_and_deals_to_parts(
    first: str, second: str, retrained: bool, before_that: bool
) -> None:
    then, now = sorted([first, second])
    earlier, later = forecast_at(then, retrained=before_that), forecast_at(now, retrained=retrained)
    assume(set(earlier.periods) & set(later.periods))
    found = change(earlier, later)
    scale = found.then.whole["expected"].max() + found.now.whole["expected"].max()
    parts = found.parts.groupby(ROW)["amount"].sum()
    expected = difference(found)
    assert parts.reindex(expected.index).to_numpy() == pytest.approx(expected.to_numpy(), abs=1e-9 * scale)
    opened = found.deals.groupby([*ROW, "part"])["amount"].sum()
    told = found.parts.set_index([*ROW, "part"])["amount"]
    assert opened.reindex(told.index).fillna(0.0).to_numpy() == pytest.approx(told.to_numpy(), rel=1e-9)
    assert opened.index.isin(told.index).all()


@settings(max_examples=8)
@given(histories(), histories(), st.integers(0, 40))
def test_parts_add_up_even_if_the_histories_have_nothing_in_common(
    before: History, after: History, days: int
) -> None:
    at = START + pd.Timedelta(days=150)
    now = forecast(pipeline(trained_bundle(), after, at + pd.Timedelta(days=days)), "quarter", 2)
    found = change(forecast_periods(pipeline(trained_bundle(), before, at), now.periods), now)
    parts = found.parts.groupby(ROW)["amount"].sum()
    expected = difference(found).reindex(parts.index).to_numpy()
    assert parts.to_numpy() == pytest.approx(expected, abs=1e-9 * found.parts["amount"].abs().sum() + 1e-12)


def test_with_the_same_model_nothing_is_put_down_to_it() -> None:
    found = change(forecast_at("2024-04-10"), forecast_at("2024-06-01"))
    amounts = found.parts.groupby("part")["amount"].apply(lambda each: each.abs().sum())
    assert amounts["model_changed"] == amounts["corrected"] == 0.0
    assert (amounts[["won", "lost", "new", "slipped_out", "probability.stage"]] > 0).all()


def test_at_one_moment_only_the_model_can_change() -> None:
    now, retrained = forecast_at("2024-06-01"), forecast_at("2024-06-01", retrained=True)
    assert change(now, now).deals.empty
    found = change(now, retrained)
    # What is expected of deals that are not created yet follows the calendar that the model has learned.
    assert set(found.deals["part"]) == {"model_changed", "new_business"}
    amounts = found.deals.groupby(ROW)["amount"].sum()
    assert amounts.to_numpy() == pytest.approx(difference(found).reindex(amounts.index).to_numpy())


def test_groups_make_no_difference() -> None:
    whole = change(forecast_at("2024-04-10"), forecast_at("2024-06-01"))
    grouped = change(forecast_at("2024-04-10", group="team"), forecast_at("2024-06-01", group="team"))
    pd.testing.assert_frame_equal(whole.parts, grouped.parts)


def test_endings_and_beginnings_are_told_by_what_was_expected_and_what_came() -> None:
    deals = (
        {"opportunity_id": "won", "closed_at": "2026-03-01", "outcome": "won", "amount": 120.0},
        {"opportunity_id": "lost", "closed_at": "2026-03-02", "outcome": "lost"},
        {"opportunity_id": "stays"},
        {"opportunity_id": "new", "created_at": "2026-02-20"},
        {
            "opportunity_id": "new and won",
            "created_at": "2026-02-20",
            "closed_at": "2026-03-03",
            "outcome": "won",
        },
        {
            "opportunity_id": "new and lost",
            "created_at": "2026-02-20",
            "closed_at": "2026-03-03",
            "outcome": "lost",
        },
    )
    then, now = (seen(*deals, at=at) for at in ("2026-02-10", "2026-03-20"))
    found, quarter = change(then, now), date(2026, 1, 1)
    row = dict(zip(then.pipeline.deals["opportunity_id"], range(3), strict=True))
    expected = then.pipeline.deals["final_amount"] * then.chances[:, 0]
    assert of_deal(found, "won", quarter) == {"won": pytest.approx(120.0 - expected[row["won"]])}
    assert of_deal(found, "lost", quarter) == {"lost": pytest.approx(-expected[row["lost"]])}
    assert of_deal(found, "new and won") == {"new": 100.0}
    assert of_deal(found, "new and lost") == {}
    last = now.pipeline.deals["final_amount"] * now.chances[:, 0]
    assert of_deal(found, "new", quarter) == {"new": pytest.approx(last[1])}
    stays = of_deal(found, "stays", quarter)
    assert set(stays) <= {"slipped_out", "pulled_in", "probability"}
    assert sum(stays.values()) == pytest.approx(last[0] - expected[row["stays"]])


def test_a_deal_won_before_the_period_has_left_it() -> None:
    deal = {"opportunity_id": "early", "closed_at": "2026-02-20", "outcome": "won"}
    then, now = (
        seen(deal, {"opportunity_id": "B"}, at=at, by="month") for at in ("2026-02-10", "2026-02-25")
    )
    found = change(then, now)
    expected = then.pipeline.deals["final_amount"] * then.chances[:, 1]
    assert of_deal(found, "early", date(2026, 2, 1)).keys() == {"won"}
    assert of_deal(found, "early", date(2026, 3, 1)) == {"slipped_out": pytest.approx(-expected[0])}


def test_what_contradicts_the_earlier_record_is_corrected() -> None:
    won = {"closed_at": "2026-02-03", "outcome": "won"}
    names = [{"opportunity_id": name} for name in ("reopened", "deleted", "moved")]
    then = seen(names[0] | won, names[1], names[2], at="2026-02-10")
    now = seen(names[0], names[2] | {"currency": "USD"}, at="2026-03-20")
    found = change(then, now)
    first = then.pipeline.deals["final_amount"] * then.chances.sum(axis=1)
    assert of_deal(found, "deleted") == {"corrected": pytest.approx(-first[0])}
    assert "corrected" in of_deal(found, "reopened")
    moved = found.deals[found.deals["opportunity_id"] == "moved"].groupby("currency")["part"].agg(set)
    assert moved["EUR"] == {"corrected"}
    assert "new" in moved["USD"]
    parts = found.parts.groupby(ROW)["amount"].sum()
    assert parts.to_numpy() == pytest.approx(difference(found).to_numpy())


def test_another_playbook_is_part_of_another_model() -> None:
    then = forecast_at("2024-04-10")
    told = then.pipeline.bundle.playbook.model_copy(update={"pass_mark": 1})
    bundle = replace(then.pipeline.bundle, playbook=told)
    later = forecast_at("2024-06-01")
    now = forecast(pipeline(bundle, replace(later.pipeline.history, playbook=told), later.pipeline.at))
    found = change(then, now)
    parts = found.parts.groupby(ROW)["amount"].sum()
    assert parts.to_numpy() == pytest.approx(difference(found).to_numpy(), rel=1e-6)


def test_the_later_forecast_cannot_come_first() -> None:
    with pytest.raises(Mistake, match=r"as of 2024-06-01 23:59 before one as of 2024-04-10"):
        change(forecast_at("2024-06-01"), forecast_at("2024-04-10"))


def test_there_must_be_a_period_in_common() -> None:
    with pytest.raises(
        Mistake, match=r"found 2024-04-01 to 2024-06-30 then and 2024-10-01 to 2024-12-31 now"
    ):
        change(forecast_at("2024-04-10", count=1), forecast_at("2024-11-01", count=1))


def test_parts_add_up_without_reasons_too() -> None:
    bundle = own_estimator_bundle()
    then, now = (
        forecast(pipeline(bundle, simulated_history(), at), "quarter", 2)
        for at in ("2024-05-06", "2024-06-03")
    )
    found = change(then, now)
    total = found.parts.groupby(ROW)["amount"].sum()
    pd.testing.assert_series_equal(total, difference(found), check_names=False, rtol=1e-9)
    assert {"probability.unexplained"} == {
        part for part in found.parts["part"] if part.startswith("probability.")
    }
    explained = explain(now)
    assert {"unexplained", "base"} < set(explained.parts["part"])
