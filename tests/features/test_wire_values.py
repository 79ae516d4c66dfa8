from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import TypeAdapter, ValidationError
from small import EIGHT_STEPS, GRADES

from winprob.features import wire_values
from winprob.features.calendar import Calendar
from winprob.features.values import Unreadable, ValueReader
from winprob.features.wire_values import FORGIVEN, DocumentContext

NOON = datetime(2026, 3, 31, 12, tzinfo=UTC)
CONTEXT = DocumentContext.of(GRADES, NOON)


def read(kind: object, value: object, context: DocumentContext | None = CONTEXT) -> Any:
    return TypeAdapter(kind).validate_python(value, context=context)


def refusal(kind: object, value: object, context: DocumentContext | None = CONTEXT) -> Exception:
    """What a value is refused with, as pydantic keeps it."""
    with pytest.raises(ValidationError) as refused:
        read(kind, value, context)
    (found,) = refused.value.errors()
    error: Exception = found["ctx"]["error"]
    return error


OPTIONAL = [
    *("MaybeText", "MaybeId", "MaybeRecorded", "MaybeLeft", "MaybeTime", "MaybeMoment", "MaybeAmount"),
    *("MaybeInfluence", "MaybeCount", "MaybeFew", "MaybeFlag", "MaybeStage", "MaybeBuyerStage"),
]
REQUIRED = ["Text", "Recorded", "Time", "Amount", "Score", "Stage", "BuyerStage", "Item", "Checkpoint"]
MISSING = [None, "", "NULL", "null", "-", "N/A", float("nan")]


@pytest.mark.parametrize("kind", OPTIONAL)
@pytest.mark.parametrize("missing", MISSING)
def test_an_optional_value_may_be_missing_in_any_spelling(kind: str, missing: object) -> None:
    assert read(getattr(wire_values, kind), missing) is None


@pytest.mark.parametrize("kind", REQUIRED)
@pytest.mark.parametrize("missing", MISSING)
def test_a_required_value_may_not(kind: str, missing: object) -> None:
    assert getattr(refusal(getattr(wire_values, kind), missing), "expected", None) == "a value"


@pytest.mark.parametrize(
    ("kind", "written", "value"),
    [
        ("MaybeText", True, "true"),
        ("MaybeText", 12.0, "12"),
        ("MaybeId", 12, "12"),
        ("MaybeId", "TRUE", "TRUE"),
        ("Amount", "12.5", 12.5),
        ("Amount", 12, 12.0),
        ("Score", "2", 2),
        ("Score", 2.0, 2),
        ("MaybeCount", "1e3", 1000),
        ("MaybeFlag", "TRUE", True),
        ("MaybeFlag", False, False),
        ("Stage", "意向客户", "intent"),
        ("Stage", "intent", "intent"),
        ("OpportunityId", None, "opportunity"),
        ("OpportunityId", "", "opportunity"),
        ("OpportunityId", 7, "7"),
    ],
)
def test_values_take_the_forms_of_files(kind: str, written: object, value: object) -> None:
    found = read(getattr(wire_values, kind), written)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        *(("Amount", value) for value in (True, "true", "1_000", "1,5", "170.000", "much", [1])),
        *(("Score", value) for value in (True, 1.5, "1.5", "inf")),
        *(("MaybeFlag", value) for value in (1, 0, "yes")),
        *(("MaybeId", value) for value in (1.0, True, [])),
        *(("MaybeText", value) for value in ([], {})),
        *(("Recorded", value) for value in (20260331, True, "soon", "31.3.2026")),
    ],
)
def test_values_of_another_kind_are_refused(kind: str, written: object) -> None:
    assert isinstance(refusal(getattr(wire_values, kind), written), Unreadable)


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        *(("Amount", value) for value in (-1, "-1", "inf", 1e16)),
        *(("Score", value) for value in (-1, 3, "3")),
        *(("MaybeInfluence", value) for value in (0, "0", -1)),
        *(("MaybeFew", value) for value in (-1, 1001)),
        *(("MaybeText", value) for value in ("x" * 201,)),
        *(("MaybeId", value) for value in ("x" * 201, 10**200)),
    ],
)
def test_values_out_of_bounds_are_refused(kind: str, written: object) -> None:
    with pytest.raises(ValidationError):
        read(getattr(wire_values, kind), written)


@pytest.mark.parametrize("written", ["2026-03-31", "20260331", date(2026, 3, 31)])
def test_a_date_alone_begins_where_something_is_recorded_and_ends_where_one_looks(
    written: str | date,
) -> None:
    midnight = datetime(2026, 3, 31, tzinfo=UTC)
    end = midnight + timedelta(days=1) - timedelta(microseconds=1)
    assert read(wire_values.Recorded, written) == read(wire_values.Time, written) == midnight
    assert read(wire_values.AsOf, written) == read(wire_values.MaybeMoment, written) == end
    assert read(wire_values.MaybeLeft, written) == NOON  # it ends after the moment
    assert read(wire_values.MaybeLeft, "2026-03-30") == midnight - timedelta(microseconds=1)


