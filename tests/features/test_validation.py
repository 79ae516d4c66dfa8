from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from features.contract import TABLES
from features.playbook import load_playbook
from features.validation import validate

VALID: dict[str, dict[str, Any]] = {
    "opportunities": {
        "opportunity_id": "A",
        "created_at": "2026-01-05",
        "closed_at": "2026-02-05",
        "outcome": "won",
        "customer_id": "C",
        "size": "12",
    },
    "stage_changes": {"opportunity_id": "A", "at": "2026-01-06", "stage": "set_up"},
    "buyer_stage_changes": {"opportunity_id": "A", "at": "2026-01-06", "stage": "problem"},
    "amounts": {"opportunity_id": "A", "at": "2026-01-06", "amount": "0"},
    "close_dates": {"opportunity_id": "A", "at": "2026-01-06", "expected_close": "2215-08-14"},
    "activities": {
        "opportunity_id": "A",
        "at": "2026-01-06",
        "kind": "visit",
        "person_id": "P",
        "effective": "true",
        "next_at": "2026-01-20",
    },
    "key_persons": {
        "opportunity_id": "A",
        "person_id": "P",
        "identified_at": "2026-01-06",
        "role": "coach",
        "influence": "0.5",
        "stance": "for",
    },
    "competitors": {"opportunity_id": "A", "competitor": "X", "entered_at": "2026-01-06", "left_at": ""},
    "assessments": {"opportunity_id": "A", "at": "2026-01-06", "item": "credit", "score": "2"},
    "checkpoints": {"opportunity_id": "A", "at": "2026-01-06", "checkpoint": "coach_found"},
}
PLAYBOOK = load_playbook("eight-step")


def tables(**changed: dict[str, Any]) -> dict[str, pd.DataFrame]:
    """One valid row in every table, row 2 of its file, with some values changed."""
    rows = {name: row | changed.get(name, {}) for name, row in VALID.items()}
    return {name: pd.DataFrame([row], index=[2], dtype="str") for name, row in rows.items()}


def breaches(raw: dict[str, pd.DataFrame], playbook: str = "eight-step") -> list[str]:
    return [str(breach) for breach in validate(raw, load_playbook(playbook))[1]]


def test_valid_tables_come_out_read() -> None:
    read, found, notices = validate(tables(), PLAYBOOK)
    assert (found, notices) == ([], [])
    assert list(read) == list(TABLES)
    assert read["opportunities"].loc[2, "size"] == 12.0
    assert read["activities"]["effective"].tolist() == [True]
    assert read["close_dates"].loc[2, "expected_close"] == pd.Timestamp("2215-08-14", tz="UTC")


TIME = "a time in ISO 8601 such as 2026-03-31 or 2026-03-31T08:00:00+08:00"


