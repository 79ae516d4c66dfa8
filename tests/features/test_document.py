from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta
from typing import Any, get_args

import pytest
from pydantic import BaseModel, ValidationError

from winprob.features.contract import TABLES, Column, column_names
from winprob.features.document import SHORT_FORMS, Document
from winprob.features.values import ValueReader

MORNING = datetime(2026, 3, 31, 0, tzinfo=UTC)
VALUES = ValueReader()

ROWS: dict[str, type[BaseModel]] = {
    table: next(kind for part in get_args(field.annotation) for kind in get_args(part))
    for table, field in Document.model_fields.items()
    if table in TABLES
}
"""The model of a row, by table."""


def test_a_document_has_the_tables_of_the_contract() -> None:
    assert ["opportunities", *ROWS] == list(TABLES)
    assert set(column_names("opportunities")) <= set(Document.model_fields)


@pytest.mark.parametrize("table", ROWS)
def test_a_row_has_the_columns_of_the_contract(table: str) -> None:
    assert set(ROWS[table].model_fields) - {"reached"} == set(column_names(table)) - {"opportunity_id"}
    required = {column.name for column in TABLES[table] if column.required} - {"opportunity_id"}
    optional = {"person_id", "identified_at"} if table == "key_persons" else set()
    fields = ROWS[table].model_fields.items()
    assert {name for name, field in fields if field.is_required()} == required - optional


def values_of(column: Column) -> list[Any]:
    """Every value of the contract, if it lists them, else one."""
    if column.choices:
        return [int(choice) if column.kind == "number" else choice for choice in column.choices]
    return {"time": ["2026-03-01"], "number": [1.5], "flag": [True, False]}.get(column.kind, ["text"])


@pytest.mark.parametrize("table", ROWS)
def test_a_row_takes_every_value_of_the_contract(table: str) -> None:
    columns = [column for column in TABLES[table] if column.name != "opportunity_id"]
    row = {column.name: values_of(column)[0] for column in columns}
    for column in columns:
        for value in values_of(column):
            (read,) = getattr(Document.model_validate({table: [row | {column.name: value}]}), table)
            if column.kind == "time":
                value = VALUES.time(value, column.end_of_day)
            assert getattr(read, column.name) == value


@pytest.mark.parametrize("table", ROWS)
def test_a_row_takes_every_value_of_the_contract_as_text(table: str) -> None:
    """As files have them: a CRM need not know which of its columns are numbers."""
    columns = [column for column in TABLES[table] if column.name != "opportunity_id"]
    row = {column.name: values_of(column)[0] for column in columns}
    written = {name: str(value) for name, value in row.items()}
    as_text, typed = (Document.model_validate({"as_of": MORNING, table: [some]}) for some in (written, row))
    assert as_text == typed


@pytest.mark.parametrize("table", ROWS)
@pytest.mark.parametrize("missing", [None, "", "NULL", "null", "N/A", math.nan])
def test_what_need_not_be_there_may_be_missing_in_any_spelling(table: str, missing: object) -> None:
    columns = [column for column in TABLES[table] if column.name != "opportunity_id"]
    required = {name for name, field in ROWS[table].model_fields.items() if field.is_required()}
    row = {column.name: values_of(column)[0] if column.name in required else missing for column in columns}
    (read,) = getattr(Document.model_validate({table: [row]}), table)
    assert {name for name, value in read.model_dump().items() if value is not None} == required


@pytest.mark.parametrize("table", ROWS)
@pytest.mark.parametrize("missing", [None, "", "NULL"])
def test_what_has_to_be_there_cannot_be_missing(table: str, missing: object) -> None:
    columns = [column for column in TABLES[table] if column.name != "opportunity_id"]
    row = {column.name: values_of(column)[0] for column in columns}
    for name, field in ROWS[table].model_fields.items():
        if field.is_required():
            with pytest.raises(ValidationError, match=name):
                Document.model_validate({table: [row | {name: missing}]})


