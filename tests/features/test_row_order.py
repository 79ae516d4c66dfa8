from __future__ import annotations

from random import Random
from typing import Any

import pandas as pd
import pytest
from histories import START, shuffled, tables, times
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from small import BIG_PROJECT, EIGHT_STEPS, GRADES, history, present, seen, served

from winprob.features.build import build
from winprob.features.contract import EVENT_TABLES, TIME_OF
from winprob.features.event_table import EventTable
from winprob.features.history import History
from winprob.features.instant import TIME
from winprob.features.playbook import Playbook
from winprob.features.recorded_table import RecordedTable
from winprob.features.row_order import RULES, in_order, row_key, tie_notices

DAY = "2026-03-01"
any_tables = st.sampled_from([GRADES, BIG_PROJECT, EIGHT_STEPS]).flatmap(
    lambda playbook: st.tuples(st.just(playbook), tables(playbook))
)
randoms = st.randoms(use_true_random=False)


def matrix(found: History, at: pd.Timestamp) -> pd.DataFrame:
    """Features of all opportunities by their ids; categories by their text."""
    snapshots = pd.DataFrame(
        {"opportunity": range(len(found)), "at": pd.Series([at] * len(found), dtype=TIME)}
    )
    features = build(found, snapshots=snapshots).sort_index()
    return features.astype(dict.fromkeys(features.select_dtypes("category"), "str"))