@pytest.mark.parametrize(
    ("table", "column", "value", "expected", "found"),
    [
        ("opportunities", "created_at", "soon", TIME, "'soon'"),
        ("opportunities", "created_at", "", "a value", "nothing"),
        ("opportunities", "created_at", "NA", "a value", "'NA'"),
        ("opportunities", "closed_at", "2026-01-04", "a time not before created_at", "'2026-01-04'"),
        ("opportunities", "closed_at", "", "a time, as there is an outcome", "nothing"),
        ("opportunities", "closed_at", "never", TIME, "'never'"),
        ("opportunities", "outcome", "", "won or lost, as there is a closed_at", "nothing"),
        ("opportunities", "outcome", "Won", "one of won, lost (did you mean 'won'?)", "'Won'"),
        ("opportunities", "size", "inf", "a finite number", "'inf'"),
        ("buyer_stage_changes", "stage", "set_up", "one of problem, budget, ", "'set_up'"),
        ("amounts", "amount", "-5", "a number not below 0", "'-5'"),
        ("amounts", "amount", "1e999", "a finite number", "'1e999'"),
        ("amounts", "amount", "-inf", "a finite number", "'-inf'"),
        ("amounts", "amount", "nan", "a number", "'nan'"),
        ("amounts", "amount", "1,000", "a number", "'1,000'"),
        ("amounts", "amount", "", "a value", "nothing"),
        ("amounts", "opportunity_id", "B", "an opportunity_id of the table opportunities", "'B'"),
        ("amounts", "opportunity_id", "", "a value", "nothing"),
        ("close_dates", "expected_close", "22150-08-14", TIME, "'22150-08-14'"),
        ("activities", "kind", "vist", "one of visit, call, meeting, ", "'vist'"),
        ("activities", "effective", "yes", "true or false", "'yes'"),
        ("activities", "next_at", "tomorrow", TIME, "'tomorrow'"),
        ("key_persons", "role", "boss", "one of decision_maker, recommender, ", "'boss'"),
        ("key_persons", "influence", "0", "a number above 0", "'0'"),
        ("key_persons", "stance", "against us", "one of for, neutral, against (did you", "'against us'"),
        ("key_persons", "person_id", "", "a value", "nothing"),
        ("competitors", "competitor", "", "a value", "nothing"),
        ("competitors", "left_at", "x", TIME, "'x'"),
        ("assessments", "item", "credits", "one of budget, credit, ", "'credits'"),
        ("assessments", "score", "3", "one of 0, 1, 2", "'3'"),
        ("assessments", "score", "1.5", "one of 0, 1, 2", "'1.5'"),
        ("checkpoints", "checkpoint", "coach_fund", "one of customer_graded, coach_found, ", "'coach_fund'"),
    ],
)
def test_a_breach_names_table_row_opportunity_column_expected_and_found(
    table: str, column: str, value: str, expected: str, found: str
) -> None:
    _, listed, _ = validate(tables(**{table: {column: value}}), PLAYBOOK)
    (breach,) = listed
    opportunity = VALID[table]["opportunity_id"] if column != "opportunity_id" else value or None
    assert (breach.table, breach.row, breach.opportunity_id) == (table, 2, opportunity)
    assert (breach.column, breach.found) == (column, found)
    assert breach.expected.startswith(expected)


def test_an_unknown_code_is_told_the_nearest_known() -> None:
    (line,) = breaches(tables(stage_changes={"stage": "negotiations"}))
    assert line == (
        "stage_changes, row 2, opportunity A, column stage: expected one of set_up, first_contact, "
        "solution_design, track_record, solution_confirmed, evaluation, negotiation, signing "
        "(did you mean 'negotiation'?), found 'negotiations'"
    )


def test_numbers_and_times_stored_as_such_are_held_to_the_same_rules() -> None:
    raw = tables()
    raw["amounts"] = raw["amounts"].assign(amount=-5.0)
    raw["assessments"] = raw["assessments"].assign(score=3)
    raw["opportunities"] = raw["opportunities"].assign(closed_at=pd.Timestamp("2025-12-31"))
    assert breaches(raw) == [
        "opportunities, row 2, opportunity A, column closed_at: expected a time not before created_at, "
        "found 2025-12-31 00:00:00",
        "amounts, row 2, opportunity A, column amount: expected a number not below 0, found -5.0",
        "assessments, row 2, opportunity A, column score: expected one of 0, 1, 2, found 3",
    ]


def test_ids_are_unique_and_every_repetition_is_listed() -> None:
    raw = tables()
    raw["opportunities"] = pd.concat([raw["opportunities"]] * 3, ignore_index=True).set_axis([2, 3, 5])
    assert breaches(raw) == [
        f"opportunities, row {row}, opportunity A, column opportunity_id: "
        "expected an id that no other row has, found 'A'"
        for row in (3, 5)
    ]