@pytest.mark.parametrize(
    "written",
    [
        "2026-03-31T00:00",
        "2026-03-31 00:00:00",
        "2026-03-31T00:00:00Z",
        "2026-03-31T08:00:00+08:00",
        "2026-03-30T20:30:00-03:30",
        datetime(2026, 3, 31),
        MORNING,
    ],
)
def test_a_time_is_in_utc(written: str | datetime) -> None:
    document = Document.model_validate({"as_of": written, "amounts": [{"at": written, "amount": 1}]})
    assert document.as_of == MORNING
    assert document.as_of.tzinfo == UTC
    assert document.amounts is not None
    assert document.amounts[0].at == MORNING


@pytest.mark.parametrize("day", ["2026-03-31", "20260331", date(2026, 3, 31)])
def test_a_date_alone_is_the_end_of_the_day_for_the_moment_and_its_beginning_for_what_is_recorded(
    day: str | date,
) -> None:
    rows = [{"at": day, "next_at": day}]
    document = Document.model_validate({"as_of": day, "created_at": day, "activities": rows})
    assert document.as_of == MORNING + timedelta(days=1) - timedelta(microseconds=1)
    assert document.activities is not None
    assert [document.created_at, document.activities[0].at, document.activities[0].next_at] == [MORNING] * 3


@pytest.mark.parametrize("written", [None, "", "NULL"])
def test_a_moment_that_is_missing_is_now(written: str | None) -> None:
    before = datetime.now(UTC)
    assert before <= Document.model_validate({"as_of": written}).as_of <= before + timedelta(minutes=1)


@pytest.mark.parametrize("written", [20260331, 1774915200.5, True, [2026, 3, 31], "1774915200", "31.3.2026"])
def test_what_is_not_written_as_a_time_is_none(written: Any) -> None:
    with pytest.raises(ValidationError, match="a time such as 2026-03-31"):
        Document.model_validate({"as_of": written})


def test_without_a_moment_it_is_now() -> None:
    before = datetime.now(UTC)
    moment = Document().as_of
    assert before <= moment <= before + timedelta(minutes=1)


def test_nothing_is_recorded_in_an_empty_document() -> None:
    document = Document()
    assert all(getattr(document, table) is None for table in [*ROWS, *SHORT_FORMS])
    assert document.attributes == {}
    assert document.is_empty


def test_the_opportunity_may_be_a_row_of_its_table() -> None:
    row = {"opportunity_id": "A", "created_at": "2026-01-01", "industry": "machinery"}
    table = Document.model_validate({"as_of": MORNING, "opportunities": [row], "stage": "intent"})
    assert table == Document.model_validate({"as_of": MORNING, "stage": "intent", **row})


def test_further_columns_of_the_row_are_attributes() -> None:
    rows = [{"opportunity_id": "A", "size": 250, "segment": "b"}]
    document = Document.model_validate({"opportunities": rows, "attributes": {"budgeted": True}})
    assert document.attributes == {"size": 250, "segment": "b", "budgeted": True}
    assert document.opportunity_id == "A"


def test_a_caller_keeps_what_was_passed_in() -> None:
    data = {"opportunities": [{"opportunity_id": "A", "size": 250}], "attributes": {"segment": "b"}}
    Document.model_validate(data)
    assert data == {"opportunities": [{"opportunity_id": "A", "size": 250}], "attributes": {"segment": "b"}}


@pytest.mark.parametrize(
    "empty",
    [
        {"closed_at": None, "outcome": None},
        {"closed_at": "", "outcome": "NULL"},
        {"attributes": {"size": None}},
        {"team": "", "amount": "-", "stage": "N/A", "competitor_count": "", "expected_close": "null"},
    ],
)
def test_what_is_empty_may_be_sent(empty: dict[str, Any]) -> None:
    assert Document.model_validate(empty).is_empty


def test_a_document_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Document().stage = "intent"  # type: ignore[misc]


def test_users_of_the_service_are_told_in_words() -> None:
    schema = Document.model_json_schema()
    told = [schema["description"], *(part["description"] for part in schema["$defs"].values())]
    assert len(told) == len({*ROWS.values()}) + len(["document", "track records", "strength"])
    assert all(text.endswith(".") for text in told)
    assert not any("---" in text or ">>>" in text for text in told)


def test_each_short_form_stands_for_a_table() -> None:
    assert set(SHORT_FORMS) < set(Document.model_fields)
    assert set(SHORT_FORMS.values()) < set(ROWS)