def at_once(found: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The same events, all at one time."""
    return {
        name: rows.assign(**{TIME_OF[name]: START}) if name in TIME_OF else rows
        for name, rows in found.items()
    }


@given(any_tables, st.booleans(), randoms, times)
def test_the_order_of_rows_in_files_changes_no_feature(
    found: tuple[Playbook, dict[str, pd.DataFrame]], together: bool, random: Random, at: pd.Timestamp
) -> None:
    playbook, rows = found
    rows = at_once(rows) if together else rows
    one, other = (History.of(playbook, some) for some in (rows, shuffled(rows, random)))
    assert_frame_equal(matrix(one, at), matrix(other, at), check_exact=True)
    assert one.ignored == other.ignored
    assert one.notices == other.notices


def as_rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [
        {name: None if pd.isna(value) else value for name, value in row.items()}
        for row in table.to_dict("records")
    ]


@given(any_tables, st.booleans(), randoms)
def test_rows_of_a_document_are_sorted_like_those_of_a_table(
    found: tuple[Playbook, dict[str, pd.DataFrame]], together: bool, random: Random
) -> None:
    playbook, rows = found
    rows = at_once(rows) if together else rows
    for name, table in History.of(playbook, rows).events.items():
        for _, own in table.groupby("opportunity"):
            expected = as_rows(own.sort_values(TIME_OF[name], kind="stable"))
            mixed = random.sample(expected, len(expected))
            assert sorted(mixed, key=row_key(name, playbook)) == expected


def last(table: str, column: str, *rows: dict[str, Any], playbook: Playbook = GRADES) -> set[Any]:
    """Values of the row that counts, whichever order the rows stand in."""
    made = [
        history(playbook, **{table: [{TIME_OF[table]: DAY, **row} for row in order]})
        for order in (rows, rows[::-1])
    ]
    return {found.events[table][column].tolist()[-1] for found in made}


def test_which_row_of_a_time_counts() -> None:
    assert last("stage_changes", "stage", {"stage": "intent"}, {"stage": "target"}) == {"intent"}
    assert last("amounts", "amount", {"amount": 9}, {"amount": 10}) == {10.0}
    buyer = [{"stage": stage.code} for stage in EIGHT_STEPS.buyer_stages[:2]]
    assert last("buyer_stage_changes", "stage", *buyer, playbook=EIGHT_STEPS) == {buyer[1]["stage"]}
    scores = [{"item": "fit", "score": score} for score in (0, 2)]
    assert last("assessments", "score", *scores) == {2.0}
    dates = [{"expected_close": day} for day in ("2026-05-01", "2026-06-01")]
    assert last("close_dates", "expected_close", *dates) == {pd.Timestamp("2026-06-01", tz="UTC")}
    contacts = [{"next_at": None, "kind": "visit"}, {"next_at": "2026-04-01", "kind": "call"}]
    assert last("activities", "kind", *contacts) == {"call"}


def test_stages_are_in_the_order_of_the_funnel_and_not_of_the_alphabet() -> None:
    rows = [{"at": DAY, "stage": stage} for stage in sorted(GRADES.stage_codes)]
    assert history(stage_changes=rows).events["stage_changes"]["stage"].tolist() == list(GRADES.stage_codes)


def test_rows_at_times_of_their_own_stay_where_they_are() -> None:
    stages = ["intent", "target", "qualified"]
    days = ["2026-03-03", "2026-03-01", "2026-03-02"]
    rows = pd.DataFrame({"opportunity": 0, "at": pd.to_datetime(days, utc=True), "stage": stages})
    table = RecordedTable.of(rows)
    assert in_order("stage_changes", table, GRADES) is table


def test_the_same_time_of_another_opportunity_is_no_tie() -> None:
    made = history(
        opportunities=[{"opportunity_id": "A"}, {"opportunity_id": "B"}],
        amounts=[{"at": DAY, "amount": 2}, {"at": DAY, "amount": 1, "opportunity_id": "B"}],
    )
    assert made.events["amounts"]["amount"].tolist() == [2.0, 1.0]
    assert list(tie_notices(made.tables, made.playbook)) == []


@pytest.mark.parametrize(
    ("table", "rows"),
    [
        ("stage_changes", [{"stage": "intent"}, {"stage": "target"}]),
        ("amounts", [{"amount": 1}, {"amount": 2}, {"amount": 2}]),
        ("close_dates", [{"expected_close": "2026-05-01"}, {"expected_close": "2026-05-02"}]),
        ("assessments", [{"item": "fit", "score": 1}, {"item": "fit", "score": 2}]),
    ],
)
def test_ties_are_counted_with_the_rule_that_decides(table: str, rows: list[dict[str, Any]]) -> None:
    column, rule = RULES[table]
    once = [{"at": DAY, **row} for row in rows]
    (notice,) = tie_notices(history(**{table: once}).tables, GRADES)
    assert (notice.code, notice.place) == ("same_time", f"{table}, column {column}")
    assert notice.found == "1 time at which an opportunity has several"
    assert notice.taken == f"changed in {rule}"
    twice = [*once, *({"at": "2026-03-02", **row} for row in rows)]
    (notice,) = tie_notices(history(**{table: twice}).tables, GRADES)
    assert notice.found == "2 times at which an opportunity has several"


@pytest.mark.parametrize(
    ("table", "rows"),
    [
        ("amounts", [{"amount": 2}, {"amount": 2}]),
        ("assessments", [{"item": "fit", "score": 1}, {"item": "budget", "score": 2}]),
        ("activities", [{"kind": "visit"}, {"kind": "call"}]),
        ("checkpoints", [{"checkpoint": code} for code in GRADES.checkpoint_codes[:2]]),
        ("competitors", [{"competitor": "a"}, {"competitor": "b"}]),
    ],
)
def test_what_does_not_contradict_is_no_tie(table: str, rows: list[dict[str, Any]]) -> None:
    found = history(**{table: [{TIME_OF[table]: DAY, **row} for row in rows]})
    assert list(tie_notices(found.tables, found.playbook)) == []


def test_every_rule_is_of_a_column_of_its_table() -> None:
    assert set(RULES) <= set(EVENT_TABLES)


def test_rows_may_come_in_any_order() -> None:
    changes = [{"at": "2026-03-01", "stage": "intent"}, {"at": "2026-01-01", "stage": "target"}]
    assert served(stage_changes=changes)["stage_position"] == 3


def test_of_rows_at_the_same_time_the_same_one_counts_as_in_training() -> None:
    day = {"at": "2026-03-01"}
    tied: dict[str, Any] = {
        "stage_changes": [day | {"stage": stage} for stage in ("target", "intent")],
        "amounts": [day | {"amount": amount} for amount in (5, 7)],
        "close_dates": [day | {"expected_close": at} for at in ("2026-05-01", "2026-06-01")],
        "assessments": [day | {"item": "fit", "score": score} for score in (0, 2)],
        "activities": [day | {"next_at": at} for at in ("2026-03-05", "2026-04-05")],
        "key_persons": [
            {"person_id": "Zhao", "identified_at": "2026-03-01", "role": role} for role in ("coach", "other")
        ],
    }
    backwards = {table: rows[::-1] for table, rows in tied.items()}
    created = "2026-01-01"
    trained = present(seen(**tied))
    assert present(seen(**backwards)) == trained
    assert present(served(created_at=created, **tied)) == trained
    assert present(served(created_at=created, **backwards)) == trained


def test_of_a_person_listed_twice_without_a_time_the_same_row_counts_in_any_order() -> None:
    group = [{"role": role, "person_id": "Zhao", "reached": True} for role in ("coach", "recommender")]
    assert present(served(key_persons=group)) == present(served(key_persons=group[::-1]))


def test_ties_of_declared_events_are_counted_where_the_last_one_matters() -> None:
    rows = [{"at": "2026-02-01", "text": text} for text in ("b", "a")]
    last, count = (EventTable(values="text", features=(which,)) for which in ("last", "count"))
    for table, found in ((last, 1), (count, 0)):
        made = history(GRADES.model_copy(update={"events": {"mood": table}}), events_mood=rows)
        assert made.events["events_mood"]["text"].tolist() == ["a", "b"]
        assert len(list(tie_notices(made.tables, made.playbook))) == found
