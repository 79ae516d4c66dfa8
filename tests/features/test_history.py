from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from histories import histories, tables, times
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from small import AT, BIG_PROJECT, EIGHT_STEPS, GRADES, history

from winprob.features.attribute import Attribute
from winprob.features.calendar import Calendar
from winprob.features.contract import EVENT_TABLES, TABLES, TIME_OF, column_names
from winprob.features.history import History
from winprob.features.instant import TIME, instant
from winprob.features.notice import Notice

any_tables = st.sampled_from([GRADES, BIG_PROJECT, EIGHT_STEPS]).flatmap(
    lambda playbook: st.tuples(st.just(playbook), tables(playbook))
)


def same(one: History, other: History) -> None:
    assert_frame_equal(one.opportunities, other.opportunities)
    assert (one.attributes, one.playbook) == (other.attributes, other.playbook)
    for table in EVENT_TABLES:
        assert_frame_equal(one.events[table], other.events[table])
        assert one.recorded[table].tolist() == other.recorded[table].tolist()


def cut(found: dict[str, pd.DataFrame], at: pd.Timestamp) -> dict[str, pd.DataFrame]:
    """The tables as a CRM would have exported them at a moment."""
    opportunities = found["opportunities"]
    opportunities = opportunities[opportunities["created_at"] <= at].copy()
    open_then = ~(opportunities["closed_at"] <= at)
    opportunities.loc[open_then, "closed_at"] = pd.NaT
    opportunities.loc[open_then, "outcome"] = None
    result = {"opportunities": opportunities}
    for table, rows in found.items():
        if table != "opportunities":
            there = rows["opportunity_id"].isin(opportunities["opportunity_id"])
            result[table] = rows[there & (rows[TIME_OF[table]] <= at)].copy()
    if "competitors" in result:
        result["competitors"].loc[result["competitors"]["left_at"] > at, "left_at"] = pd.NaT
    return result


@given(any_tables, times)
def test_a_history_until_a_moment_is_that_read_from_what_was_recorded_by_then(
    found: tuple[Any, dict[str, pd.DataFrame]], at: pd.Timestamp
) -> None:
    playbook, rows = found
    same(History.of(playbook, rows).until(at), History.of(playbook, cut(rows, at)))


@given(histories(), times, times)
def test_what_was_known_earlier_does_not_depend_on_when_it_was_exported(
    found: History, one: pd.Timestamp, other: pd.Timestamp
) -> None:
    same(found.until(max(one, other)).until(min(one, other)), found.until(min(one, other)))


@given(histories())
def test_until_its_last_event_a_history_is_itself(found: History) -> None:
    same(found.until(found.last_event), found)


@given(histories(), times)
def test_who_is_open_was_created_and_is_not_closed(found: History, at: pd.Timestamp) -> None:
    rows = found.opportunities.to_dict("records")
    assert found.open_at(at).tolist() == [
        number
        for number, row in enumerate(rows)
        if row["created_at"] <= at and (pd.isna(row["closed_at"]) or row["closed_at"] > at)
    ]


@given(any_tables)
def test_rows_after_the_close_are_left_out_and_counted(found: tuple[Any, dict[str, pd.DataFrame]]) -> None:
    playbook, rows = found
    closed = rows["opportunities"].set_index("opportunity_id")["closed_at"]
    made = History.of(playbook, rows)
    for table in set(rows) - {"opportunities"}:
        late = [
            time > closed[name]
            for name, time in zip(rows[table]["opportunity_id"], rows[table][TIME_OF[table]], strict=True)
        ]
        assert made.ignored.get(table, 0) == sum(late)
        assert len(made.events[table]) == len(late) - sum(late)
    assert 0 not in made.ignored.values()


def test_a_row_at_the_very_close_counts() -> None:
    made = history(
        opportunities=[{"closed_at": "2026-02-01", "outcome": "won"}],
        amounts=[
            {"at": "2026-02-01", "amount": 5},
            {"at": "2026-02-01T23:59:59.999999", "amount": 6},
            {"at": "2026-02-02", "amount": 7},
        ],
    )
    assert made.events["amounts"]["amount"].tolist() == [5.0, 6.0]
    assert made.ignored == {"amounts": 1}


def test_a_close_with_a_time_of_day_is_that_moment() -> None:
    made = history(
        opportunities=[{"closed_at": "2026-02-01T00:00", "outcome": "won"}],
        amounts=[{"at": "2026-02-01", "amount": 5}, {"at": "2026-02-01T00:00:00.000001", "amount": 6}],
    )
    assert made.events["amounts"]["amount"].tolist() == [5.0]
    assert made.ignored == {"amounts": 1}


def test_rows_find_their_opportunity_by_its_id() -> None:
    made = history(
        opportunities=[{"opportunity_id": "B"}, {"opportunity_id": "A"}],
        amounts=[{"opportunity_id": name, "at": AT, "amount": 1} for name in "AAB"],
    )
    assert made.events["amounts"]["opportunity"].tolist() == [1, 1, 0]
    assert len(made) == 2


def test_every_table_is_there_with_all_its_columns_in_their_types() -> None:
    made = history(opportunities=[{"size": 3, "segment": "big"}], amounts=[])
    assert list(made.opportunities) == [*column_names("opportunities"), "size", "segment"]
    types = {"time": TIME, "number": "float64", "flag": "boolean"}
    for table in EVENT_TABLES:
        expected = {"opportunity": "int64"} | {
            column.name: types.get(column.kind, "str") for column in TABLES[table][1:]
        }
        assert set(made.events[table]) == set(expected)
        assert made.events[table].dtypes.astype(str).to_dict() == expected
        assert made.recorded[table].tolist() == [table == "amounts"]


