"""Documents over HTTP: values are written as in files, and what is wrong is refused with a remedy."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from bundles import trained_bundle
from servers import problem

from winprob.features.calendar import Calendar
from winprob.features.checking import InvalidDocument
from winprob.serving.load.served_model import ServedModel
from winprob.serving.scores.scorer import Scorer

AS_OF = "2026-03-31T23:59:59.999999Z"
BASE = {"as_of": AS_OF, "stage": "intent"}


def activity(**row: Any) -> dict[str, Any]:
    return {"activities": [{"at": "2026-03-01", **row}]}


def left(at: str) -> dict[str, Any]:
    return {"competitors": [{"competitor": "Acme", "entered_at": "2026-03-01", "left_at": at}]}


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ({"amount": "380000"}, {"amount": 380_000}),
        ({"amount": "3.8e5"}, {"amount": 380_000}),
        ({"amount": ""}, {}),
        ({"amount": "NULL"}, {}),
        ({"amount": None, "expected_close": "\\N", "team": "n/a"}, {}),
        ({"attributes": {"employees": "-"}}, {"attributes": {"employees": None}}),
        (
            {"attributes": {"employees": "12", "company_size": 5}},
            {"attributes": {"employees": 12, "company_size": "5"}},
        ),
        (
            {"opportunities": [{"team": "north", "employees": "12"}]},
            {"team": "north", "attributes": {"employees": 12}},
        ),
        ({"competitor_count": "2"}, {"competitor_count": 2}),
        ({"competitor_count": 2.0}, {"competitor_count": 2}),
        ({"risk_scores": {"budget": "1", "fit": 2.0}}, {"risk_scores": {"budget": 1, "fit": 2}}),
        ({"opportunity_id": 17, "customer_id": 18}, {"opportunity_id": "17", "customer_id": "18"}),
        ({"opportunity_id": ""}, {}),
        ({"stage": "意向客户"}, {}),
        ({"stage": "Intent"}, {}),
        (activity(effective="TRUE"), activity(effective=True)),
        (activity(kind=""), activity()),
        ({"last_contact_at": "2026-03-01"}, {"last_contact_at": "2026-03-01T00:00:00Z"}),
        ({"last_contact_at": "20260301"}, {"last_contact_at": "2026-03-01T00:00:00Z"}),
        ({"last_contact_at": "2026-03-01 08:15"}, {"last_contact_at": "2026-03-01T08:15:00Z"}),
        ({"last_contact_at": "2026-03-01T08:15+08"}, {"last_contact_at": "2026-03-01T00:15:00Z"}),
        ({"last_contact_at": "20260301T081500.0000009Z"}, {"last_contact_at": "2026-03-01T08:15:00Z"}),
        ({"as_of": "2026-03-31"}, {}),
        ({"as_of": "20260331"}, {}),
        (left("2026-03-30"), left("2026-03-30T23:59:59.999999Z")),
        (left("2026-03-31"), left(AS_OF)),
        (left(""), left("NULL")),
        ({"win_by": ["20260630"]}, {"win_by": ["2026-06-30"]}),
    ],
)
def test_values_are_written_as_in_files(
    client: httpx.Client, written: dict[str, Any], plain: dict[str, Any]
) -> None:
    found, expected = (client.post("/v1/score", json=BASE | sent) for sent in (written, plain))
    assert (found.status_code, expected.status_code) == (200, 200), found.text
    assert found.json() == expected.json()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_code_may_be_sent_as_its_name(client: httpx.Client, language: str) -> None:
    playbook = trained_bundle().playbook

    def name(part: Any) -> str:
        return part.name.zh if language == "zh" else part.name.en

    def sent(code_of: Any) -> dict[str, Any]:
        points = [point for stage in playbook.stages for point in stage.checkpoints]
        return {
            "as_of": AS_OF,
            "stage_changes": [{"at": "2026-03-01", "stage": code_of(stage)} for stage in playbook.stages],
            "risk_scores": {code_of(item): 1 for item in playbook.risk_items},
            "checkpoints": [{"at": "2026-03-01", "checkpoint": code_of(point)} for point in points],
        }

    named, coded = (client.post("/v1/score", json=sent(how)) for how in (name, lambda part: part.code))
    assert named.status_code == 200, named.text
    assert named.json() == coded.json()


def test_a_clock_may_be_two_minutes_fast(client: httpx.Client) -> None:
    def contacted(at: str) -> httpx.Response:
        return client.post("/v1/score", json={"as_of": "2026-03-31T08:00:00Z", "last_contact_at": at})

    now = contacted("2026-03-31T08:00:00Z")
    assert contacted("2026-03-31T08:02:00Z").json() == now.json()
    assert contacted("2026-03-31T16:02:00+08:00").json() == now.json()
    assert contacted("2026-03-31T07:58:00Z").json() != now.json()
    problem(contacted("2026-03-31T08:02:00.000001Z"), 422, "invalid-document")


def test_a_plan_may_lie_ahead(client: httpx.Client) -> None:
    plans = {"next_contact_at": "2027-01-01", "expected_close": "2027-01-01"}
    assert client.post("/v1/score", json=BASE | plans).status_code == 200


def test_days_are_those_of_the_company() -> None:
    shanghai = trained_bundle().playbook.model_copy(update={"calendar": Calendar(time_zone="Asia/Shanghai")})
    scorer = Scorer(ServedModel(replace(trained_bundle(), playbook=shanghai), "7"))
    read = scorer.read(
        {"as_of": "2026-03-31", "created_at": "2026-03-01", "expected_close": "2026-04-01 09:00"}
    )
    assert read.as_of == datetime(2026, 3, 31, 15, 59, 59, 999_999, UTC)
    assert read.created_at == datetime(2026, 2, 28, 16, tzinfo=UTC)
    assert read.expected_close == datetime(2026, 4, 1, 1, tzinfo=UTC)
    late = {"as_of": "2026-03-31T08:00", "activities": [{"at": "2026-03-31 09:00"}]}
    with pytest.raises(InvalidDocument, match="it says no time zone and was read as Asia/Shanghai"):
        scorer.read(late)
    late["activities"] = [{"at": "2026-03-31T09:00+08:00"}]
    with pytest.raises(InvalidDocument, match=r"and a planned contact as next_at$"):
        scorer.read(late)
    with pytest.raises(
        InvalidDocument, match=r"win_by\[0\]: expected a date not before as_of \(2026-04-01\)"
    ):
        scorer.read({"as_of": "2026-03-31T16:00Z", "stage": "intent", "win_by": ["2026-03-31"]})


CORRECT = "correct the value"
AS_TEXT = "export ids as text: as floating-point numbers they lose their last digits"
DECLARE = 'declare decimal = "." or "," in [input] of the playbook, or at the top of a mapping'
OUTCOME = "an outcome is no stage: put it into outcome and closed_at of opportunities, leave this out"
NAME = "correct the code, or use its name in the playbook"


@pytest.mark.parametrize(
    ("body", "field", "expected", "remedy"),
    [
        ({"amount": True}, "amount", "a number", CORRECT),
        ({"amount": "true"}, "amount", "a number", CORRECT),
        ({"amount": "1_000"}, "amount", "a number", CORRECT),
        ({"amount": "0x10"}, "amount", "a number", CORRECT),
        ({"amount": "1.234,50"}, "amount", "a number", DECLARE),
        ({"amount": "170.000"}, "amount", "a number whose decimal mark is certain", DECLARE),
        ({"amount": "inf"}, "amount", "a finite number", CORRECT),
        ({"competitor_count": True}, "competitor_count", "a number", CORRECT),
        ({"competitor_count": "1.5"}, "competitor_count", "a whole number", CORRECT),
        ({"risk_scores": {"budget": True}}, "risk_scores.budget", "a number", CORRECT),
        ({"attributes": {"employees": True}}, "attributes.employees", "a number", None),
        (
            {"key_persons": [{"role": "coach", "reached": 1}]},
            "key_persons[0].reached",
            "true or false",
            CORRECT,
        ),
        ({"opportunity_id": 17.0}, "opportunity_id", "an id as text or as a whole number", AS_TEXT),
        ({"opportunity_id": True}, "opportunity_id", "an id as text or as a whole number", AS_TEXT),
        ({"customer_id": 1e15}, "customer_id", "an id as text or as a whole number", AS_TEXT),
        ({"owner_id": False}, "owner_id", "an id as text or as a whole number", AS_TEXT),
        ({"stage": "won"}, "stage", None, OUTCOME),
        ({"stage": "Closed Won"}, "stage", None, OUTCOME),
        ({"stage": "closed_won"}, "stage", None, OUTCOME),
        ({"stage": "输单"}, "stage", None, OUTCOME),
        ({"stage": "intnt"}, "stage", None, NAME),
        ({"stage": "INTENT"}, "stage", None, NAME),
        ({"stage_changes": [{"at": "2026-01-01", "stage": ""}]}, "stage_changes[0].stage", "a value", None),
        ({"stage_changes": [{"at": "NULL", "stage": "intent"}]}, "stage_changes[0].at", "a value", None),
        ({"risk_scores": {"budgit": 1}}, "risk_scores.budgit", None, NAME),
        (
            {"checkpoints": [{"at": "2026-01-01", "checkpoint": "budget"}]},
            "checkpoints[0].checkpoint",
            None,
            NAME,
        ),
        ({"created_at": 20260331}, "created_at", None, CORRECT),
        ({"created_at": "31.03.2026"}, "created_at", None, CORRECT),
        ({"created_at": "2026-02-30"}, "created_at", None, CORRECT),
        ({"as_of": "10000-01-01"}, "as_of", None, CORRECT),
    ],
)
def test_what_is_not_of_its_kind_is_refused_with_a_remedy(
    client: httpx.Client, body: dict[str, object], field: str, expected: str | None, remedy: str | None
) -> None:
    found = problem(client.post("/v1/score", json=body), 422, "invalid-document")
    [error] = found["errors"]
    assert error["field"] == field
    assert expected is None or error["expected"] == expected
    assert remedy is None or error["remedy"] == remedy
    assert error["expected"]
    assert error["remedy"]


def test_an_unknown_stage_is_told_the_stages_there_are(client: httpx.Client) -> None:
    found = problem(client.post("/v1/score", json={"stage": "intnt"}), 422, "invalid-document")
    [error] = found["errors"]
    assert error["expected"] == (
        "one of target, qualified, shortlisted, intent, near_won (did you mean 'intent'?)"
    )
    assert error["found"] == "'intnt'"


def test_an_outcome_is_no_stage_even_where_unknown_stages_are_accepted(client: httpx.Client) -> None:
    answer = client.post("/v1/score", json={"stage": "won"}, params={"unknown": "accept"})
    [error] = problem(answer, 422, "invalid-document")["errors"]
    assert error["remedy"] == OUTCOME


def test_with_nothing_to_score_there_is_no_score(client: httpx.Client) -> None:
    [error] = problem(client.post("/v1/score", json={}), 422, "invalid-document")["errors"]
    assert (error["field"], error["found"]) == ("document", "nothing to score")
    assert error["remedy"] == "send at least its stage, such as 'target'"


@pytest.mark.parametrize(
    ("more", "fields"),
    [
        ({"outcome": "won"}, ["outcome"]),
        ({"closed_at": "2026-03-01"}, ["closed_at"]),
        ({"closed_at": "2026-03-01", "outcome": "lost", "amonut": 1}, ["closed_at", "outcome", "amonut"]),
        ({"opportunities": [{"outcome": "lost"}]}, ["outcome"]),
    ],
)
def test_a_closed_opportunity_is_not_scored(
    client: httpx.Client, more: dict[str, object], fields: list[str]
) -> None:
    body = {"stage": "intent"} | more
    alone = problem(client.post("/v1/score", json=body), 409, "closed-opportunity")
    assert [error["field"] for error in alone["errors"]] == fields
    assert alone["errors"][0]["expected"] == "nothing, as only an open opportunity is scored"
    assert alone["errors"][0]["remedy"] == "leave the opportunity out"
    batch = client.post("/v1/score/batch", json={"documents": [{"stage": "intent"}, body]})
    assert batch.status_code == 200
    scored, refused = batch.json()["results"]
    assert "answer" in scored
    assert refused["problem"] == alone | {"instance": "/v1/score/batch#/documents/1"}


def test_an_opportunity_without_outcome_is_open(client: httpx.Client) -> None:
    for nothing in (None, "", "NULL", "-"):
        body = {"stage": "intent", "closed_at": nothing, "outcome": nothing}
        assert client.post("/v1/score", json=body).status_code == 200


READ_AS_UTC = "; it says no time zone and was read as UTC"


@pytest.mark.parametrize(
    ("body", "field", "found", "zone"),
    [
        (
            {"activities": [{"at": "2026-03-31T08:02:01+08:00"}]},
            "activities[0].at",
            "'2026-03-31T08:02:01+08:00'",
            "",
        ),
        ({"activities": [{"at": "2026-03-31 08:00"}]}, "activities[0].at", "'2026-03-31 08:00'", READ_AS_UTC),
        ({"last_contact_at": "2026-04-01"}, "last_contact_at", "'2026-04-01'", READ_AS_UTC),
        ({"created_at": "9999-12-31T23:59:59Z"}, "created_at", "'9999-12-31T23:59:59Z'", ""),
        (
            {"competitors": [{"competitor": "Acme", "entered_at": "2026-03-01", "left_at": "2026-04-01"}]},
            "competitors[0].left_at",
            "'2026-04-01'",
            READ_AS_UTC,
        ),
        (
            {"key_persons": [{"role": "coach", "identified_at": "2026-04-01T00:00Z"}]},
            "key_persons[0].identified_at",
            "'2026-04-01T00:00Z'",
            "",
        ),
    ],
)
def test_what_lies_in_the_future_of_as_of_is_named(
    client: httpx.Client, body: dict[str, object], field: str, found: str, zone: str
) -> None:
    as_of = {"as_of": "2026-03-31T00:00:00Z"}
    [error] = problem(client.post("/v1/score", json=as_of | body), 422, "invalid-document")["errors"]
    assert error == {
        "field": field,
        "expected": "a time not after as_of (2026-03-31T00:00:00+00:00)",
        "found": found,
        "remedy": f"send what is recorded by as_of, and a planned contact as next_at{zone}",
    }
