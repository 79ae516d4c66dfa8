from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import pytest
from pydantic import BaseModel, ValidationError

from features.contract import TABLES, Column, column_names
from features.document import SHORT_FORMS, Document
from features.instant import instant

MORNING = datetime(2026, 3, 31, 0, tzinfo=UTC)

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
            assert getattr(read, column.name) == (instant(value) if column.kind == "time" else value)


@pytest.mark.parametrize(
    "written",
    [
        "2026-03-31",
        "2026-03-31T00:00",
        "2026-03-31 00:00:00",
        "2026-03-31T00:00:00Z",
        "2026-03-31T08:00:00+08:00",
        "2026-03-30T20:30:00-03:30",
        datetime(2026, 3, 31),
        MORNING,
    ],
)
def test_a_time_is_in_utc_and_a_date_alone_is_its_first_moment(written: str | datetime) -> None:
    document = Document.model_validate({"as_of": written, "amounts": [{"at": written, "amount": 1}]})
    assert document.as_of == MORNING
    assert document.as_of.tzinfo == UTC
    assert document.amounts is not None
    assert document.amounts[0].at == MORNING


@pytest.mark.parametrize(
    "written", [20260331, 1774915200.5, True, None, [2026, 3, 31], "1774915200", "", "31.3.2026"]
)
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
    assert list(document.recorded_times()) == []


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


@pytest.mark.parametrize("empty", [{"closed_at": None, "outcome": None}, {"attributes": {"size": None}}])
def test_what_is_empty_may_be_sent(empty: dict[str, Any]) -> None:
    assert Document.model_validate(empty).outcome is None


def test_the_times_recorded_are_named_by_their_place_and_plans_are_not_among_them() -> None:
    document = Document.model_validate(
        {
            "created_at": "2026-01-01",
            "last_contact_at": "2026-01-02",
            "next_contact_at": "2027-01-01",
            "expected_close": "2027-01-02",
            "close_dates": [{"at": "2026-01-03", "expected_close": "2027-01-03"}],
            "activities": [{"at": "2026-01-04", "next_at": "2027-01-04"}],
            "key_persons": [{"role": "coach"}, {"role": "coach", "identified_at": "2026-01-05"}],
            "competitors": [{"competitor": "c", "entered_at": "2026-01-06", "left_at": "2026-01-07"}],
        }
    )
    assert {place: time.day for place, time in document.recorded_times()} == {
        "created_at": 1,
        "last_contact_at": 2,
        "close_dates[0].at": 3,
        "activities[0].at": 4,
        "key_persons[1].identified_at": 5,
        "competitors[0].entered_at": 6,
        "competitors[0].left_at": 7,
    }
    assert {time.year for _, time in document.recorded_times()} == {2026}


def test_a_document_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Document().stage = "intent"  # type: ignore[misc]


def test_users_of_the_service_are_told_in_words() -> None:
    schema = Document.model_json_schema()
    told = [schema["description"], *(part["description"] for part in schema["$defs"].values())]
    assert len(told) == len({*ROWS.values()}) + len(["document", "track records", "standing"])
    assert all(text.endswith(".") for text in told)
    assert not any("---" in text or ">>>" in text for text in told)


def test_each_short_form_stands_for_a_table() -> None:
    assert set(SHORT_FORMS) < set(Document.model_fields)
    assert set(SHORT_FORMS.values()) < set(ROWS)
