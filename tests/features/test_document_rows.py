from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import Any, get_args

import pytest
from pydantic import BaseModel, ValidationError
from refusals import LATER, problem
from small import AT, BIG_PROJECT, EIGHT_STEPS, GRADES

from winprob.features.calendar import Calendar
from winprob.features.checking import InvalidDocument, read_document
from winprob.features.contract import TABLES, Column, column_names
from winprob.features.document import Document
from winprob.features.problem import Problem
from winprob.features.values import ValueReader

MORNING = datetime(2026, 3, 31, 0, tzinfo=UTC)
VALUES = ValueReader()
ROWS: dict[str, type[BaseModel]] = {
    table: next(kind for part in get_args(field.annotation) for kind in get_args(part))
    for table, field in Document.model_fields.items()
    if table in TABLES
}
"""The model of a row, by table."""


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


BY_THEN = "a time not after as_of (2026-03-31T00:00:00+00:00)"
SEND_BY_THEN = "send what is recorded by as_of, and a planned contact as next_at"
NO_ZONE = "it says no time zone and was read as UTC"


@pytest.mark.parametrize(
    ("data", "key"),
    [
        ({"created_at": LATER}, "created_at"),
        ({"last_contact_at": LATER}, "last_contact_at"),
        ({"opportunities": [{"created_at": LATER}]}, "created_at"),
        ({"stage_changes": [{"at": LATER, "stage": "intent"}]}, "stage_changes[0].at"),
        ({"amounts": [{"at": AT, "amount": 1}, {"at": LATER, "amount": 1}]}, "amounts[1].at"),
        ({"close_dates": [{"at": LATER, "expected_close": AT}]}, "close_dates[0].at"),
        ({"activities": [{"at": LATER}]}, "activities[0].at"),
        ({"key_persons": [{"role": "coach", "identified_at": LATER}]}, "key_persons[0].identified_at"),
        ({"competitors": [{"competitor": "c", "entered_at": LATER}]}, "competitors[0].entered_at"),
        (
            {"competitors": [{"competitor": "c", "entered_at": AT, "left_at": LATER}]},
            "competitors[0].left_at",
        ),
        ({"assessments": [{"at": LATER, "item": "fit", "score": 1}]}, "assessments[0].at"),
        ({"checkpoints": [{"at": LATER, "checkpoint": "budget_in_place"}]}, "checkpoints[0].at"),
    ],
)
def test_nothing_can_have_been_recorded_later_than_the_moment(data: dict[str, Any], key: str) -> None:
    assert problem(data) == Problem(key, BY_THEN, repr(LATER), f"{SEND_BY_THEN}; {NO_ZONE}")


def test_the_buyers_stage_cannot_have_been_recorded_later_than_the_moment() -> None:
    rows = [{"at": LATER, "stage": "tender"}]
    assert problem({"buyer_stage_changes": rows}, EIGHT_STEPS).key == "buyer_stage_changes[0].at"


@pytest.mark.parametrize(
    "data",
    [
        {"next_contact_at": LATER, "expected_close": LATER},
        {"activities": [{"at": AT, "next_at": LATER}]},
        {"close_dates": [{"at": AT, "expected_close": LATER}]},
    ],
)
def test_plans_may_be_later(data: dict[str, Any]) -> None:
    assert read_document({"as_of": AT, **data}, GRADES)


@pytest.mark.parametrize("at", ["2026-03-31", "2026-03-31T08:00:00+08:00", "2026-03-30T23:59:59Z"])
def test_the_zone_counts_in_what_is_later(at: str) -> None:
    assert read_document({"as_of": AT, "last_contact_at": at}, GRADES)


@pytest.mark.parametrize("at", ["2026-03-31T00:02:01", "2026-03-30T23:00:00-03:30"])
def test_a_time_that_is_later_in_its_zone_is_refused(at: str) -> None:
    assert problem({"last_contact_at": at}).expected == BY_THEN


@pytest.mark.parametrize(
    ("at", "remedy"),
    [
        ("2026-03-31T01:00", f"{SEND_BY_THEN}; {NO_ZONE}"),
        ("2026-03-31T01:00Z", SEND_BY_THEN),
        ("2026-03-31T09:00+08:00", SEND_BY_THEN),
    ],
)
def test_where_a_zone_is_lacking_the_refusal_says_which_was_taken(at: str, remedy: str) -> None:
    assert problem({"last_contact_at": at}).remedy == remedy
    shanghai = GRADES.model_copy(update={"calendar": Calendar(time_zone="Asia/Shanghai")})
    later = at.replace("T0", "T1")
    assert problem({"last_contact_at": later}, shanghai).remedy == remedy.replace("UTC", "Asia/Shanghai")


