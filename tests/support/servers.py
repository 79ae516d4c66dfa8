"""A real server in a thread, on a free port."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import uvicorn

from winprob.serving.app import create_app
from winprob.serving.settings import Settings


@contextmanager
def running(settings: Settings) -> Iterator[httpx.Client]:
    """A client of a server."""
    server = uvicorn.Server(
        uvicorn.Config(create_app(settings), port=0, log_level="critical", lifespan="on", proxy_headers=False)
    )
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            time.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
            yield client
    finally:
        server.should_exit = True
        thread.join()


def settle(client: httpx.Client, status: int) -> httpx.Response:
    """Wait until the server is ready, or not, as expected; its last answer."""
    for _ in range(3000):
        answer = client.get("/readyz")
        if answer.status_code == status and "being loaded" not in answer.text:
            return answer
        time.sleep(0.02)
    raise AssertionError(answer.text)


def problem(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """The problem document of an answer, which has this status and kind of problem."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    document: dict[str, Any] = answer.json()
    assert list(document) == ["type", "title", "status", "detail", "instance", "errors"]
    assert document["status"] == status
    assert document["type"] == f"urn:problem-type:winprob:{code}"
    return document
