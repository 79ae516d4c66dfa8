"""Open deals as a list: the rows, their filters and their order."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from deals import AS_OF, deal_of, deals, open_ids

from winprob.models.forecast.category import OPEN
from winprob.serving.deals.list_question import ListQuestion
from winprob.serving.deals.listing import Listing


def asked(**parameters: Any) -> ListQuestion:
    return ListQuestion.model_validate({"as_of": AS_OF, "period": "2024-04-01", **parameters})


def listed(**parameters: Any) -> Listing:
    return deals().listing(asked(**parameters))


def ids(**parameters: Any) -> list[str]:
    question = asked(**parameters)
    return list(deals().listing(question).chosen(question)["opportunity_id"])


def test_every_open_deal_has_one_row_with_what_its_page_says() -> None:
    table = listed().table.set_index("opportunity_id")
    assert sorted(table.index) == sorted(open_ids())
    for opportunity_id in open_ids()[::7]:
        deal, row = deal_of(opportunity_id), table.loc[opportunity_id]
        assert row["probability"] == deal.known.answer.probability
        assert row["deal_class"] == deal.deal_class
        assert (row["customer"], row["owner"]) == (deal.identity.customer, deal.identity.owner)
        assert row["amount"] == deal.known.amount or math.isnan(row["amount"])


def test_the_gain_is_what_the_best_action_adds_in_the_period() -> None:
    found = listed()
    assert found.actions
    for place, lever in found.actions.items():
        row = found.table.iloc[place]
        (best, *_) = deal_of(row["opportunity_id"]).known.answer.levers
        assert (lever.code, lever.probability) == (best.code, best.probability)
        final = found.forecast.pipeline.deals["final_amount"].iloc[place]
        share = row["chance"] / row["probability"]
        assert row["gain"] == pytest.approx(final * (lever.probability - row["probability"]) * share)
    others = np.setdiff1d(np.arange(len(found.table)), list(found.actions))
    assert found.table["gain"].iloc[others].isna().all()


@pytest.mark.parametrize("number", ["expected", "rule_expected", "seller_expected", *OPEN])
def test_rows_add_up_to_the_forecast_with_what_is_won_and_new(number: str) -> None:
    found = listed(of=number)
    whole = found.forecast.whole
    for row in whole[whole["period_start"] == found.period.start].to_dict("records"):
        own = found.table.loc[found.table["currency"] == row["currency"], number].sum()
        rest = row["won"] if number.endswith("expected") else 0.0
        rest += row["new_expected"] if number == "expected" else 0.0
        assert own + rest == pytest.approx(row[number])


def test_a_category_lists_its_own_deals_and_a_rule_those_that_are_promised() -> None:
    table = listed().table.set_index("opportunity_id")
    kinds = {name: ids(of=name) for name in OPEN}
    assert sorted(each for own in kinds.values() for each in own) == sorted(table.index)
    for name, own in kinds.items():
        assert set(table.loc[own, "category"]) <= {name}
    promised = ids(of="seller_expected")
    assert set(promised) == set(table.index[table["is_promised"]]) != set(table.index)


def test_filters_take_the_rows_that_a_loop_takes() -> None:
    found = listed()
    team = found.forecast.pipeline.group("team")
    stage, letter = found.table["stage"].mode()[0], found.table["deal_class"].mode()[0]
    code = next(iter(found.findings.values()))[0].code
    expected = [
        row["opportunity_id"]
        for place, row in found.table.iterrows()
        if team[place] == team[0] and row["stage"] == stage and row["deal_class"] == letter
    ]
    assert sorted(ids(team=team[0], stage=stage, deal_class=letter)) == sorted(expected)
    having = {deal for deal, own in found.findings.items() if code in {each.code for each in own}}
    assert set(ids(finding=code)) == having


def test_a_search_looks_at_ids_and_names_in_any_case() -> None:
    row = listed().table.iloc[3]
    assert row["opportunity_id"] in ids(q=row["opportunity_id"].lower())
    assert row["opportunity_id"] in ids(q=row["customer"][1:4])
    assert ids(q="no deal is called so") == []
    assert ids(q=".*") == []


@pytest.mark.parametrize("order", ["gain", "expected", "amount", "probability"])
def test_the_largest_come_first_within_each_currency(order: str) -> None:
    question = asked(order=order)
    rows = deals().listing(question).chosen(question)
    currencies = list(dict.fromkeys(rows["currency"]))
    counts = [int((rows["currency"] == currency).sum()) for currency in currencies]
    assert counts == sorted(counts, reverse=True)
    for currency in currencies:
        values = rows.loc[rows["currency"] == currency, order].to_numpy()
        known = values[~np.isnan(values)]
        assert (np.diff(known) <= 0).all()
        assert np.isnan(values[len(known) :]).all()
