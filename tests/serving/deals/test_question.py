"""What a query supposes of a deal."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from winprob.serving.deals.question import DealQuestion, supposed_fields
from winprob.serving.wire.query import InvalidQuery


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ({}, {}),
        ({"as_of": "2026-03-31", "language": "zh"}, {}),
        ({"stage": "", "amount": " ", "risk.fit": "", "checkpoint.coach_inside": ""}, {}),
        ({"stage": "intent", "buyer_stage": "plan"}, {"stage": "intent", "buyer_stage": "plan"}),
        ({"amount": "1,250,000"}, {"amount": 1250000.0}),
        ({"amount": "0.5", "competitor_count": "0"}, {"amount": 0.5, "competitor_count": 0}),
        ({"expected_close": "2026-12-31"}, {"expected_close": "2026-12-31"}),
        ({"risk.fit": "2", "risk.budget": "0"}, {"risk_scores": {"fit": 2, "budget": 0}}),
        ({"checkpoint.a": "1", "checkpoint.b.c": "on"}, {"checkpoints": ["a", "b.c"]}),
        ({"amount": "much", "risk.fit": "x"}, {"amount": "much", "risk_scores": {"fit": "x"}}),
        ({"stage": "3", "buyer_stage": "10"}, {"stage": "3", "buyer_stage": "10"}),
    ],
)
def test_fields_are_those_of_a_supposition(query: dict[str, str], fields: dict[str, Any]) -> None:
    assert supposed_fields(query) == fields


def test_every_unknown_parameter_is_named() -> None:
    with pytest.raises(InvalidQuery) as refused:
        supposed_fields({"stge": "intent", "stage": "intent", "outcome": "won"})
    assert [problem.key for problem in refused.value.problems] == ["stge", "outcome"]
    assert "found stge (did you mean 'stage'?)" in str(refused.value)
    assert "risk.<item>, checkpoint.<code>" in str(refused.value)


def test_a_moment_may_be_a_day() -> None:
    assert DealQuestion.model_validate({"as_of": "2026-03-31"}).as_of == date(2026, 3, 31)
