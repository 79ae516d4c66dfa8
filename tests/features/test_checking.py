from __future__ import annotations

import math
from typing import Any

import pytest
from refusals import ATTRIBUTES, LATER, problem, problems
from small import AT, EIGHT_STEPS, GRADES

from winprob.features.calendar import Calendar
from winprob.features.checking import (
    MOST_PROBLEMS,
    ClosedOpportunity,
    InvalidDocument,
    read_document,
    unknown_stages,
)
from winprob.features.contract import ACTIVITY_KINDS, ROLES
from winprob.features.document import Document
from winprob.features.input_format import InputFormat

A_TIME = "a time such as 2026-03-31 or 2026-03-31T08:00:00+08:00"


def either(values: tuple[str, ...]) -> str:
    *first, last = [repr(value) for value in values]
    return f"{', '.join(first)} or {last}"


def test_days_and_times_without_a_zone_are_of_the_companys() -> None:
    shanghai = GRADES.model_copy(update={"calendar": Calendar(time_zone="Asia/Shanghai")})
    read = read_document({"as_of": "2026-03-31", "created_at": "2026-03-31T08:00"}, shanghai)
    assert str(read.as_of) == "2026-03-31 15:59:59.999999+00:00"
    assert str(read.created_at) == "2026-03-31 00:00:00+00:00"


@pytest.mark.parametrize(
    "data", [{"closed_at": AT}, {"outcome": "won"}, {"opportunities": [{"closed_at": AT, "outcome": "lost"}]}]
)
def test_a_closed_opportunity_is_told_apart_from_a_document_with_faults(data: dict[str, Any]) -> None:
    with pytest.raises(ClosedOpportunity, match="expected nothing, as only an open opportunity is scored"):
        read_document({"as_of": AT, **data}, GRADES)
    with pytest.raises(InvalidDocument) as refused:
        read_document({"as_of": AT, "amount": -1}, GRADES)
    assert not isinstance(refused.value, ClosedOpportunity)


def test_a_company_says_how_it_writes_values() -> None:
    ours = InputFormat(missing=("?",), decimal=",", currencies={"RMB": "CNY"})
    playbook = GRADES.model_copy(update={"input": ours})
    data = {
        "amount": "1.234,5",
        "team": "?",
        "region": "NULL",
        "currency": "RMB",
        "attributes": {"size": "2,5"},
    }
    read = read_document({"as_of": AT, **data}, playbook, ATTRIBUTES)
    assert (read.amount, read.team, read.region, read.currency) == (1234.5, None, "NULL", "CNY")
    assert read.attributes == {"size": 2.5}
    assert read_document({"currency": "EUR"}, playbook).currency == "EUR"


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
        ({"size": True}, "attributes.size", "a number", "True"),
        ({"size": "true"}, "attributes.size", "a number", "'true'"),
        ({"size": "1_000"}, "attributes.size", "a number", "'1_000'"),
        ({"size": "170.000"}, "attributes.size", "a number whose decimal mark is certain", "'170.000'"),
        ({"size": [1]}, "attributes.size", "a number", "[1]"),
        ({"size": math.inf}, "attributes.size", "a finite number", "inf"),
        ({"size": "-inf"}, "attributes.size", "a finite number", "'-inf'"),
        ({"size": "1e999"}, "attributes.size", "a finite number", "'1e999'"),
        ({"segment": {"a": 1}}, "attributes.segment", "a text", "{'a': 1}"),
    ],
)
def test_attributes_are_those_that_the_model_knows(
    attributes: dict[str, Any], key: str, expected: str, found: str
) -> None:
    refused = problem({"attributes": attributes})
    assert (refused.key, refused.expected, refused.found) == (key, expected, found)
    assert problem({"opportunities": [attributes]}) == refused


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ({"size": "12.5"}, {"size": 12.5}),
        ({"size": 12}, {"size": 12.0}),
        ({"size": "NULL", "segment": ""}, {"size": None, "segment": None}),
        ({"size": math.nan}, {"size": None}),
        ({"segment": True}, {"segment": "true"}),
        ({"segment": "TRUE"}, {"segment": "true"}),
        ({"segment": 3}, {"segment": "3"}),
        ({"segment": 3.0}, {"segment": "3"}),
        ({"segment": "3.0"}, {"segment": "3.0"}),
    ],
)
def test_attributes_are_read_as_the_columns_of_files(sent: dict[str, Any], read: dict[str, Any]) -> None:
    assert read_document({"as_of": AT, "attributes": sent}, GRADES, ATTRIBUTES).attributes == read
    assert read_document({"as_of": AT, "opportunities": [sent]}, GRADES, ATTRIBUTES).attributes == read


def test_a_model_may_know_no_attributes() -> None:
    with pytest.raises(
        InvalidDocument, match="an attribute that the model knows: it has none, found an unknown"
    ):
        read_document({"attributes": {"size": 3}}, GRADES)