@pytest.mark.parametrize("late", ["00:00:00.000001", "00:01:00", "00:02:00"])
def test_a_clock_that_is_a_little_fast_is_forgiven(late: str) -> None:
    rows = {"activities": [{"at": f"2026-03-31T{late}Z"}], "created_at": f"2026-03-31T{late}Z"}
    read = read_document({"as_of": AT, **rows}, GRADES)
    assert read.activities is not None
    assert read.as_of == read.created_at == read.activities[0].at
    assert problem({"created_at": "2026-03-31T00:02:00.000001Z"}).expected == BY_THEN


def test_a_competitor_who_left_on_the_day_of_the_moment_has_left() -> None:
    """A day of leaving is meant to its end, but it cannot end after the moment."""
    rows = [{"competitor": "c", "entered_at": "2026-01-01", "left_at": "2026-03-31"}]
    noon = read_document({"as_of": "2026-03-31T12:00Z", "competitors": rows}, GRADES)
    assert noon.competitors is not None
    assert noon.competitors[0].left_at == noon.as_of
    later = read_document({"as_of": "2026-04-30", "competitors": rows}, GRADES)
    assert later.competitors is not None
    assert str(later.competitors[0].left_at) == "2026-03-31 23:59:59.999999+00:00"


NEAR = " (did you mean {!r}?)"
ITEM = f"one of {', '.join(item.code for item in GRADES.risk_items)}"
POINT = f"one of {', '.join(GRADES.checkpoint_codes)}"
STAGE = f"one of {', '.join(GRADES.stage_codes)}"
BUYER = f"one of {', '.join(stage.code for stage in EIGHT_STEPS.buyer_stages)}"
CODE = "correct the code, or use its name in the playbook"


@pytest.mark.parametrize(
    ("data", "key", "expected", "found", "near"),
    [
        ({"risk_scores": {"buget": 1}}, "risk_scores.buget", ITEM, "buget", "budget"),
        (
            {"assessments": [{"at": AT, "item": "buget", "score": 1}]},
            "assessments[0].item",
            ITEM,
            "buget",
            "budget",
        ),
        (
            {"checkpoints": [{"at": AT, "checkpoint": "coach_insid"}]},
            "checkpoints[0].checkpoint",
            POINT,
            "coach_insid",
            "coach_inside",
        ),
        ({"stage": "intnt"}, "stage", STAGE, "intnt", "intent"),
        (
            {"stage_changes": [{"at": AT, "stage": "intnt"}]},
            "stage_changes[0].stage",
            STAGE,
            "intnt",
            "intent",
        ),
    ],
)
def test_an_unknown_code_is_pointed_to_the_nearest(
    data: dict[str, Any], key: str, expected: str, found: str, near: str
) -> None:
    assert problem(data) == Problem(key, expected + NEAR.format(near), repr(found), CODE)


def test_an_unknown_stage_of_the_buyer_is_refused() -> None:
    rows = [{"at": AT, "stage": "tendr"}]
    expected = BUYER + NEAR.format("tender")
    assert problem({"buyer_stage_changes": rows}, EIGHT_STEPS) == Problem(
        "buyer_stage_changes[0].stage", expected, "'tendr'", CODE
    )


def test_a_playbook_may_know_no_codes_of_a_kind() -> None:
    rows = [{"at": AT, "stage": "tender"}]
    assert problem({"buyer_stage_changes": rows}, BIG_PROJECT).expected == "none, as the playbook has none"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_codes_may_be_written_by_their_name_in_either_language(language: str) -> None:
    stage, item, buyer = EIGHT_STEPS.stages[1], EIGHT_STEPS.risk_items[0], EIGHT_STEPS.buyer_stages[2]
    point = stage.checkpoints[0]
    written, coded = (
        {
            "as_of": AT,
            "stage_changes": [{"at": AT, "stage": of(stage)}],
            "buyer_stage_changes": [{"at": AT, "stage": of(buyer)}],
            "risk_scores": {of(item): 1},
            "checkpoints": [{"at": AT, "checkpoint": of(point)}],
        }
        for of in (lambda part: getattr(part.name, language), lambda part: part.code)
    )
    assert read_document(written, EIGHT_STEPS) == read_document(coded, EIGHT_STEPS)
    short = read_document({"as_of": AT, "stage": getattr(stage.name, language)}, EIGHT_STEPS)
    assert short.stage == stage.code


@pytest.mark.parametrize("stage", ["won", "closed_won", "Closed Won", "lost", "closed_lost", "赢单"])
@pytest.mark.parametrize("accepted", [False, True])
def test_an_outcome_is_no_stage(stage: str, accepted: bool) -> None:
    """Not even where unknown stages count as not recorded: the deal has ended."""
    for data, key in (
        ({"stage": stage}, "stage"),
        ({"stage_changes": [{"at": AT, "stage": stage}]}, "stage_changes[0].stage"),
    ):
        with pytest.raises(InvalidDocument) as refused:
            read_document({"as_of": AT, **data}, GRADES, unknown_stages=accepted)
        (found,) = refused.value.problems
        assert (found.key, found.found) == (key, repr(stage))
        assert found.remedy.startswith("an outcome is no stage: put it into outcome and closed_at")
