from __future__ import annotations

import math
from typing import Any

import pytest
from small import AT, BIG_PROJECT, EIGHT_STEPS, GRADES

from features.checking import MOST_PROBLEMS, InvalidDocument, check_document, read_document, unknown_stages
from features.contract import ACTIVITY_KINDS, ROLES
from features.document import Document
from features.history import Attribute
from features.playbook import Playbook
from features.problem import Problem

ATTRIBUTES = [Attribute("size", "number"), Attribute("segment", "category")]
LATER = "2026-04-01"
BY_THEN = "a time not after as_of (2026-03-31T00:00:00+00:00)"
A_TIME = "a time such as 2026-03-31 or 2026-03-31T08:00:00+08:00"


def problems(data: dict[str, Any], playbook: Playbook = GRADES) -> list[Problem]:
    with pytest.raises(InvalidDocument) as refused:
        read_document({"as_of": AT, **data}, playbook, ATTRIBUTES)
    assert str(refused.value).splitlines() == [str(problem) for problem in refused.value.problems]
    return list(refused.value.problems)


def problem(data: dict[str, Any], playbook: Playbook = GRADES) -> Problem:
    (only,) = problems(data, playbook)
    return only


def either(values: tuple[str, ...]) -> str:
    *first, last = [repr(value) for value in values]
    return f"{', '.join(first)} or {last}"


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
    expected = Problem(key, BY_THEN, "2026-04-01T00:00:00+00:00", "send what is recorded by as_of")
    assert problem(data) == expected


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


@pytest.mark.parametrize("at", ["2026-03-31T00:00:01", "2026-03-30T23:00:00-03:30"])
def test_a_time_without_a_zone_is_in_utc_and_a_day_begins_at_midnight(at: str) -> None:
    assert problem({"last_contact_at": at}).expected == BY_THEN


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


NEAR = " (did you mean {!r}?)"
ITEM = f"a risk item of the playbook: {', '.join(item.code for item in GRADES.risk_items)}"
POINT = f"a check point of the playbook: {', '.join(GRADES.checkpoint_codes)}"
BUYER = f"a buyer's stage of the playbook: {', '.join(stage.code for stage in EIGHT_STEPS.buyer_stages)}"


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
    ],
)
def test_an_unknown_code_is_pointed_to_the_nearest(
    data: dict[str, Any], key: str, expected: str, found: str, near: str
) -> None:
    assert problem(data) == Problem(key, expected + NEAR.format(near), repr(found), "correct the code")


def test_an_unknown_stage_of_the_buyer_is_refused() -> None:
    rows = [{"at": AT, "stage": "tendr"}]
    expected = BUYER + NEAR.format("tender")
    assert problem({"buyer_stage_changes": rows}, EIGHT_STEPS) == Problem(
        "buyer_stage_changes[0].stage", expected, "'tendr'", "correct the code"
    )


def test_a_playbook_may_know_no_codes_of_a_kind() -> None:
    rows = [{"at": AT, "stage": "tender"}]
    expected = "a buyer's stage of the playbook: it has none"
    assert problem({"buyer_stage_changes": rows}, BIG_PROJECT).expected == expected


@pytest.mark.parametrize(
    ("attributes", "key", "expected", "found"),
    [
        (
            {"siz": 3},
            "attributes.siz",
            "an attribute that the model knows: size, segment (did you mean 'size'?)",
            "an unknown attribute",
        ),
        ({"size": "large"}, "attributes.size", "a number", "'large'"),
        ({"segment": 3}, "attributes.segment", "text", "3.0"),
    ],
)
def test_attributes_are_those_that_the_model_knows(
    attributes: dict[str, Any], key: str, expected: str, found: str
) -> None:
    refused = problem({"attributes": attributes})
    assert (refused.key, refused.expected, refused.found) == (key, expected, found)
    assert problem({"opportunities": [attributes]}) == refused


def test_a_model_may_know_no_attributes() -> None:
    with pytest.raises(
        InvalidDocument, match="an attribute that the model knows: it has none, found an unknown"
    ):
        read_document({"attributes": {"size": 3}}, GRADES)