@pytest.mark.parametrize(
    ("data", "key", "expected", "found"),
    [
        ({"amount": "inf"}, "amount", "a finite number", "inf"),
        ({"amount": math.inf}, "amount", "a finite number", "inf"),
        ({"amount": -math.inf}, "amount", "a finite number", "-inf"),
        ({"amount": -1}, "amount", "greater than or equal to 0", "-1.0"),
        ({"amount": 1e16}, "amount", "less than or equal to 1000000000000000", "1e+16"),
        ({"amount": "much"}, "amount", "a number", "'much'"),
        ({"amount": True}, "amount", "a number", "True"),
        ({"amount": "true"}, "amount", "a number", "'true'"),
        ({"amount": "1_000"}, "amount", "a number", "'1_000'"),
        ({"amount": "1,5"}, "amount", "a number", "'1,5'"),
        ({"amount": "170.000"}, "amount", "a number whose decimal mark is certain", "'170.000'"),
        ({"amount": [1]}, "amount", "a number", "[1]"),
        ({"amounts": [{"at": AT, "amount": math.nan}]}, "amounts[0].amount", "a value", "nan"),
        ({"amounts": [{"at": AT, "amount": "NULL"}]}, "amounts[0].amount", "a value", "'NULL'"),
        ({"competitor_count": True}, "competitor_count", "a number", "True"),
        ({"competitor_count": 1.5}, "competitor_count", "a whole number", "1.5"),
        ({"competitor_count": "inf"}, "competitor_count", "a whole number", "'inf'"),
        ({"risk_scores": {"fit": True}}, "risk_scores.fit", "a number", "True"),
        ({"activities": [{"at": AT, "effective": 1}]}, "activities[0].effective", "true or false", "1"),
        (
            {"activities": [{"at": AT, "effective": "yes"}]},
            "activities[0].effective",
            "true or false",
            "'yes'",
        ),
        ({"customer_id": 12.0}, "customer_id", "an id as text or as a whole number", "12.0"),
        ({"customer_id": True}, "customer_id", "an id as text or as a whole number", "True"),
        (
            {"key_persons": [{"role": "coach", "influence": 0}]},
            "key_persons[0].influence",
            "greater than 0",
            "0.0",
        ),
        ({"created_at": 20260331}, "created_at", A_TIME, "20260331"),
        ({"created_at": 1774915200.0}, "created_at", A_TIME, "1774915200.0"),
        ({"as_of": "soon"}, "as_of", A_TIME, "'soon'"),
        ({"last_contact_at": "31.3.2026"}, "last_contact_at", A_TIME, "'31.3.2026'"),
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
        ({"team": []}, "team", "a text", "[]"),
        ({"closed_at": AT}, "closed_at", "nothing, as only an open opportunity is scored", repr(AT)),
        ({"outcome": "won"}, "outcome", "nothing, as only an open opportunity is scored", "'won'"),
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
    assert refused.expected.endswith(" (did you mean 'competitor_count'?)")
    assert refused.found == "an unknown key"


def test_everything_that_is_wrong_is_listed() -> None:
    """Malformed fields, attributes, codes and contradictions in one answer."""
    wrong = {
        "created_at": LATER,
        "amount": -1,
        "weather": "fine",
        "stage_changes": [],
        "risk_scores": {"weather": 1},
        "attributes": {"height": 3, "size": "large"},
        "competitor_count": 2,
        "competitors": [],
    }
    assert [refused.key for refused in problems(wrong)] == [
        "created_at",
        "amount",
        "risk_scores.weather",
        "weather",
        "attributes.height",
        "attributes.size",
        "competitor_count",
    ]
    malformed = {"amount": -1, "created_at": "soon", "stage": 7, "weather": "fine"}
    assert {refused.key for refused in problems(malformed)} == set(malformed)


def test_everything_wrong_with_the_attributes_is_listed_beside_the_rest() -> None:
    wrong = {"opportunities": [{"team": [], "size": [1], "height": 3, "segment": {}}]}
    assert [refused.key for refused in problems(wrong)] == [
        "team",
        "attributes.size",
        "attributes.height",
        "attributes.segment",
    ]


def test_what_is_wrong_by_the_thousand_is_not_all_listed() -> None:
    rows = [{"at": LATER, "amount": 1}] * 1000
    assert len(problems({"amounts": rows})) == MOST_PROBLEMS
    assert len(problems({"amounts": [{"at": "soon"}] * 1000})) == MOST_PROBLEMS


@pytest.mark.parametrize("data", [None, [], 16, "text", True])
def test_what_is_no_document_is_refused_as_one(data: Any) -> None:
    with pytest.raises(InvalidDocument, match=r"^document: expected a valid dictionary, found "):
        read_document(data, GRADES)


def test_a_malformed_document_keeps_its_cause() -> None:
    with pytest.raises(InvalidDocument) as refused:
        read_document({"amount": -1}, GRADES)
    assert refused.value.__cause__ is not None


def test_a_document_already_read_is_checked_too() -> None:
    document = Document.model_validate({"as_of": AT, "created_at": LATER})
    with pytest.raises(InvalidDocument, match="created_at: expected a time not after as_of"):
        read_document(document, GRADES)
    good = Document.model_validate({"as_of": AT, "created_at": AT})
    assert read_document(good, GRADES) == good


def test_unknown_stages_are_accepted_where_they_may_count_as_not_recorded() -> None:
    rows = [{"at": AT, "stage": stage} for stage in ("verbal", "intent", "handshake", "verbal")]

    def listed(**fields: Any) -> list[str]:
        return unknown_stages(read_document({"as_of": AT, **fields}, GRADES, unknown_stages=True), GRADES)

    assert listed(stage_changes=rows) == ["verbal", "handshake"]
    assert listed(stage="verbal") == ["verbal"]
    assert listed(stage="intent") == listed(stage="意向客户") == listed() == []


def test_only_stages_of_the_seller_may_be_unknown() -> None:
    rows = [{"at": AT, "stage": "tendr"}]
    with pytest.raises(InvalidDocument, match=r"buyer_stage_changes\[0\].stage: expected one of"):
        read_document({"as_of": AT, "buyer_stage_changes": rows}, EIGHT_STEPS, unknown_stages=True)


def test_an_outcome_that_is_none_closes_nothing() -> None:
    with pytest.raises(
        InvalidDocument, match="outcome: expected nothing, or won or lost, found 'open'"
    ) as caught:
        read_document({"as_of": AT, "stage": "intent", "outcome": "open"}, GRADES)
    assert not isinstance(caught.value, ClosedOpportunity)
