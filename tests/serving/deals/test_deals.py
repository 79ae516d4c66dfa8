"""A deal, put together."""

from __future__ import annotations

from datetime import datetime

import pandas as pd
import pytest
from bundles import simulated_history
from deals import AS_OF, NOW, deal_of, deals, open_ids

from winprob.models.forecast.supposition import InvalidSupposition
from winprob.serving.deals.question import DealQuestion
from winprob.serving.wire.query import InvalidQuery
from winprob.serving.wire.refusal import NoSuchOpportunity

QUESTION = DealQuestion.model_validate({"as_of": AS_OF})


def closed_ids() -> list[str]:
    rows = simulated_history().opportunities
    return list(rows.loc[rows["closed_at"] <= NOW, "opportunity_id"])[::30]


def test_class_and_findings_are_those_of_the_deals_to_look_at() -> None:
    attention = deals().forecasts.findings(QUESTION.as_of)
    classes = dict(zip(attention.classes["opportunity_id"], attention.classes["deal_class"], strict=True))
    assert set(classes) == set(open_ids())
    shown = [finding for opportunity_id in open_ids() for finding in deal_of(opportunity_id).findings]
    assert sorted(map(str, shown)) == sorted(map(str, attention.findings))
    for opportunity_id in open_ids():
        deal = deal_of(opportunity_id)
        assert deal.deal_class == classes[opportunity_id]
        assert {finding.opportunity_id for finding in deal.findings} <= {opportunity_id}


def test_a_closed_deal_is_shown_as_it_was_just_before_its_closing() -> None:
    closed_at = simulated_history().opportunities.set_index("opportunity_id")["closed_at"]
    assert len(closed_ids()) > 3
    for opportunity_id in closed_ids():
        now = deal_of(opportunity_id)
        just_before = (closed_at[opportunity_id] - pd.Timedelta(microseconds=1)).isoformat()
        then = deal_of(opportunity_id, just_before)
        for name in ("identity", "known", "reasons", "weeks", "funnel", "people", "contacts", "risk_form"):
            assert getattr(now, name) == getattr(then, name), name
        assert now.similar == then.similar
        assert (then.found.outcome, now.found.outcome in ("won", "lost")) == (None, True)
        assert (now.deal_class, now.findings) == (None, ())
        assert then.deal_class is not None


def test_nothing_is_supposed_unless_it_is_asked() -> None:
    opportunity_id = open_ids()[5]
    assert deal_of(opportunity_id).supposed is None
    changed = deals().deal(opportunity_id, QUESTION, {"stage": "intent"}, "en")
    assert changed.supposed is not None
    assert changed.supposed.fields == {"stage": "intent"}
    assert changed.known == deal_of(opportunity_id).known


def test_of_a_closed_deal_nothing_can_be_supposed() -> None:
    opportunity_id = closed_ids()[0]
    with pytest.raises(
        InvalidSupposition, match=f"^changes.{opportunity_id}: expected an opportunity open at"
    ):
        deals().deal(opportunity_id, QUESTION, {"stage": "intent"}, "en")


def test_without_a_moment_it_is_looked_at_after_the_last_event() -> None:
    history = simulated_history()
    opportunity_id = history.ids(history.open_at(history.last_event))[0]
    deal = deals().deal(opportunity_id, DealQuestion(), {}, "zh")
    assert deal.found.at == history.last_event
    assert deal.known.answer.language == "zh"


def test_what_the_history_does_not_know_is_refused() -> None:
    with pytest.raises(InvalidQuery, match=r"^as_of: expected a time from"):
        deals().deal(open_ids()[0], DealQuestion(as_of=datetime.fromisoformat("2099-01-01T00:00Z")), {}, "en")
    with pytest.raises(NoSuchOpportunity, match=r"^opportunity_id: "):
        deals().deal("nobody", QUESTION, {}, "en")
    late = simulated_history().opportunities["opportunity_id"].iloc[-1]
    with pytest.raises(NoSuchOpportunity, match=r"^as_of: "):
        deals().deal(late, QUESTION, {}, "en")
