from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from histories import START, histories
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from small import GRADES, look, present, seen
from small import history as small_history

from winprob.features.calendar import Calendar
from winprob.features.contract import EVENT_TABLES
from winprob.features.history import History
from winprob.features.instant import instant
from winprob.features.wire_values import DocumentContext
from winprob.models.forecast.supposed_history import supposed_history
from winprob.models.forecast.supposition import Supposition

AT = "2026-03-31T00:00Z"
CHECKPOINT = GRADES.checkpoint_codes[0]
RIVALS = [
    {"competitor": "Acme", "entered_at": "2026-01-05"},
    {"competitor": "Nordwerk", "entered_at": "2026-02-05"},
    {"competitor": "gone", "entered_at": "2026-01-05", "left_at": "2026-02-01"},
]


def supposed(history: History, **fields: Any) -> dict[str, Any]:
    """Features of the first opportunity if this is supposed of it."""
    return look(supposed_history(history, instant(AT), {"A": Supposition(**fields)}))


@pytest.mark.parametrize(
    ("fields", "table", "row"),
    [
        ({"stage": "intent"}, "stage_changes", {"at": AT, "stage": "intent"}),
        ({"amount": 50.0}, "amounts", {"at": AT, "amount": 50.0}),
        ({"expected_close": "2026-06-30"}, "close_dates", {"at": AT, "expected_close": "2026-06-30"}),
        ({"risk_scores": {"fit": 2}}, "assessments", {"at": AT, "item": "fit", "score": 2}),
        ({"checkpoints": [CHECKPOINT]}, "checkpoints", {"at": AT, "checkpoint": CHECKPOINT}),
        ({"competitors": ["Acme"]}, "competitors", {"entered_at": AT, "competitor": "Acme"}),
    ],
)
def test_it_is_as_if_it_had_been_recorded_at_the_moment(
    fields: dict[str, Any], table: str, row: dict[str, Any]
) -> None:
    found = supposed(small_history(), **fields)
    assert present(found) == present(seen(**{table: [row]}))
    assert present(found) != present(seen())


@pytest.mark.parametrize(
    ("told", "meant"),
    [("2026-06-30", "2026-06-30T04:00Z"), ("2026-06-30T09:00", "2026-06-30T13:00Z")],
)
def test_the_expected_win_is_a_day_or_a_time_of_the_company(told: str, meant: str) -> None:
    calendar = Calendar(time_zone="America/New_York")
    history = small_history(GRADES.model_copy(update={"calendar": calendar}))
    context = DocumentContext.of(history.playbook, AT)
    supposition = Supposition.model_validate({"expected_close": told}, context=context)
    found = supposed_history(history, instant(AT), {"A": supposition})
    assert found.events["close_dates"]["expected_close"].tolist() == [pd.Timestamp(meant)]


@pytest.mark.parametrize(("count", "left"), [(0, 3), (1, 2), (2, 1), (4, 1)])
def test_competitors_come_and_go_to_make_up_a_number(count: int, left: int) -> None:
    found = supposed(small_history(competitors=RIVALS), competitor_count=count)
    assert (found["competitors"], found["competitors_left"]) == (count, left)
    assert found["competitors_entered_lately"] == max(count - 2, 0)


def test_the_last_to_come_is_the_first_to_leave() -> None:
    told = supposed_history(
        small_history(competitors=RIVALS), instant(AT), {"A": Supposition(competitor_count=1)}
    )
    rows = told.events["competitors"].set_index("competitor")["left_at"]
    assert rows.isna().to_dict() == {"Acme": True, "Nordwerk": False, "gone": False}


def test_only_competitors_that_are_named_stay_or_come() -> None:
    told = supposed_history(
        small_history(competitors=RIVALS),
        instant(AT),
        {"A": Supposition(competitors=["Acme", "gone", "new"])},
    )
    rows = told.events["competitors"]
    assert sorted(rows[rows["left_at"].isna()]["competitor"]) == ["Acme", "gone", "new"]
    assert look(told)["competitors"] == 3


@pytest.mark.parametrize("fields", [{"competitor_count": 0}, {"competitors": []}])
def test_nobody_is_known_to_compete_where_that_was_not_recorded(fields: dict[str, Any]) -> None:
    assert pd.isna(seen()["competitors"])
    assert supposed(small_history(), **fields)["competitors"] == 0


@pytest.mark.parametrize("outcome", ["won", "lost"])
def test_it_ends_at_the_moment(outcome: str) -> None:
    told = supposed_history(small_history(), instant(AT), {"A": Supposition(outcome=outcome)})
    assert told.opportunities[["outcome", "closed_at"]].to_numpy().tolist() == [[outcome, instant(AT)]]
    assert not len(told.until(AT).open_at(AT))


@settings(max_examples=20)
@given(histories(), st.data())
def test_what_is_recorded_of_others_and_the_history_itself_stay(
    history: History, data: st.DataObject
) -> None:
    at = START + pd.Timedelta(days=200)
    known = history.until(at)
    assume(len(known))
    before = {name: rows.copy() for name, rows in known.events.items()}
    name = data.draw(st.sampled_from(known.opportunities["opportunity_id"].tolist()))
    supposition = Supposition(
        outcome="lost", amount=5.0, stage="intent", competitor_count=data.draw(st.integers(0, 3)),
        expected_close=at, risk_scores={"fit": 1}, checkpoints=[CHECKPOINT],
    )  # fmt: skip
    told = supposed_history(known, at, {name: supposition})
    others = known.opportunities["opportunity_id"] != name
    pd.testing.assert_frame_equal(told.opportunities[others], known.opportunities[others])
    own = int(known.opportunities.index[~others][0])
    for table in EVENT_TABLES:
        pd.testing.assert_frame_equal(known.events[table], before[table])
        same, rows = (each.events[table][each.events[table]["opportunity"] != own] for each in (known, told))
        pd.testing.assert_frame_equal(rows, same)
        assert (told.recorded[table] == known.recorded[table])[others].all()
