from __future__ import annotations

import pandas as pd
import pytest
import small
from histories import histories
from hypothesis import given

from winprob.features.contract import EVENT_TABLES
from winprob.features.event_table import EventTable
from winprob.features.history import History
from winprob.features.playbook import load_playbook
from winprob.features.summary import Coverage, summary


def day(number: int) -> pd.Timestamp:
    return pd.Timestamp("2026-01-01", tz="UTC") + pd.Timedelta(days=number)


@pytest.fixture
def history() -> History:
    opportunities = {
        "opportunity_id": ["A", "B", "C", "D"],
        "created_at": [day(3), day(1), day(2), day(4)],
        "closed_at": [day(5), day(6), pd.NaT, pd.NaT],
        "outcome": ["won", "lost", None, None],
        "owner_id": ["x", None, "y", "y"],
        "size": [1.0, 2.0, None, None],
        "segment": ["big", None, None, None],
    }
    amounts = {
        "opportunity_id": ["A", "A", "A", "C"],
        "at": [day(3), day(4), day(9), day(8)],
        "amount": [1.0] * 4,
    }
    return History.of(
        load_playbook(), {"opportunities": pd.DataFrame(opportunities), "amounts": pd.DataFrame(amounts)}
    )


def test_opportunities_are_counted_by_outcome_over_their_span(history: History) -> None:
    found = summary(history)
    assert (found.opportunities, found.won, found.lost, found.open) == (4, 1, 1, 2)
    assert (found.first, found.last) == (day(1), day(8))


def test_coverage_is_the_share_of_opportunities_with_a_row_or_a_value(history: History) -> None:
    coverage = {each.name: each for each in summary(history).coverage}
    assert coverage["amounts"] == Coverage("amount", "amounts", rows=3, share=0.5, ignored=1)
    assert coverage["owner_id"] == Coverage("seller", "owner_id", rows=3, share=0.75)
    assert coverage["activities"] == Coverage("contact", "activities", rows=0, share=0.0)


def test_attributes_are_listed_with_their_kind(history: History) -> None:
    assert summary(history).attributes == (
        Coverage("number", "size", rows=2, share=0.5),
        Coverage("category", "segment", rows=1, share=0.25),
    )


@given(histories())
def test_every_table_is_summed_up_and_every_share_is_one(history: History) -> None:
    found = summary(history)
    assert found.won + found.lost + found.open == found.opportunities == len(history)
    assert set(EVENT_TABLES) <= {each.name for each in found.coverage}
    assert all(0 <= each.share <= 1 for each in (*found.coverage, *found.attributes))
    assert all((each.share > 0) == (each.rows > 0) for each in found.coverage)


def test_tables_that_the_playbook_declares_are_summed_up_too() -> None:
    playbook = small.GRADES.model_copy(update={"events": {"tickets": EventTable(features=("count",))}})
    found = summary(small.history(playbook, events_tickets=[{"at": "2026-02-01"}] * 2))
    last = found.coverage[-1]
    assert (last.family, last.name, last.rows, last.share) == ("events", "events_tickets", 2, 1.0)
