from __future__ import annotations

import math
from typing import Any

import pytest
from small import AT, BIG_PROJECT, EIGHT_STEPS, GRADES

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
from winprob.features.history import Attribute
from winprob.features.input_format import InputFormat
from winprob.features.playbook import Playbook
from winprob.features.problem import Problem

ATTRIBUTES = [Attribute("size", "number"), Attribute("segment", "category")]
LATER = "2026-04-01"
BY_THEN = "a time not after as_of (2026-03-31T00:00:00+00:00)"
SEND_BY_THEN = "send what is recorded by as_of, and a planned contact as next_at"
NO_ZONE = "it says no time zone and was read as UTC"
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


def test_days_and_times_without_a_zone_are_of_the_companys() -> None:
    shanghai = GRADES.model_copy(update={"calendar": Calendar(time_zone="Asia/Shanghai")})
    read = read_document({"as_of": "2026-03-31", "created_at": "2026-03-31T08:00"}, shanghai)
    assert str(read.as_of) == "2026-03-31 15:59:59.999999+00:00"
    assert str(read.created_at) == "2026-03-31 00:00:00+00:00"


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


def test_a_risk_item_under_its_code_and_under_its_name_is_one_too_many() -> None:
    item = GRADES.risk_items[0]
    refused = problem({"risk_scores": {item.code: 2, item.name.zh: 0}})
    assert (refused.key, refused.expected) == ("risk_scores", "each risk item once")
    assert refused.remedy == "leave out the code or the name"


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


@pytest.mark.parametrize(
    "data", [{"closed_at": AT}, {"outcome": "won"}, {"opportunities": [{"closed_at": AT, "outcome": "lost"}]}]
)
def test_a_closed_opportunity_is_told_apart_from_a_document_with_faults(data: dict[str, Any]) -> None:
    with pytest.raises(ClosedOpportunity, match="expected nothing, as only an open opportunity is scored"):
        read_document({"as_of": AT, **data}, GRADES)
    with pytest.raises(InvalidDocument) as refused:
        read_document({"as_of": AT, "amount": -1}, GRADES)
    assert not isinstance(refused.value, ClosedOpportunity)


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