def test_without_a_context_nothing_is_too_late_and_any_code_will_do() -> None:
    assert read(wire_values.Recorded, "2999-01-01", None).year == 2999
    assert read(wire_values.Stage, "verbal", None) == "verbal"
    assert read(wire_values.Checkpoint, "any", None) == "any"


@pytest.mark.parametrize("kind", ["Recorded", "MaybeRecorded", "MaybeLeft"])
def test_what_is_recorded_after_the_moment_is_refused_and_a_plan_is_not(kind: str) -> None:
    late = NOON + FORGIVEN + timedelta(microseconds=1)
    refused = refusal(getattr(wire_values, kind), late)
    assert isinstance(refused, Unreadable)
    assert refused.expected == f"a time not after as_of ({NOON.isoformat()})"
    assert read(getattr(wire_values, kind), NOON + FORGIVEN) == NOON
    assert read(getattr(wire_values, kind), NOON) == NOON
    assert read(wire_values.Time, late) == read(wire_values.MaybeTime, late) == late


@pytest.mark.parametrize("written", ["2026-04-01", "2026-03-31T21:00", datetime(2026, 3, 31, 21)])
def test_a_refusal_names_the_zone_that_a_time_without_one_was_read_in(written: object) -> None:
    shanghai = GRADES.model_copy(update={"calendar": Calendar(time_zone="Asia/Shanghai")})
    refused = refusal(wire_values.Recorded, written, DocumentContext.of(shanghai, "2026-03-31T20:00"))
    assert isinstance(refused, Unreadable)
    assert refused.remedy.endswith("; it says no time zone and was read as Asia/Shanghai")


@pytest.mark.parametrize(
    ("kind", "code", "name"),
    [
        ("Stage", EIGHT_STEPS.stages[1].code, EIGHT_STEPS.stages[1].name),
        ("BuyerStage", EIGHT_STEPS.buyer_stages[1].code, EIGHT_STEPS.buyer_stages[1].name),
        ("Item", EIGHT_STEPS.risk_items[1].code, EIGHT_STEPS.risk_items[1].name),
        (
            "Checkpoint",
            EIGHT_STEPS.stages[1].checkpoints[0].code,
            EIGHT_STEPS.stages[1].checkpoints[0].name,
        ),
    ],
)
def test_a_code_may_be_written_by_its_name_in_either_language(kind: str, code: str, name: Any) -> None:
    context = DocumentContext.of(EIGHT_STEPS)
    for written in (code, name.zh, name.en):
        assert read(getattr(wire_values, kind), written, context) == code
    refused = refusal(getattr(wire_values, kind), "nothing like it", context)
    assert isinstance(refused, Unreadable)
    assert refused.expected.startswith("one of ")
    assert refused.remedy == "correct the code, or use its name in the playbook"


def test_only_the_sellers_stage_may_be_unknown_and_an_outcome_never() -> None:
    accepting = DocumentContext.of(EIGHT_STEPS, unknown_stages=True)
    assert read(wire_values.Stage, "verbal", accepting) == "verbal"
    for kind, written in (("Stage", "closed_won"), ("BuyerStage", "verbal"), ("Item", "verbal")):
        assert isinstance(refusal(getattr(wire_values, kind), written, accepting), Unreadable)
    refused = refusal(wire_values.Stage, "Won", accepting)
    assert isinstance(refused, Unreadable)
    assert refused.remedy.startswith("an outcome is no stage")


def test_a_context_knows_the_moment_of_its_document_and_the_companys_day() -> None:
    shanghai = GRADES.model_copy(update={"calendar": Calendar(time_zone="Asia/Shanghai")})
    found = DocumentContext.of(shanghai, "2026-03-31")
    assert found.as_of == datetime(2026, 3, 31, 15, 59, 59, 999_999, UTC)
    assert found.reader == ValueReader(ZoneInfo("Asia/Shanghai"))
    assert found.today == date(2026, 3, 31)
    assert DocumentContext.of(shanghai, "2026-03-31T20:00Z").today == date(2026, 4, 1)
    before = datetime.now(UTC)
    now = DocumentContext.of(GRADES, None).as_of
    assert now is not None
    assert before <= now <= before + timedelta(minutes=1)


@pytest.mark.parametrize("wrong", ["soon", 20260331, []])
def test_a_moment_that_cannot_be_read_is_not_known(wrong: object) -> None:
    """It is refused where it stands; what else is wrong with the document is told as well."""
    found = DocumentContext.of(GRADES, wrong)
    assert (found.as_of, found.today) == (None, None)
    assert read(wire_values.Recorded, "2999-01-01", found).year == 2999
