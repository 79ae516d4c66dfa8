from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest
from bundles import simulated_history, trained_bundle
from small import AT, history
from snapshots import BOSS, SET, deals, snapshot

from winprob.models.attention.deals import KINDS, Attention, deals_to_look_at
from winprob.models.attention.table import COLUMNS, findings_table
from winprob.models.forecast.pipeline import pipeline

MIDDLE = "2024-06-03"


@cache
def simulated() -> Attention:
    return deals_to_look_at(pipeline(trained_bundle(), simulated_history(), MIDDLE))


@cache
def four_deals() -> Attention:
    """Overdue deals: two in one currency, one of them without an amount, one in another and one without."""
    own = zip(deals("ABCD"), ("EUR", "CNY", "CNY", None), strict=True)
    amounts = {"A": 1_000, "B": 500, "D": 70_000}
    seen = snapshot(
        opportunities=[{**deal, "currency": currency} for deal, currency in own],
        amounts=[{**SET, "opportunity_id": name, "amount": amount} for name, amount in amounts.items()],
        close_dates=[{**SET, "opportunity_id": name, "expected_close": "2026-02-01"} for name in "ABCD"],
        key_persons=[BOSS],
    )
    return deals_to_look_at(seen.pipeline)


def test_codes_are_stable_and_named_in_both_languages() -> None:
    assert {kind.code: kind.name.en for kind in KINDS} == {
        "D001": "Date too early",
        "D002": "Stale",
        "D003": "Decision maker not reached",
        "D004": "Ahead of the buyer",
        "D005": "Veto on the risk form",
        "D006": "Sudden drop",
        "D007": "Class fallen",
        "D008": "Stage too high",
    }
    assert len({kind.name.zh for kind in KINDS}) == len(KINDS)


def test_currencies_stay_apart_and_deals_without_an_amount_come_last() -> None:
    found = four_deals()
    assert [(each.currency, each.opportunity_id, each.code) for each in found.findings] == [
        ("", "D", "D001"),
        ("CNY", "B", "D001"),
        ("CNY", "C", "D001"),
        ("EUR", "A", "D001"),
    ]
    assert (found.deals, found.without_amount) == (4, 1)
    assert np.isnan(found.findings[2].at_stake)


def test_within_a_currency_the_most_money_comes_first() -> None:
    table = findings_table(simulated())
    for _, own in table.groupby("currency"):
        assert own["at_stake"].is_monotonic_decreasing
        assert own["rank"].tolist() == list(range(1, len(own) + 1))


def test_what_cannot_be_judged_is_said_and_is_not_in_order() -> None:
    reasons = {each.code: each.reason for each in four_deals().not_applicable}
    assert list(reasons) == ["D002", "D004", "D005", "D008"]
    assert reasons["D002"].en == "Contacts with customers are not recorded"
    assert reasons["D002"].zh == "没有记录客户联系"


def test_the_list_is_not_half_of_the_pipeline() -> None:
    found = simulated()
    assert 0 < found.deals < len(found.pipeline) / 2


def test_every_open_deal_has_a_class() -> None:
    classes = simulated().classes
    assert classes["opportunity_id"].tolist() == simulated().pipeline.deals["opportunity_id"].tolist()
    assert classes["deal_class"].isin(list("ABCD")).all()


def test_the_future_moves_nothing() -> None:
    known = simulated_history().until(MIDDLE)
    before = deals_to_look_at(pipeline(trained_bundle(), known, MIDDLE))
    pd.testing.assert_frame_equal(findings_table(before), findings_table(simulated()))
    pd.testing.assert_frame_equal(before.classes, simulated().classes)
    assert before.not_applicable == simulated().not_applicable


def test_nothing_open_is_nothing_to_look_at() -> None:
    closed = history(opportunities=[{"closed_at": "2026-02-01", "outcome": "won"}])
    found = deals_to_look_at(pipeline(trained_bundle(), closed, AT))
    assert (found.findings, found.deals, len(found.classes)) == ((), 0, 0)
    assert [each.reason.en for each in found.not_applicable] == ["No deal is open"] * len(KINDS)
    assert list(findings_table(found).columns) == list(COLUMNS)


def test_the_table_says_what_the_findings_say() -> None:
    found = simulated()
    table = findings_table(found)
    assert table.dtypes.astype(str).to_dict() == COLUMNS
    own = found.pipeline.deals.set_index("opportunity_id")
    for row, finding in zip(table.to_dict("records"), found.findings, strict=True):
        assert (row["code"], row["opportunity_id"]) == (finding.code, finding.opportunity_id)
        assert (row["evidence_zh"], row["evidence_en"]) == (finding.evidence.zh, finding.evidence.en)
        assert (row["change_zh"], row["change_en"]) == (finding.change.zh, finding.change.en)
        assert row["at_stake"] == finding.at_stake
        assert row["amount"] == own.loc[finding.opportunity_id, "amount"]
        assert row["probability"] == own.loc[finding.opportunity_id, "probability"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_sentences_are_whole(language: str) -> None:
    ends = {"zh": "。", "en": "."}[language]
    for finding in simulated().findings:
        for words in (finding.evidence, finding.change):
            text = getattr(words, language)
            assert text.endswith(ends)
            assert "nan" not in text.lower().split()
