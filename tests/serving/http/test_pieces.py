from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from winprob.serving.http.pieces import PIECE, InPieces


def sent(*messages: dict[str, Any]) -> list[dict[str, Any]]:
    """What comes out where an application sends these."""
    found: list[dict[str, Any]] = []

    async def app(_: Scope, __: Receive, send: Send) -> None:
        for message in messages:
            await send(message)

    async def keep(message: Any) -> None:
        found.append(message)

    async def nothing() -> Any:
        raise AssertionError

    asyncio.run(InPieces(app)({"type": "http"}, nothing, keep))
    return found


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 3 * PIECE + 7])
@pytest.mark.parametrize("more", [False, True])
def test_pieces_are_the_body_and_end_as_it_does(size: int, more: bool) -> None:
    body = bytes(range(256)) * (size // 256 + 1)
    found = sent({"type": "http.response.body", "body": body[:size], "more_body": more})
    assert b"".join(message["body"] for message in found) == body[:size]
    assert all(len(message["body"]) <= PIECE for message in found)
    assert [message["more_body"] for message in found] == [True] * (len(found) - 1) + [more]
    assert len(found) == max(1, -(-size // PIECE))


def test_what_has_no_body_passes() -> None:
    start = {"type": "http.response.start", "status": 200, "headers": []}
    end = {"type": "http.response.body"}
    assert sent(start, end) == [start, end]


@pytest.mark.parametrize("path", ["/openapi.json", "/v1/model"])
def test_an_answer_is_compressed_for_whoever_asks(client: httpx.Client, path: str) -> None:
    plain = client.get(path, headers={"Accept-Encoding": "identity"})
    compressed = client.get(path, headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in plain.headers
    assert compressed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in compressed.headers["Vary"]
    assert compressed.content == plain.content
    assert int(plain.headers["Content-Length"]) == len(plain.content)
    assert compressed.num_bytes_downloaded < len(plain.content) / 2


def test_a_short_answer_is_not_compressed(client: httpx.Client) -> None:
    assert "Content-Encoding" not in client.get("/healthz", headers={"Accept-Encoding": "gzip"}).headers
