from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from contract_tables import VALID, attributes, breaches, tables
from small import EIGHT_STEPS

from winprob.features.contract import TABLES
from winprob.features.input_format import Declared, InputFormat
from winprob.features.validation import validate


def test_valid_tables_come_out_read() -> None:
    read, found, notices = validate(tables(), EIGHT_STEPS)
    assert (found, notices) == ([], [])
    assert list(read) == list(TABLES)
    assert read["opportunities"].loc[2, "size"] == 12.0
    assert read["activities"]["effective"].tolist() == [True]
    assert read["close_dates"].loc[2, "expected_close"] == pd.Timestamp("2215-08-14", tz="UTC")


TIME = "a time such as 2026-03-31 or 2026-03-31T08:00:00+08:00"


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
        ("amounts", "amount", "nan", "a value", "'nan'"),
        ("amounts", "amount", "1,000", "a number", "'1,000'"),
        ("amounts", "amount", "170.000", "a number whose decimal mark is certain", "'170.000'"),
        ("amounts", "amount", "true", "a number", "'true'"),
        ("amounts", "amount", "1_000", "a number", "'1_000'"),
        ("amounts", "amount", "", "a value", "nothing"),
        ("amounts", "amount", "-", "a value", "'-'"),
        ("amounts", "opportunity_id", "B", "an opportunity_id of the table opportunities", "'B'"),
        ("amounts", "opportunity_id", "", "a value", "nothing"),
        ("close_dates", "expected_close", "22150-08-14", TIME, "'22150-08-14'"),
        ("activities", "kind", "vist", "one of visit, call, meeting, ", "'vist'"),
        ("activities", "effective", "yes", "true or false", "'yes'"),
        ("activities", "effective", "1", "true or false", "'1'"),
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
    _, listed, _ = validate(tables(**{table: {column: value}}), EIGHT_STEPS)
    (breach,) = listed
    opportunity = VALID[table]["opportunity_id"] if column != "opportunity_id" else value or None
    assert (breach.table, breach.row, breach.opportunity_id) == (table, 2, opportunity)
    assert (breach.column, breach.found) == (column, found)
    assert breach.expected.startswith(expected)


def test_ids_stored_as_floating_point_numbers_are_refused_once_for_a_column() -> None:
    raw = tables()
    raw["opportunities"] = raw["opportunities"].assign(customer_id=[1000042.0])
    raw["amounts"] = pd.concat([raw["amounts"]] * 4000, ignore_index=True).assign(
        opportunity_id=np.arange(4000, dtype=float)
    )
    lines = breaches(raw)
    assert [line.split(":")[0] for line in lines] == [
        "opportunities, row 2, opportunity A, column customer_id",
        "amounts, row 0, opportunity 0.0, column opportunity_id",
    ]
    assert lines[0].endswith(
        "expected an id as text or as a whole number, found 1000042.0; "
        "export ids as text: as floating-point numbers they lose their last digits"
    )
    assert "found 0.0 and 3,999 other values, in 4,000 rows" in lines[-1]


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
    found = [(b.table, b.row, b.column) for b in validate(raw, EIGHT_STEPS)[1]]
    assert found == [
        ("stage_changes", 2, "stage"),
        ("amounts", 2, "at"),
        ("amounts", 2, "amount"),
        ("amounts", 3, "opportunity_id"),
        ("amounts", 4, "amount"),
        ("amounts", 5, "opportunity_id"),
        ("amounts", 5, "at"),
    ]


def test_equal_faults_are_one_line_with_a_count() -> None:
    raw = tables()
    raw["amounts"] = pd.DataFrame([VALID["amounts"] | {"amount": "-1"}] * 1000, index=range(2, 1002))
    assert breaches(raw) == [
        "amounts, row 2, opportunity A, column amount: "
        "expected a number not below 0, found '-1', in 1,000 rows"
    ]


def test_values_and_checks_that_fail_are_lines_of_their_own() -> None:
    """Each value has one fault: what cannot be read is not also said to be missing."""
    raw = tables()
    values = ["-1", "x", "", "NULL", "-1", "1,5"]
    raw["amounts"] = pd.DataFrame(
        [VALID["amounts"] | {"amount": value} for value in values], index=range(2, len(values) + 2)
    )
    found = [(b.row, b.found, b.rows) for b in validate(raw, EIGHT_STEPS)[1]]
    assert found == [
        (2, "'-1'", 2),
        (3, "'x'", 1),
        (4, "nothing", 1),
        (5, "'NULL'", 1),
        (7, "'1,5'", 1),
    ]