def test_all_breaches_are_listed_by_table_row_and_column() -> None:
    raw = tables()
    raw["amounts"] = pd.DataFrame(
        {
            "opportunity_id": ["A", "B", "A", ""],
            "at": ["x", "2026-01-06", "2026-01-06", "y"],
            "amount": ["-1", "2", "z", "3"],
        },
        index=[2, 3, 4, 5],
    )
    raw["stage_changes"]["stage"] = "none"
    found = [(b.table, b.row, b.column) for b in validate(raw, PLAYBOOK)[1]]
    assert found == [
        ("stage_changes", 2, "stage"),
        ("amounts", 2, "at"),
        ("amounts", 2, "amount"),
        ("amounts", 3, "opportunity_id"),
        ("amounts", 4, "amount"),
        ("amounts", 5, "opportunity_id"),
        ("amounts", 5, "at"),
    ]


def test_a_thousand_breaches_are_a_thousand_lines() -> None:
    raw = tables()
    raw["amounts"] = pd.DataFrame([VALID["amounts"] | {"amount": "-1"}] * 1000, index=range(2, 1002))
    assert [line.split(", ")[1] for line in breaches(raw)] == [f"row {row}" for row in range(2, 1002)]


def test_a_missing_column_is_told_what_is_there_instead() -> None:
    raw = tables()
    raw["opportunities"] = raw["opportunities"].rename(columns={"created_at": "creation_at"})
    assert breaches(raw) == [
        "opportunities, column created_at: expected this column, which the table needs, found only "
        "opportunity_id, creation_at, closed_at, outcome, customer_id, size (did you mean 'creation_at'?)"
    ]


def test_an_unknown_column_is_refused_with_the_nearest_known() -> None:
    raw = tables()
    raw["activities"]["next"] = "2026-01-20"
    assert breaches(raw) == [
        "activities, column next: expected one of opportunity_id, at, kind, person_id, effective, next_at "
        "(did you mean 'next_at'?), found an unknown column"
    ]


@pytest.mark.parametrize("written", ["Outcome", " outcome", "OUTCOME "])
def test_an_outcome_written_otherwise_does_not_pass_as_an_attribute(written: str) -> None:
    raw = tables()
    raw["opportunities"] = raw["opportunities"].drop(columns="closed_at").rename(columns={"outcome": written})
    assert breaches(raw) == [
        f"opportunities, column {written}: expected it to be written 'outcome', found {written!r}"
    ]


def test_optional_columns_and_tables_may_be_left_out() -> None:
    raw = tables()
    small = {
        "opportunities": raw["opportunities"][["opportunity_id", "created_at"]],
        "stage_changes": raw["stage_changes"],
        "activities": raw["activities"][["opportunity_id", "at"]],
        "key_persons": raw["key_persons"][["opportunity_id", "person_id", "identified_at", "role"]],
    }
    assert breaches(small) == []


@pytest.mark.parametrize("lacking", ["closed_at", "outcome"])
def test_closed_at_and_outcome_come_together(lacking: str) -> None:
    raw = tables()
    raw["opportunities"] = raw["opportunities"].drop(columns=lacking)
    (breach,) = validate(raw, PLAYBOOK)[1]
    assert (breach.row, breach.opportunity_id, breach.column, breach.found) == (2, "A", lacking, "nothing")


def test_without_ids_of_opportunities_the_other_tables_are_not_blamed() -> None:
    raw = tables()
    raw["opportunities"] = raw["opportunities"].drop(columns="opportunity_id")
    assert [line.split(":")[0] for line in breaches(raw)] == ["opportunities, column opportunity_id"]


def test_a_table_of_codes_that_the_playbook_has_none_of_is_one_breach() -> None:
    raw = tables(stage_changes={"stage": "target"}, checkpoints={"checkpoint": "problems_known"})
    assert breaches(raw, "customer-grades") == [
        "buyer_stage_changes, column stage: expected a playbook with buyer_stages, or no such table, "
        "found its 1 row(s) with the playbook 'customer-grades', which has none"
    ]


def test_a_history_has_opportunities() -> None:
    raw = {name: table.iloc[:0] for name, table in tables().items()}
    assert breaches(raw) == ["opportunities: expected at least one opportunity, found none"]


def test_rows_after_the_closing_are_no_breach() -> None:
    assert breaches(tables(amounts={"at": "2027-01-01"})) == []
