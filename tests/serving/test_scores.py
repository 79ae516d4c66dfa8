"""Scores over real HTTP."""

import json
import threading
from typing import Any

import httpx
import pytest
from servers import problem

from serving.answer import Answer
from serving.desk import Desk
from serving.example import example
from serving.request import MOST_DOCUMENTS
from serving.scores import BATCH_BYTES

SENT = {"opportunity_id": "A-1", "as_of": "2026-03-31", "stage": "intent", "competitor_count": 2}


def test_a_score_is_the_desks_answer_in_full_precision(client: httpx.Client, desk: Desk) -> None:
    answer = client.post("/v1/score", json=SENT)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    expected = json.loads(desk.score(SENT, "en").model_dump_json())
    found = answer.json()
    assert found["model"].pop("version") != expected["model"].pop("version")
    assert found == expected


@pytest.mark.parametrize(
    ("accept", "field", "language"),
    [("zh-CN,zh;q=0.9", None, "zh"), ("de", None, "en"), ("zh", "en", "en"), ("en", "zh", "zh")],
)
def test_the_language_is_that_of_the_document_or_the_header(
    client: httpx.Client, accept: str, field: str | None, language: str
) -> None:
    sent = SENT | ({"language": field} if field else {})
    answer = client.post("/v1/score", json=sent, headers={"accept-language": accept})
    assert (answer.headers["content-language"], answer.json()["language"]) == (language, language)
    assert answer.headers["vary"] == "Accept-Language"


def test_a_batch_has_answers_and_problems_in_order(client: httpx.Client) -> None:
    bad = SENT | {"amount": -1}
    answer = client.post("/v1/score/batch", json={"documents": [SENT, bad, SENT | {"language": "zh"}]})
    assert answer.status_code == 200
    assert answer.headers["content-language"] == "en, zh"
    first, second, third = answer.json()["results"]
    assert (first["index"], second["index"], third["index"]) == (0, 1, 2)
    assert first["answer"] == client.post("/v1/score", json=SENT).json()
    assert third["answer"] == client.post("/v1/score", json=SENT | {"language": "zh"}).json()
    alone = client.post("/v1/score", json=bad).json()
    assert second["problem"] == alone | {"instance": "/v1/score/batch#/documents/1"}


def test_a_batch_of_nothing_is_answered_with_nothing(client: httpx.Client) -> None:
    answer = client.post("/v1/score/batch", json={"documents": []}, headers={"accept-language": "zh"})
    assert (answer.status_code, answer.json()) == (200, {"results": []})
    assert answer.headers["content-language"] == "zh"


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"documents": [{}] * (MOST_DOCUMENTS + 1)}, 422, "documents"),
        ({"documents": None}, 422, "documents"),
        ({"document": []}, 422, "documents"),
        ([], 422, "document"),
    ],
)
def test_a_batch_that_is_none_is_refused(client: httpx.Client, body: Any, status: int, field: str) -> None:
    answer = client.post("/v1/score/batch", json=body)
    assert answer.status_code == status
    assert answer.json()["type"] == "urn:problem-type:winprob:invalid-batch"
    assert answer.json()["errors"][0]["field"] == field


def test_a_batch_has_a_limit_in_bytes(client: httpx.Client) -> None:
    content = b"{}".ljust(BATCH_BYTES + 1)
    answer = client.post("/v1/score/batch", content=content, headers={"content-type": "application/json"})
    assert answer.status_code == 413
    assert answer.json()["errors"][0]["expected"] == f"at most {BATCH_BYTES} bytes"


def test_the_largest_batch_is_scored_while_others_are_answered(client: httpx.Client, desk: Desk) -> None:
    one = example(desk.served.bundle.playbook)
    answers: list[httpx.Response] = []

    def send() -> None:
        answers.append(client.post("/v1/score/batch", json={"documents": [one] * MOST_DOCUMENTS}))

    batch = threading.Thread(target=send)
    batch.start()
    beside = [httpx.get(client.base_url.join("/healthz"), timeout=60).status_code for _ in range(3)]
    score = httpx.post(client.base_url.join("/v1/score"), json=one, timeout=60)
    before = len(answers)
    batch.join()
    assert (beside, score.status_code, before) == ([200] * 3, 200, 0)
    results = answers[0].json()["results"]
    assert len(results) == MOST_DOCUMENTS
    assert all(result["answer"] == score.json() for result in results)


def test_an_answer_fits_its_description(client: httpx.Client) -> None:
    assert Answer.model_validate_json(client.post("/v1/score", json=SENT).content).opportunity_id == "A-1"


@pytest.mark.parametrize("path", ["/v1/score", "/v1/score/batch"])
@pytest.mark.parametrize(
    ("query", "field", "expected"),
    [
        ("unknown=maybe", "unknown", "'refuse' or 'accept'"),
        ("unknown=", "unknown", "'refuse' or 'accept'"),
        ("unknown=accept&unknown=accept", "unknown", "one value"),
        ("unknwon=accept", "unknwon", "one of the keys unknown (did you mean 'unknown'?)"),
    ],
)
def test_a_bad_query_is_named(client: httpx.Client, path: str, query: str, field: str, expected: str) -> None:
    answer = client.post(
        f"{path}?{query}", json={"documents": []} if "batch" in path else {"stage": "target"}
    )
    [error] = problem(answer, 422, "invalid-query")["errors"]
    assert (error["field"], error["expected"]) == (field, expected)