@pytest.mark.parametrize("written", ["170.000", "1.234,50", "1,5", "1 234", "1,234"])
def test_numbers_with_other_marks_are_refused_with_the_remedy(written: str) -> None:
    (line,) = breaches(tables(amounts={"amount": written}))
    assert line.endswith(
        '; declare decimal = "." or "," in [input] of the playbook, or at the top of a mapping'
    )


def test_currencies_that_are_not_written_as_codes_are_named() -> None:
    _, _, notices = validate(attributes(currency=["CNY", "cny", "RMB", None]), EIGHT_STEPS)
    [told] = map(str, notices)
    assert told.startswith(
        "opportunities, column currency: 'RMB' (1), 'cny' (1) beside CNY, "
        "taken as currencies of their own; map "
    )


def test_what_was_taken_as_missing_is_counted_by_table_and_spelling() -> None:
    raw = attributes(
        size=["NULL", "", "3", "NULL"], segment=["a", "NULL", "-", "b"], team=["n/a", "N/A", "x", None]
    )
    read, found, notices = validate(raw, EIGHT_STEPS)
    assert found == []
    assert read["opportunities"]["size"].fillna(-1).tolist() == [-1, -1, 3, -1]
    assert [(notice.code, notice.place, notice.found) for notice in notices] == [
        ("missing", "opportunities, columns size, segment", "'NULL' in 3 rows"),
        ("missing", "opportunities, column segment", "'-' in 1 row"),
        ("missing", "opportunities, column team", "'n/a' in 1 row"),
        ("missing", "opportunities, column team", "'N/A' in 1 row"),
    ]
    assert {notice.taken for notice in notices} == {"not recorded"}
    assert {notice.remedy for notice in notices} == {
        "if it is a value, list under missing in [input] of the playbook, or at the top of a mapping, "
        "only what means missing"
    }


def test_a_column_whose_kind_is_in_doubt_is_named_until_it_is_declared() -> None:
    raw = attributes(postcode=["01234", "81234"])
    read, found, notices = validate(raw, EIGHT_STEPS)
    assert found == []
    assert read["opportunities"]["postcode"].tolist() == ["01234", "81234"]
    (notice,) = notices
    assert (notice.code, notice.place) == ("kind_in_doubt", "opportunities, column postcode")
    assert notice.remedy == (
        'declare postcode = "text" or "number" in [input.columns] of the playbook or [columns] of a mapping'
    )
    kinds: list[tuple[Declared, list[Any]]] = [("text", ["01234", "81234"]), ("number", [1234.0, 81234.0])]
    for kind, values in kinds:
        declared = EIGHT_STEPS.model_copy(update={"input": InputFormat(columns={"postcode": kind})})
        read, found, notices = validate(raw, declared)
        assert (found, notices) == ([], [])
        assert read["opportunities"]["postcode"].tolist() == values


@pytest.mark.parametrize("values", [[True, False], ["true", "False"], ["TRUE", "false"]])
def test_truth_values_of_attributes_are_categories(values: list[Any]) -> None:
    read, found, notices = validate(attributes(partner=values), EIGHT_STEPS)
    assert (found, notices) == ([], [])
    assert read["opportunities"]["partner"].tolist() == ["true", "false"]


def test_truth_values_are_no_numbers() -> None:
    raw = tables()
    raw["amounts"] = raw["amounts"].assign(amount=[True])
    (line,) = breaches(raw)
    assert line.startswith("amounts, row 2, opportunity A, column amount: expected a number, found True")


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
    (breach,) = validate(raw, EIGHT_STEPS)[1]
    assert (breach.row, breach.opportunity_id, breach.column, breach.found) == (2, "A", lacking, "nothing")


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


def test_a_declaration_of_a_column_that_is_not_there_is_named() -> None:
    raw = attributes(postcode=["01234", "81234"])
    named: dict[str, Declared] = {
        "postcodes": "text",
        "postcode": "text",
        "amount": "number",
        "created_at": "text",
    }
    playbook = EIGHT_STEPS.model_copy(update={"input": InputFormat(columns=named)})
    assert [str(notice) for notice in validate(raw, playbook)[2]] == [
        "opportunities, column postcodes: its kind is declared, but it is not there "
        "(did you mean 'postcode'?), taken as not recorded; correct the name in columns",
        "opportunities, column amount: its kind is declared, but it is not there, "
        "taken as not recorded; correct the name in columns",
        "opportunities, column created_at: its kind is declared, taken as what the contract says; "
        "remove the declaration",
    ]
