from __future__ import annotations

import pytest
from bundles import trained_bundle
from forecasts import DAYS, forecast_at
from hypothesis import given, settings
from hypothesis import strategies as st
from small import history

from winprob.features.build import catalogue
from winprob.features.mistake import Mistake
from winprob.models.forecast.explained import explain
from winprob.models.forecast.forecast import forecast
from winprob.models.forecast.pipeline import pipeline

AT = "2024-06-01"
ROW = ["period_start", "currency"]


@settings(max_examples=8)
@given(st.sampled_from(DAYS), st.sampled_from([None, "team"]))
def test_parts_add_up_to_what_is_expected_and_deals_to_parts(day: str, group: str | None) -> None:
    found = forecast_at(day, group=group)
    explained = explain(found)
    rows = ROW + ([] if group is None else [group])
    expected = found.table.set_index(rows)["expected"]
    parts = explained.parts.groupby(rows, dropna=False)["amount"].sum().reindex(expected.index)
    assert parts.to_numpy() == pytest.approx(expected.to_numpy(), rel=1e-9)
    finest = explained.parts if group is None else explained.parts[explained.parts[group].notna()]
    opened = explained.deals.groupby([*rows, "part"])["amount"].sum()
    told = finest.set_index([*rows, "part"])["amount"]
    assert opened.reindex(told.index).fillna(0.0).to_numpy() == pytest.approx(told.to_numpy(), rel=1e-9)
    assert opened.index.isin(told.index).all()


def test_a_family_is_worth_amount_times_share_times_points_of_each_deal() -> None:
    found = forecast_at(AT)
    deals, points = found.pipeline.deals, found.pipeline.scores.explanation.points.to_numpy()
    features = catalogue(found.pipeline.bundle.playbook, found.pipeline.bundle.attributes)
    members = {feature.family: [] for feature in features}
    for place, feature in enumerate(features):
        members[feature.family].append(place)
    explained = explain(found).deals.set_index(["opportunity_id", "period_start", "part"])["amount"]
    for number, deal in deals.iterrows():
        for period, chance in zip(found.periods, found.chances[number], strict=True):
            share = chance / deal["probability"]
            for family, places in members.items():
                amount = deal["final_amount"] * share * sum(points[number, place] for place in places)
                told = explained.get((deal["opportunity_id"], period.start, family), 0.0)
                assert told == pytest.approx(amount, rel=1e-6, abs=1e-6)


def test_what_is_won_and_new_business_are_told_apart() -> None:
    found = forecast_at(AT)
    explained = explain(found)
    for part, column in (("won", "won"), ("new_business", "new_expected")):
        told = explained.parts[explained.parts["part"] == part].set_index(ROW)["amount"]
        assert told.to_numpy() == pytest.approx(found.table.set_index(ROW)[column].reindex(told.index))
    new = explained.deals[explained.deals["part"] == "new_business"]
    assert new["opportunity_id"].isna().all()
    assert explained.deals[explained.deals["part"] != "new_business"]["opportunity_id"].notna().all()


def test_every_part_has_a_name_in_both_languages() -> None:
    names = explain(forecast_at(AT)).parts.drop_duplicates("part").set_index("part")
    assert names.loc["competition", ["name_en", "name_zh"]].tolist() == ["competition", "竞争"]
    assert names["name_zh"].notna().all()


@pytest.mark.parametrize("closed", [{}, {"closed_at": "2026-02-01", "outcome": "lost"}])
def test_without_amounts_or_open_deals_all_parts_are_nothing(closed: dict[str, str]) -> None:
    bare = history(opportunities=[{"currency": "EUR", **closed}])
    explained = explain(forecast(pipeline(trained_bundle(), bare, "2026-03-31")))
    assert explained.parts["amount"].eq(0.0).all()
    assert len(explained.parts) == 12
    assert explained.deals.empty


def test_a_deal_is_opened_in_its_group() -> None:
    found = forecast_at(AT, group="team")
    deals = explain(found).deals.dropna(subset="opportunity_id")
    known = found.pipeline.history.opportunities.set_index("opportunity_id")["team"]
    assert deals["team"].tolist() == known.loc[deals["opportunity_id"]].tolist()


def test_a_group_cannot_have_the_name_of_a_column() -> None:
    deals = history(opportunities=[{"part": "left"}], amounts=[{"at": "2026-01-02", "amount": 5.0}])
    found = forecast(pipeline(trained_bundle(), deals, "2026-03-31"), group="part")
    with pytest.raises(Mistake, match="group: expected a name that no column of parts has, found 'part'"):
        explain(found)
