"""Every error is a problem document (RFC 9457)."""

import json
import logging
import socket
import time
from pathlib import Path

import httpx
import pytest
from servers import problem, running, settle

from winprob.features.checking import MOST_PROBLEMS
from winprob.features.mistake import Mistake
from winprob.serving.scores.scorer import Scorer
from winprob.serving.settings import Settings
from winprob.serving.wire.problems import LONGEST_TEXT, describe

JSON = {"content-type": "application/json"}


def test_a_wrong_field_is_named_with_what_to_do(client: httpx.Client) -> None:
    found = problem(client.post("/v1/score", json={"amonut": 5}), 422, "invalid-document")
    [error] = found["errors"]
    assert error["field"] == "amonut"
    assert error["expected"].endswith("(did you mean 'amount'?)")
    assert (error["found"], error["remedy"]) == ("an unknown key", "rename or remove it")
    assert found["instance"] == "/v1/score"


def test_all_wrong_fields_are_named(client: httpx.Client) -> None:
    body = {"amount": -1, "as_of": "soon", "key_persons": [{"role": "boss"}]}
    found = problem(client.post("/v1/score", json=body), 422, "invalid-document")
    assert [error["field"] for error in found["errors"]] == ["as_of", "key_persons[0].role", "amount"]
    assert found["detail"].startswith("3 problems, all of them in errors, such as as_of: expected a time")


def test_codes_are_those_of_the_playbook(client: httpx.Client) -> None:
    body = {"risk_scores": {"budgit": 1}, "attributes": {"size": 3}}
    found = problem(client.post("/v1/score", json=body), 422, "invalid-document")
    assert [error["field"] for error in found["errors"]] == ["risk_scores.budgit", "attributes.size"]
    assert "(did you mean 'budget'?)" in found["errors"][0]["expected"]


def test_all_that_is_wrong_anywhere_is_named_in_one_answer(client: httpx.Client) -> None:
    body = {
        "amonut": 5,
        "amount": "1_000",
        "stage": "verbal",
        "stage_changes": [],
        "as_of": "2026-03-31",
        "last_contact_at": "2026-04-02",
        "attributes": {"size": 1, "employees": "many"},
        "risk_scores": {"budget": 3},
        "activities": [{"at": "yesterday", "effective": 1}, {"kind": "lunch"}],
        "competitor_count": 1.5,
        "competitors": [],
        "win_by": ["2026-03-30"],
    }
    found = problem(client.post("/v1/score", json=body), 422, "invalid-document")
    assert {error["field"] for error in found["errors"]} == {
        "amonut",
        "amount",
        "stage",
        "last_contact_at",
        "attributes.size",
        "attributes.employees",
        "risk_scores.budget",
        "activities[0].at",
        "activities[0].effective",
        "activities[1].at",
        "activities[1].kind",
        "competitor_count",
        "win_by[0]",
    }


def test_what_contradicts_itself_is_named_beside_what_is_wrong(client: httpx.Client) -> None:
    body = {"team": ["north"], "stage": "intent", "stage_changes": []}
    found = problem(client.post("/v1/score", json=body), 422, "invalid-document")
    assert [error["field"] for error in found["errors"]] == ["team", "stage"]


@pytest.mark.parametrize(
    ("number", "field"),
    [('{"amount": 1e999}', "amount"), ('{"risk_scores": {"budget": 1e999}}', "risk_scores.budget")],
)
def test_a_number_beyond_all_numbers_is_named(client: httpx.Client, number: str, field: str) -> None:
    found = problem(client.post("/v1/score", content=number, headers=JSON), 422, "invalid-document")
    assert [error["field"] for error in found["errors"]] == [field]


@pytest.mark.parametrize("body", ["[]", "3", '"text"', "null"])
def test_what_is_no_object_is_no_document(client: httpx.Client, body: str) -> None:
    found = problem(client.post("/v1/score", content=body, headers=JSON), 422, "invalid-document")
    assert found["errors"][0]["field"] == "document"
    assert found["errors"][0]["expected"] == "a valid dictionary"


def test_broken_json_is_told_its_place(client: httpx.Client) -> None:
    found = problem(client.post("/v1/score", content=b'{"a":', headers=JSON), 400, "invalid-json")
    assert "EOF while parsing a value at line 1 column 5" in found["detail"]


def test_many_problems_are_cut_and_told_so(client: httpx.Client) -> None:
    body = {f"unknown{number}": 1 for number in range(20_000)}
    start = time.monotonic()
    found = problem(client.post("/v1/score", json=body), 422, "invalid-document")
    assert time.monotonic() - start < 5
    assert len(found["errors"]) == MOST_PROBLEMS
    assert found["detail"].startswith("100 problems, the first of them in errors, such as unknown0: ")


def test_a_long_name_is_cut(client: httpx.Client) -> None:
    found = problem(client.post("/v1/score", json={"x" * 500_000: 1}), 422, "invalid-document")
    assert found["errors"][0]["field"] == "x" * LONGEST_TEXT + "…"
    assert len(json.dumps(found)) < 5 * LONGEST_TEXT


@pytest.mark.parametrize(
    ("path", "shown"),
    [("/v2/score", "/v2/score"), ("/%ff%00", "/\ufffd\0"), ("/" + "a" * 5000, "/" + "a" * 900)],
)
def test_an_address_without_anything(client: httpx.Client, path: str, shown: str) -> None:
    found = problem(client.get(path), 404, "not-found")
    assert f"GET {shown}" in found["detail"]
    assert found["instance"].startswith(shown)
    assert len(found["instance"]) <= LONGEST_TEXT + 1


def test_a_method_that_is_not_taken(client: httpx.Client) -> None:
    answer = client.delete("/v1/score")
    problem(answer, 405, "method-not-allowed")
    assert answer.headers["allow"] == "POST"


def test_an_unexpected_error_is_told_without_its_insides_and_logged(
    bundle_folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with running(Settings(model=str(bundle_folder))) as client:
        settle(client, 200)

        def broken(*_: object) -> None:
            raise ZeroDivisionError("a secret inside")

        monkeypatch.setattr(Scorer, "score", broken)
        with caplog.at_level(logging.ERROR, "winprob.serving.wire.problems"):
            found = problem(client.post("/v1/score", json={"stage": "intent"}), 500, "unexpected")
        assert "secret" not in json.dumps(found)
        [record] = [record for record in caplog.records if record.name == "winprob.serving.wire.problems"]
        assert str(found["instance"]) in record.getMessage()
        assert record.exc_info is not None
        assert "a secret inside" in str(record.exc_info[1])
        assert httpx.get(client.base_url.join("/healthz")).status_code == 200


def test_any_other_mistake_of_a_user_is_told_as_it_is() -> None:
    class Other(Mistake):
        """A kind that nobody has heard of."""

    for error in (Mistake("group: expected another"), Other("group: expected another")):
        found = describe(error, "/v1/forecast")
        assert (found.status, found.detail, found.type.rpartition(":")[2]) == (
            422,
            "group: expected another",
            "mistake",
        )


def test_a_client_that_goes_away_is_no_error_of_ours(
    client: httpx.Client, caplog: pytest.LogCaptureFixture
) -> None:
    with socket.create_connection((client.base_url.host, client.base_url.port or 0)) as connection:
        head = b"POST /v1/score HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
        connection.sendall(head + b'content-length: 100\r\n\r\n{"amount"')
    assert client.get("/healthz").status_code == 200
    time.sleep(0.1)
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]
