"""A deal as it would be: what the forecast's what-if says, and what would be answered then."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from deals import AS_OF, deals, found, open_ids, scorer

from winprob.models.forecast.supposition import InvalidSupposition
from winprob.models.forecast.what_if import WhatIf
from winprob.serving.deals.supposed import Supposed, suppose
from winprob.serving.forecast.question import WhatIfQuestion

MOMENT = datetime.fromisoformat(AS_OF)

CHANGES: tuple[dict[str, Any], ...] = (
    {"stage": "intent"},
    {"amount": 5_000_000},
    {"expected_close": "2024-08-31"},
    {"competitor_count": 0, "risk_scores": {"budget": 2}, "checkpoints": ["coach_inside"]},
)


def supposed(opportunity_id: str, fields: dict[str, Any]) -> Supposed:
    deal = found(opportunity_id)
    return suppose(deals().forecasts, scorer(), deal, MOMENT, fields, "en")


def what_if(opportunity_id: str, fields: dict[str, Any]) -> WhatIf:
    question = WhatIfQuestion(by="quarter", periods=2, as_of=MOMENT, changes={opportunity_id: fields})
    return deals().forecasts.what_if(question)


@pytest.mark.parametrize("fields", CHANGES)
def test_it_is_what_the_forecast_would_be(fields: dict[str, Any]) -> None:
    opportunity_id = open_ids()[11]
    seen, expected = supposed(opportunity_id, fields), what_if(opportunity_id, fields)
    rows = expected.after.pipeline.deals.set_index("opportunity_id")
    assert seen.known.answer.probability == rows.loc[opportunity_id, "probability"]
    currency = rows.loc[opportunity_id, "currency"]
    told = []
    for table in (expected.before.table, expected.after.table):
        own = table[table["currency"] == currency]
        told.append(dict(zip(own["period_start"], own["expected"], strict=True)))
    assert len(seen.periods) == 2
    for period in seen.periods:
        assert (period.before, period.after) == (told[0][period.start], told[1][period.start])
        assert period.currency == currency
    assert seen.fields == fields


def test_what_is_supposed_is_in_the_document() -> None:
    seen = supposed(open_ids()[11], {"amount": 5_000_000, "competitor_count": 0, "stage": "intent"})
    assert (seen.known.amount, seen.known.competitors) == (5_000_000, [])
    assert seen.known.document.stage_changes is not None
    assert seen.known.document.stage_changes[-1].stage == "intent"


def test_what_is_recorded_already_changes_nothing() -> None:
    opportunity_id = open_ids()[11]
    as_it_is = supposed(opportunity_id, {})
    rows = what_if(opportunity_id, {}).before.pipeline.deals.set_index("opportunity_id")
    assert as_it_is.known.answer.probability == rows.loc[opportunity_id, "probability"]
    assert all(period.before == period.after for period in as_it_is.periods)


def test_a_further_stage_moves_the_probability_and_the_forecast() -> None:
    opportunity_id = open_ids()[-20]
    before, after = (supposed(opportunity_id, fields) for fields in ({}, {"stage": "intent"}))
    assert after.known.answer.probability > before.known.answer.probability
    assert sum(period.after - period.before for period in after.periods) > 0


@pytest.mark.parametrize(
    ("fields", "key"),
    [
        ({"stage": "intents"}, "stage"),
        ({"amount": "much"}, "amount"),
        ({"risk_scores": {"budget": 3}}, "risk_scores.budget"),
        ({"checkpoints": ["no such"]}, "checkpoints[0]"),
        ({"expected_close": "soon"}, "expected_close"),
        ({"competitor_count": -1}, "competitor_count"),
    ],
)
def test_what_cannot_be_is_named(fields: dict[str, Any], key: str) -> None:
    opportunity_id = open_ids()[11]
    with pytest.raises(InvalidSupposition) as refused:
        supposed(opportunity_id, fields)
    assert [problem.key for problem in refused.value.problems] == [f"changes.{opportunity_id}.{key}"]
