"""Whatever is sent: an answer that adds up or a clear refusal, and never a server error."""

import copy
import json
import math
from typing import Any

import httpx
from hypothesis import given, settings
from hypothesis import strategies as st

from winprob.features.document import Document
from winprob.features.playbook import load_playbook
from winprob.serving.scores.example import example
from winprob.serving.wire.problems import ProblemDocument

HEADERS = {"content-type": "application/json"}

# Lone surrogates, NaN and infinities are written as Python writes them.
TEXT = st.text(max_size=20) | st.sampled_from(
    ["\ud800", "\0", "nan", "2026-03-31", "9999-12-31T23:59:59-12:00"]
)
FIELDS = st.sampled_from([*Document.model_fields, "at", "opportunities", "documents", "language"])
ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([10**400, -(10**30), 2**63, -1])
    | st.floats()
    | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT | FIELDS, inner, max_size=4),
    max_leaves=12,
)


FULL: dict[str, Any] = example(load_playbook()) | {
    "stage": None,
    "amount": None,
    "competitor_count": None,
    "risk_scores": None,
    "last_contact_at": None,
    "next_contact_at": None,
    "expected_close": None,
    "attributes": {"employees": 12},
    "stage_changes": [{"at": "2026-02-01", "stage": "target"}, {"at": "2026-03-01", "stage": "intent"}],
    "buyer_stage_changes": [],
    "amounts": [{"at": "2026-02-01", "amount": 5.0}],
    "close_dates": [{"at": "2026-02-01", "expected_close": "2026-05-01"}],
    "activities": [{"at": "2026-02-01", "kind": "visit", "person_id": "p", "effective": True}],
    "key_persons": [{"role": "coach", "person_id": "p", "identified_at": "2026-02-01", "influence": 2}],
    "competitors": [{"competitor": "Acme", "entered_at": "2026-02-01", "left_at": None}],
    "assessments": [{"at": "2026-02-01", "item": "budget", "score": 1}],
    "checkpoints": [{"at": "2026-02-01", "checkpoint": "deadline_known"}],
    "track_records": {"customer": {"won": 1, "lost": 2}, "owner": {"open": 3}},
    "language": "en",
}


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every container with each of its keys or positions."""
    inner = list(value.items() if isinstance(value, dict) else enumerate(value))
    found = [(value, key) for key, _ in inner]
    return found + [one for _, part in inner if isinstance(part, dict | list) for one in places(part)]


@st.composite
def mutated(draw: st.DrawFn) -> Any:
    """A full document of which some parts are replaced, removed or renamed."""
    document = copy.deepcopy(FULL)
    for _ in range(draw(st.integers(1, 3))):
        container, key = draw(st.sampled_from(places(document)))
        change = draw(st.sampled_from(["replace", "remove", "rename", "swap"]))
        if change == "replace":
            container[key] = draw(ANYTHING)
        elif change == "swap":
            other, place = draw(st.sampled_from(places(document)))
            container[key] = copy.deepcopy(other[place])
        else:
            value = container.pop(key)
            if change == "rename" and isinstance(container, dict):
                container[draw(TEXT | FIELDS)] = value
    return document


def check(answer: httpx.Response) -> None:
    if answer.status_code == 200:
        found = answer.json()
        points = math.fsum(one["points"] for one in found["contributions"])
        assert abs(found["base"]["probability"] + points - found["probability"]) < 1e-9
        return
    assert answer.status_code in (400, 409, 422), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = ProblemDocument.model_validate_json(answer.content)
    assert problem.errors
    closed = any(error.expected.startswith("nothing, as only an open") for error in problem.errors)
    assert (problem.status == 409) == closed
    assert all(error.field and error.expected and error.found and error.remedy for error in problem.errors)


def test_the_document_to_begin_with_is_good(client: httpx.Client) -> None:
    assert client.post("/v1/score", json=FULL).status_code == 200


@settings(max_examples=150)
@given(mutated())
def test_mutated_documents(client: httpx.Client, sent: Any) -> None:
    check(client.post("/v1/score", content=json.dumps(sent), headers=HEADERS))


@settings(max_examples=100)
@given(mutated())
def test_mutated_documents_with_any_stage(client: httpx.Client, sent: Any) -> None:
    accept = {"unknown": "accept"}
    check(client.post("/v1/score", content=json.dumps(sent), headers=HEADERS, params=accept))


@settings(max_examples=150)
@given(ANYTHING)
def test_arbitrary_json(client: httpx.Client, sent: Any) -> None:
    check(client.post("/v1/score", content=json.dumps(sent), headers=HEADERS))


@settings(max_examples=80)
@given(ANYTHING | st.fixed_dictionaries({"documents": st.lists(mutated() | ANYTHING, max_size=4)}))
def test_arbitrary_batches(client: httpx.Client, sent: Any) -> None:
    answer = client.post("/v1/score/batch", content=json.dumps(sent), headers=HEADERS)
    if answer.status_code != 200:
        return check(answer)
    results = answer.json()["results"]
    assert [result["index"] for result in results] == list(range(len(sent["documents"])))
    assert all(set(result) in ({"index", "answer"}, {"index", "problem"}) for result in results)


@settings(max_examples=100)
@given(st.binary(max_size=60) | st.text('[]{}",:eE+-.0123456789 ntfals\\u', max_size=60).map(str.encode))
def test_arbitrary_bytes(client: httpx.Client, sent: bytes) -> None:
    check(client.post("/v1/score", content=sent, headers=HEADERS))