def test_columns_beyond_the_contract_are_attributes() -> None:
    found = table_of(size=[3, 4], share=[0.5, None], segment=["big", None], partner=[True, False])
    assert History.of(GRADES, {"opportunities": found}).attributes == (
        Attribute("size", "number"),
        Attribute("share", "number"),
        Attribute("segment", "category"),
        Attribute("partner", "category"),
    )


def test_truth_values_are_categories_spelled_as_in_files() -> None:
    found = table_of(partner=[True, False], member=pd.array([True, None], "boolean"))
    made = History.of(GRADES, {"opportunities": found}).opportunities
    assert made["partner"].tolist() == ["true", "false"]
    assert made["member"].fillna("missing").tolist() == ["true", "missing"]


def table_of(**columns: list[Any]) -> pd.DataFrame:
    created = pd.Series([instant("2026-01-01")] * 2)
    return pd.DataFrame({"opportunity_id": ["A", "B"], "created_at": created, **columns})


def test_times_of_any_zone_are_held_in_utc() -> None:
    created = pd.Series([pd.Timestamp("2026-01-01T08:00", tz="Asia/Shanghai")])
    made = History.of(
        GRADES, {"opportunities": pd.DataFrame({"opportunity_id": ["A"], "created_at": created})}
    )
    assert str(made.opportunities["created_at"][0]) == "2026-01-01 00:00:00+00:00"


def test_times_without_a_zone_have_to_be_read_first() -> None:
    created = pd.to_datetime(pd.Series(["2026-01-01"]))
    found = pd.DataFrame({"opportunity_id": ["A"], "created_at": created})
    with pytest.raises(TypeError, match="timezone-naive"):
        History.of(GRADES, {"opportunities": found})


@pytest.mark.parametrize("at", ["2026-01-01T00:00", "2026-01-01T00:00Z", "2026-01-01T08:00:00+08:00"])
def test_a_moment_without_a_zone_is_in_utc(at: str) -> None:
    made = history(opportunities=[{"created_at": "2026-01-01"}])
    assert made.open_at(at).tolist() == [0]
    assert len(made.until(at)) == 1
    assert made.moment(at) == pd.Timestamp("2026-01-01", tz="UTC")


def test_a_moment_that_is_a_day_is_its_end() -> None:
    made = history(opportunities=[{"created_at": "2026-01-01T18:00"}, {"opportunity_id": "B"}])
    assert made.moment("2026-01-01") == pd.Timestamp("2026-01-02", tz="UTC") - pd.Timedelta(microseconds=1)
    assert made.open_at("2026-01-01").tolist() == [0, 1]
    assert len(made.until("2026-01-01")) == 2
    assert len(made.until("2026-01-01T17:59")) == 1


def test_a_moment_without_a_zone_is_of_the_companys() -> None:
    calendar = Calendar(time_zone="Asia/Shanghai")
    made = history(GRADES.model_copy(update={"calendar": calendar}))
    assert str(made.moment("2026-01-01T08:00")) == "2026-01-01 00:00:00+00:00"
    assert str(made.moment("2026-01-01")) == "2026-01-01 15:59:59.999999+00:00"
    assert made.moment(None) == made.last_event


@pytest.mark.parametrize(
    ("rows", "last"),
    [
        ({}, "2026-01-01T00:00"),
        ({"opportunities": [{"closed_at": "2026-02-03", "outcome": "lost"}]}, "2026-02-03"),
        ({"amounts": [{"at": "2026-02-04", "amount": 1}]}, "2026-02-04T00:00"),
        (
            {"key_persons": [{"identified_at": "2026-02-05", "person_id": "p", "role": "coach"}]},
            "2026-02-05T00:00",
        ),
        ({"competitors": [{"competitor": "c", "entered_at": "2026-02-06"}]}, "2026-02-06T00:00"),
        ({"competitors": [{"competitor": "c", "entered_at": AT, "left_at": "2026-04-07"}]}, "2026-04-07"),
        ({"activities": [{"at": "2026-02-08", "next_at": "2036-12-31"}]}, "2026-02-08T00:00"),
        ({"close_dates": [{"at": "2026-02-09", "expected_close": "2036-12-31"}]}, "2026-02-09T00:00"),
    ],
)
def test_the_last_event_is_the_last_thing_recorded_and_no_plan(rows: dict[str, Any], last: str) -> None:
    assert history(**rows).last_event == instant(last)


def test_notices_of_reading_come_first() -> None:
    read = Notice("missing", "amounts", "'NULL' in 1 cell", "not recorded", "list it")
    found = table_of()
    rows = pd.DataFrame({"opportunity_id": "A", "at": instant(AT), "stage": ["intent", "target"]})
    made = History.of(GRADES, {"opportunities": found, "stage_changes": rows}, [read])
    assert made.notices[0] == made.read_notices[0] == read
    assert [notice.code for notice in made.notices] == ["missing", "same_time"]


def test_a_history_without_opportunities_has_no_last_event() -> None:
    nothing = history().until("2025-12-31")
    assert len(nothing) == 0
    with pytest.raises(ValueError, match="expected a history with opportunities, found one without any"):
        _ = nothing.last_event


def test_until_leaves_the_history_as_it_is() -> None:
    made = history(competitors=[{"competitor": "c", "entered_at": "2026-02-01", "left_at": "2026-03-01"}])
    assert made.until("2026-02-15").events["competitors"]["left_at"].isna().all()
    assert made.events["competitors"]["left_at"].tolist() == [instant("2026-03-01")]
    assert made.until("2026-03-01").events["competitors"]["left_at"].notna().all()


def test_open_rows_can_index_the_table() -> None:
    assert history().open_at(AT).dtype == np.int64
