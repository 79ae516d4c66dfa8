"""What counts as JSON."""

import httpx
import pytest

from winprob.serving.wire.body import InvalidJson, parse
from winprob.serving.wire.request import DOCUMENT_BYTES


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (b"", "EOF while parsing a value at line 1 column 0"),
        (b'{"a" 1}', "expected `:` at line 1 column 6"),
        (b'{"amount":\n NaN}', "expected value at line 2 column 2"),
        (b"[Infinity]", "expected value at line 1 column 2"),
        (b"[-Infinity]", "invalid number at line 1 column 3"),
        (b"[" * 100_000, "recursion limit exceeded at line 1 column 202"),
        (b'{"a":' * 100_000, "recursion limit exceeded at line 1 column 1006"),
        (b'"\\ud800"', "unexpected end of hex escape at line 1 column 8"),
        (b"9" * 5000, "number out of range at line 1 column 4302"),
        (b"{}{}", "trailing characters at line 1 column 3"),
    ],
)
def test_what_is_no_json_is_refused_with_its_place(body: bytes, found: str) -> None:
    with pytest.raises(InvalidJson) as refused:
        parse(body)
    assert str(refused.value) == f"body: expected valid JSON, found an error: {found}; correct it there"


def test_bytes_that_are_no_text_are_refused() -> None:
    # Versions of Pydantic differ in whether the column is that of the byte or the one after it.
    with pytest.raises(
        InvalidJson, match=r"invalid unicode code point at line 1 column [23]; correct it there"
    ):
        parse(b'"\xff"')


@pytest.mark.parametrize(
    ("body", "key", "found"),
    [
        (b'{"amount": 5, "amount": 5}', "amount", "2 times"),
        (b'{"a": [{"at": 1, "b": {"at": 2}, "at": 3, "at": 4}]}', "at", "3 times"),
        (b'{"documents": [{"stage": "target"}, {"stage": 1, "\\u0073tage": 2}]}', "stage", "2 times"),
    ],
)
@pytest.mark.parametrize("path", ["/v1/score", "/v1/score/batch"])
def test_a_key_that_is_there_twice_is_refused(
    client: httpx.Client, path: str, body: bytes, key: str, found: str
) -> None:
    answer = client.post(path, content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 400
    assert answer.json()["type"] == "urn:problem-type:winprob:invalid-json"
    expected = {"expected": "every key once in an object", "found": found, "remedy": "keep one of them"}
    assert answer.json()["errors"] == [{"field": key, **expected}]


def test_a_key_may_be_in_several_objects() -> None:
    assert parse(b'{"a": {"a": 1}, "b": [{"a": 2}, {"a": 3}]}') == {"a": {"a": 1}, "b": [{"a": 2}, {"a": 3}]}


def test_json_is_read_as_it_is() -> None:
    assert parse('{"name": "客户", "sizes": [1, 2.5, null, true]}'.encode()) == {
        "name": "客户",
        "sizes": [1, 2.5, None, True],
    }


@pytest.mark.parametrize(
    ("headers", "errors"),
    [
        ({}, ("header Content-Type", "application/json", "none")),
        ({"content-type": "text/plain"}, ("header Content-Type", "application/json", "'text/plain'")),
        ({"content-type": ";;;"}, ("header Content-Type", "application/json", "';;;'")),
        (
            {"content-type": "application/json", "content-encoding": "gzip"},
            ("header Content-Encoding", "none", "'gzip'"),
        ),
    ],
)
def test_what_is_not_sent_as_json_is_refused(
    client: httpx.Client, headers: dict[str, str], errors: tuple[str, str, str]
) -> None:
    answer = client.post("/v1/score", content=b"{}", headers=headers)
    assert answer.status_code == 415
    [error] = answer.json()["errors"]
    assert (error["field"], error["expected"], error["found"]) == errors


@pytest.mark.parametrize(
    "sent_as", ["application/json", "application/json; charset=utf-8", "Application/Vnd.CRM+JSON"]
)
def test_json_goes_by_many_names(client: httpx.Client, sent_as: str) -> None:
    answer = client.post("/v1/score", content=b'{"amount": 5}', headers={"content-type": sent_as})
    assert answer.status_code == 200


@pytest.mark.parametrize("size", [DOCUMENT_BYTES + 1, 5 * DOCUMENT_BYTES])
def test_a_body_that_says_it_is_too_large_is_refused(client: httpx.Client, size: int) -> None:
    headers = {"content-type": "application/json"}
    answer = client.post("/v1/score", content=b" " * size, headers=headers)
    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"] == (
        f"body: expected at most 1048576 bytes, found {size} bytes; "
        "leave out what is long past, or send several requests"
    )


def test_a_body_that_turns_out_too_large_is_refused(client: httpx.Client) -> None:
    chunks = (b" " * 2**16 for _ in range(40))
    answer = client.post("/v1/score", content=chunks, headers={"content-type": "application/json"})
    assert "content-length" not in answer.request.headers
    assert answer.status_code == 413
    assert answer.json()["errors"][0]["found"] == "more"


def test_a_body_just_small_enough_is_read(client: httpx.Client) -> None:
    headers = {"content-type": "application/json"}
    body = b'{"amount": 5}'.ljust(DOCUMENT_BYTES)
    for content in (body, iter([body])):
        assert client.post("/v1/score", content=content, headers=headers).status_code == 200