@pytest.mark.parametrize(
    ("data", "key", "expected", "found"),
    [
        ({"amount": math.nan}, "amount", "a finite number", "nan"),
        ({"amount": math.inf}, "amount", "a finite number", "inf"),
        ({"amount": -math.inf}, "amount", "a finite number", "-inf"),
        ({"amount": -1}, "amount", "greater than or equal to 0", "-1"),
        ({"amount": 1e16}, "amount", "less than or equal to 1000000000000000", "1e+16"),
        ({"amount": "much"}, "amount", "a valid number, unable to parse string as a number", "'much'"),
        ({"amounts": [{"at": AT, "amount": math.nan}]}, "amounts[0].amount", "a finite number", "nan"),
        ({"attributes": {"size": math.nan}}, "attributes.size", "a finite number or a valid string", "nan"),
        ({"attributes": {"size": math.inf}}, "attributes.size", "a finite number or a valid string", "inf"),
        (
            {"key_persons": [{"role": "coach", "influence": 0}]},
            "key_persons[0].influence",
            "greater than 0",
            "0",
        ),
        ({"created_at": 20260331}, "created_at", A_TIME, "20260331"),
        ({"created_at": 1774915200.0}, "created_at", A_TIME, "1774915200.0"),
        ({"as_of": "soon"}, "as_of", A_TIME, "'soon'"),
        ({"as_of": None}, "as_of", A_TIME, "None"),
        ({"last_contact_at": "20260331"}, "last_contact_at", A_TIME, "'20260331'"),
        ({"risk_scores": {"fit": 3}}, "risk_scores.fit", "less than or equal to 2", "3"),
        ({"risk_scores": {"fit": -1}}, "risk_scores.fit", "greater than or equal to 0", "-1"),
        ({"risk_scores": [2]}, "risk_scores", "a valid dictionary", "[2]"),
        (
            {"assessments": [{"at": AT, "item": "fit", "score": 3}]},
            "assessments[0].score",
            "less than or equal to 2",
            "3",
        ),
        ({"competitor_count": -1}, "competitor_count", "greater than or equal to 0", "-1"),
        ({"competitor_count": 1001}, "competitor_count", "less than or equal to 1000", "1001"),
        (
            {"track_records": {"team": {"won": -1}}},
            "track_records.team.won",
            "greater than or equal to 0",
            "-1",
        ),
        (
            {"activities": [{"at": AT, "kind": "lunch"}]},
            "activities[0].kind",
            either(ACTIVITY_KINDS),
            "'lunch'",
        ),
        ({"key_persons": [{"role": "boss"}]}, "key_persons[0].role", either(ROLES), "'boss'"),
        ({"stage": ""}, "stage", "at least 1 character", "''"),
        ({"team": 7}, "team", "a valid string", "7"),
        ({"closed_at": AT}, "closed_at", "nothing, as only an open opportunity is scored", "'2026-03-31'"),
        ({"outcome": "won"}, "outcome", "nothing, as only an open opportunity is scored", "'won'"),
        ({"opportunities": []}, "opportunities", "a list with one row, the opportunity to score", "[]"),
        (
            {"opportunities": [{}, {}]},
            "opportunities",
            "a list with one row, the opportunity to score",
            "[{}, {}]",
        ),
        ({"opportunities": {}}, "opportunities", "a list with one row, the opportunity to score", "{}"),
        (
            {"opportunities": [{"team": "south"}], "team": "north"},
            "team",
            "a place at the top level or in opportunities",
            "both",
        ),
        (
            {"opportunities": [{"size": 3, "team": "south"}], "attributes": {"size": 4}, "team": "north"},
            "team, attributes.size",
            "a place at the top level or in opportunities",
            "both",
        ),
    ],
)
def test_a_wrong_value_is_named_with_what_was_expected(
    data: dict[str, Any], key: str, expected: str, found: str
) -> None:
    refused = problem(data)
    assert (refused.key, refused.expected, refused.found) == (key, expected, found)


def test_an_unknown_field_is_pointed_to_the_nearest() -> None:
    refused = problem({"competitor_cuont": 2})
    assert refused.key == "competitor_cuont"
    assert refused.expected.endswith(NEAR.format("competitor_count"))
    assert refused.found == "an unknown key"


def test_everything_that_is_wrong_is_listed() -> None:
    wrong = {
        "created_at": LATER,
        "stage": "intent",
        "stage_changes": [],
        "risk_scores": {"weather": 1},
        "attributes": {"height": 3},
    }
    assert [refused.key for refused in problems(wrong)] == [
        "created_at",
        "stage",
        "risk_scores.weather",
        "attributes.height",
    ]
    malformed = {"amount": -1, "created_at": "soon", "stage": 7, "weather": "fine"}
    assert {refused.key for refused in problems(malformed)} == set(malformed)


def test_what_is_wrong_by_the_thousand_is_not_all_listed() -> None:
    rows = [{"at": LATER, "amount": 1}] * 1000
    assert len(problems({"amounts": rows})) == MOST_PROBLEMS
    assert len(problems({"amounts": [{"at": "soon"}] * 1000})) == MOST_PROBLEMS


def test_a_malformed_document_keeps_its_cause() -> None:
    with pytest.raises(InvalidDocument) as refused:
        read_document({"amount": -1}, GRADES)
    assert refused.value.__cause__ is not None


def test_a_document_already_read_is_checked_too() -> None:
    document = Document.model_validate({"as_of": AT, "created_at": LATER})
    with pytest.raises(InvalidDocument, match="created_at: expected a time not after as_of"):
        check_document(document, GRADES)
    with pytest.raises(InvalidDocument, match="created_at: expected a time not after as_of"):
        read_document(document, GRADES)
    good = Document.model_validate({"as_of": AT, "created_at": AT})
    assert read_document(good, GRADES) is good


def test_unknown_stages_are_listed_once_and_not_refused() -> None:
    rows = [{"at": AT, "stage": stage} for stage in ("verbal", "intent", "handshake", "verbal")]
    assert unknown_stages(read_document({"as_of": AT, "stage_changes": rows}, GRADES), GRADES) == [
        "verbal",
        "handshake",
    ]
    assert unknown_stages(read_document({"stage": "verbal"}, GRADES), GRADES) == ["verbal"]
    assert unknown_stages(read_document({"stage": "intent"}, GRADES), GRADES) == []
    assert unknown_stages(read_document({}, GRADES), GRADES) == []
