"""A deal is found by its id, and looked at when it was asked for, or just before its closing."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import pytest
from deals import CHINA
from small import history

from winprob.serving.deals.found_deal import FoundDeal, find_deal
from winprob.serving.wire.refusal import NoSuchOpportunity

ROWS: list[dict[str, Any]] = [
    {"opportunity_id": "A", "created_at": "2026-01-05T20:00Z"},
    {
        "opportunity_id": "客户 1/2",
        "created_at": "2026-01-06T00:00Z",
        "closed_at": "2026-02-05T20:00Z",
        "outcome": "lost",
    },
    {
        "opportunity_id": "C",
        "created_at": "2026-01-07T00:00Z",
        "closed_at": "2026-01-07T00:00Z",
        "outcome": "won",
    },
]


def find(opportunity_id: str, at: str) -> FoundDeal:
    return find_deal(history(opportunities=ROWS), opportunity_id, pd.Timestamp(at), CHINA)


def test_an_open_deal_is_looked_at_when_it_is_asked_for() -> None:
    deal = find("A", "2026-03-01T00:00Z")
    assert (deal.number, deal.opportunity_id, deal.at) == (0, "A", pd.Timestamp("2026-03-01T00:00Z"))
    assert (deal.outcome, deal.closed_on) == (None, None)


def test_a_closed_deal_is_looked_at_just_before_it_closed() -> None:
    deal = find("客户 1/2", "2026-03-01T00:00Z")
    assert deal.number == 1
    assert deal.at == pd.Timestamp("2026-02-05T19:59:59.999999Z")
    assert (deal.outcome, deal.closed_on) == ("lost", date(2026, 2, 6))  # the company's day


def test_a_deal_that_closes_later_is_open() -> None:
    deal = find("客户 1/2", "2026-02-05T19:59:59.999999Z")
    assert (deal.at, deal.outcome) == (pd.Timestamp("2026-02-05T19:59:59.999999Z"), None)
    assert find("客户 1/2", "2026-02-05T20:00Z").outcome == "lost"


def test_a_deal_that_closed_as_it_was_created_is_looked_at_then() -> None:
    deal = find("C", "2026-03-01T00:00Z")
    assert (deal.at, deal.outcome) == (deal.created_at, "won")


def test_an_unknown_deal_is_named() -> None:
    with pytest.raises(NoSuchOpportunity, match=r"^opportunity_id: expected .* found 'B'; correct the id"):
        find("B", "2026-03-01T00:00Z")


def test_a_deal_that_is_not_created_yet_says_when_it_is() -> None:
    with pytest.raises(NoSuchOpportunity) as refused:
        find("A", "2026-01-05T19:59:59Z")
    assert str(refused.value).startswith("as_of: expected a moment not before its creation on 2026-01-06,")
    assert find("A", "2026-01-05T20:00Z").outcome is None
