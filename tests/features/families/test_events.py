from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from small import GRADES, history, look, seen, served

from winprob.features.build import build, catalogue
from winprob.features.event_table import EventTable

TICKETS = EventTable(name={"en": "support tickets", "zh": "支持工单"}, features=("last", "count", "sum"))
MOOD = EventTable(values="text", features=("count", "last"))
PLAYBOOK = GRADES.model_copy(
    update={
        "events": {"support_tickets": TICKETS, "mood": MOOD},
        "values": {"events_mood": {"upset": {"zh": "不满"}}},
    }
)
ROWS = [{"at": "2026-02-01", "number": 2}, {"at": "2026-03-01", "number": -0.5}]
FEATURES = ("last", "count", "sum")


def of(events: dict[str, Any], table: str = "support_tickets") -> list[Any]:
    return [events[f"events.{table}.{which}"] for which in FEATURES if f"events.{table}.{which}" in events]


@pytest.mark.parametrize(
    ("at", "last", "count", "total"),
    [
        ("2026-01-31T23:59", None, 0, 0),
        ("2026-02-01T00:00", 2, 1, 2),
        ("2026-02-28T23:59", 2, 1, 2),
        ("2026-03-01T00:00", -0.5, 2, 1.5),
    ],
)
def test_events_count_from_the_moment_at_which_they_are_recorded(
    at: str, last: float | None, count: int, total: float
) -> None:
    found = of(seen(at, PLAYBOOK, events_support_tickets=ROWS))
    assert pd.isna(found[0]) if last is None else found[0] == last
    assert found[1:] == [count, total]


def test_a_table_that_is_not_there_is_not_recorded() -> None:
    assert all(pd.isna(value) for value in of(seen(playbook=PLAYBOOK)))


def test_the_last_text_is_a_category() -> None:
    rows = [{"at": "2026-03-01", "text": "upset"}, {"at": "2026-02-01", "text": "glad"}]
    made = history(PLAYBOOK, events_mood=rows)
    assert of(look(made), "mood") == ["upset", 2]
    assert of(look(made, "2026-02-15"), "mood") == ["glad", 1]
    assert pd.isna(of(look(made, "2026-01-15"), "mood")[0])
    assert build(made)["events.mood.last"].cat.categories.tolist() == ["glad", "upset"]


def test_of_two_events_at_one_time_the_larger_number_is_the_last() -> None:
    rows = [{"at": "2026-02-01", "number": number} for number in (3, 1, 2)]
    assert of(seen(playbook=PLAYBOOK, events_support_tickets=rows)) == [3, 3, 6]


def test_no_other_opportunity_rounds_a_sum() -> None:
    huge = [{"opportunity_id": "0", "at": "2026-02-01", "number": 1e300}] * 3
    rows = [{"at": "2026-02-01", "number": 0.1}] * 3
    made = history(PLAYBOOK, opportunities=[{}, {"opportunity_id": "0"}], events_support_tickets=huge + rows)
    assert of(look(made))[2] == of(served(playbook=PLAYBOOK, events={"support_tickets": rows}))[2]
    assert of(look(made, opportunity=1))[2] < float("inf")


def test_documents_have_the_same_features() -> None:
    events = {"support_tickets": ROWS, "mood": [{"at": "2026-03-01", "text": "glad"}]}
    assert of(served(playbook=PLAYBOOK, events=events)) == [-0.5, 2, 1.5]
    assert of(served(playbook=PLAYBOOK, events=events), "mood") == ["glad", 1]
    assert of(served(playbook=PLAYBOOK, events={"support_tickets": []}))[1:] == [0, 0]
    assert all(pd.isna(value) for value in of(served(playbook=PLAYBOOK, events={"support_tickets": None})))


def test_events_need_no_values_where_they_are_only_counted() -> None:
    counted = GRADES.model_copy(update={"events": {"visits": EventTable(features=("count",))}})
    assert seen(playbook=counted, events_visits=[{"at": "2026-02-01"}])["events.visits.count"] == 1
    assert served(playbook=counted, events={"visits": [{"at": "2026-02-01"}]})["events.visits.count"] == 1


def test_people_read_the_names_of_the_playbook() -> None:
    features = {feature.name: feature for feature in catalogue(PLAYBOOK)}
    count, last = features["events.support_tickets.count"], features["events.mood.last"]
    assert (count.words.en, count.words.zh) == ("number of support tickets", "支持工单数量")
    assert (last.words.en, last.words.zh, last.kind) == ("last value of mood", "mood的最近值", "category")
    assert last.value_names == {"upset": {"zh": "不满"}}


def test_a_playbook_without_events_has_the_features_of_before() -> None:
    assert not [feature.name for feature in catalogue(GRADES) if feature.family == "events"]
