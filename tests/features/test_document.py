from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError
from refusals import LATER, problem
from small import AT, GRADES

from winprob.features.checking import read_document
from winprob.features.contract import TABLES, column_names
from winprob.features.document import SHORT_FORMS, Document
from winprob.features.problem import Problem
from winprob.features.values import ValueReader

MORNING = datetime(2026, 3, 31, 0, tzinfo=UTC)
VALUES = ValueReader()


EVENTS = [name for name in Document.model_fields if name in TABLES]


def test_a_document_has_the_tables_of_the_contract() -> None:
    assert ["opportunities", *EVENTS] == list(TABLES)
    assert set(column_names("opportunities")) <= set(Document.model_fields)


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
    assert all(getattr(document, table) is None for table in [*EVENTS, *SHORT_FORMS])
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
    assert len(told) == len(EVENTS) + len(["document", "event", "track records", "strength"])
    assert all(text.endswith(".") for text in told)
    assert not any("---" in text or ">>>" in text for text in told)


def test_each_short_form_stands_for_a_table() -> None:
    assert set(SHORT_FORMS) < set(Document.model_fields)
    assert set(SHORT_FORMS.values()) < set(EVENTS)


ONE_ROW = "a list with one row, the opportunity to score"
ONE_PLACE = "a place at the top level or in opportunities"


@pytest.mark.parametrize(
    ("data", "key", "expected", "found"),
    [
        ({"opportunities": []}, "opportunities", ONE_ROW, "[]"),
        ({"opportunities": [{}, {}]}, "opportunities", ONE_ROW, "[{}, {}]"),
        ({"opportunities": {}}, "opportunities", ONE_ROW, "{}"),
        ({"opportunities": [{"team": "south"}], "team": "north"}, "team", ONE_PLACE, "both"),
        (
            {"opportunities": [{"size": 3, "team": "south"}], "attributes": {"size": 4}, "team": "north"},
            "team, attributes.size",
            ONE_PLACE,
            "both",
        ),
    ],
)
def test_a_document_is_of_one_opportunity_with_one_place_for_each_value(
    data: dict[str, Any], key: str, expected: str, found: str
) -> None:
    refused = problem(data)
    assert (refused.key, refused.expected, refused.found) == (key, expected, found)


@pytest.mark.parametrize(
    ("short", "table", "data"),
    [
        ("stage", "stage_changes", {"stage": "intent", "stage_changes": []}),
        ("amount", "amounts", {"amount": 0, "amounts": []}),
        ("expected_close", "close_dates", {"expected_close": LATER, "close_dates": []}),
        ("last_contact_at", "activities", {"last_contact_at": AT, "activities": []}),
        ("next_contact_at", "activities", {"next_contact_at": LATER, "activities": []}),
        ("competitor_count", "competitors", {"competitor_count": 0, "competitors": []}),
        ("risk_scores", "assessments", {"risk_scores": {}, "assessments": []}),
    ],
)
def test_a_short_form_and_its_table_are_one_too_many(short: str, table: str, data: dict[str, Any]) -> None:
    assert problem(data) == Problem(short, f"either {short} or {table}", "both", "leave one of them out")


@pytest.mark.parametrize("reached", [True, False])
def test_who_was_reached_is_said_by_the_contacts_or_by_the_person(reached: bool) -> None:
    persons = [{"role": "coach"}, {"role": "other", "reached": reached}]
    expected = Problem(
        "key_persons[1].reached", "either reached or activities", "both", "leave one of them out"
    )
    assert problem({"key_persons": persons, "activities": []}) == expected


def test_a_risk_item_under_its_code_and_under_its_name_is_one_too_many() -> None:
    item = GRADES.risk_items[0]
    refused = problem({"risk_scores": {item.code: 2, item.name.zh: 0}})
    assert (refused.key, refused.expected) == ("risk_scores", "each risk item once")
    assert refused.remedy == "leave out the code or the name"


@pytest.mark.parametrize("missing", [None, "", "NULL", "-"])
def test_an_outcome_that_is_missing_is_none(missing: str | None) -> None:
    assert read_document({"as_of": AT, "closed_at": missing, "outcome": missing}, GRADES).outcome is None


@pytest.mark.parametrize(
    ("data", "field", "value"),
    [
        ({"amount": "380000"}, "amount", 380000),
        ({"amount": "3.8e5"}, "amount", 380000),
        ({"competitor_count": "2"}, "competitor_count", 2),
        ({"competitor_count": 2.0}, "competitor_count", 2),
        ({"risk_scores": {"fit": "2"}}, "risk_scores", {"fit": 2}),
        ({"customer_id": 1042}, "customer_id", "1042"),
        ({"opportunity_id": 1042}, "opportunity_id", "1042"),
        ({"team": 7}, "team", "7"),
        ({"team": True}, "team", "true"),
        ({"team": "True"}, "team", "true"),
        ({"team": "NULL"}, "team", None),
        ({"opportunity_id": ""}, "opportunity_id", "opportunity"),
    ],
)
def test_values_may_be_written_as_in_files(data: dict[str, Any], field: str, value: object) -> None:
    assert getattr(read_document({"as_of": AT, **data}, GRADES), field) == value


def test_events_are_something_to_score() -> None:
    assert Document(events={"tickets": None}).is_empty
    assert not Document.model_validate({"events": {"tickets": [{"at": "2026-03-01"}]}}).is_empty
