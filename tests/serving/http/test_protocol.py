"""What is not HTTP is refused like anything else."""

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from winprob.serving.http.headers import SECURITY
from winprob.serving.wire.problems import ProblemDocument

PROGRAM = """
import sys
from winprob.serving.run import serve
from winprob.serving.settings import Settings
serve(Settings(model=sys.argv[1], port=0), lambda address: print(address, flush=True))
"""


@pytest.fixture(scope="module")
def address(bundle_folder: Path) -> Iterator[tuple[str, int]]:
    """Where a server listens, which nothing surprises."""
    command = [sys.executable, "-c", PROGRAM, str(bundle_folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        host, port = process.stdout.readline().strip().removeprefix("http://").split(":")
        yield host, int(port)
        process.send_signal(signal.SIGINT)
        assert "Traceback" not in process.communicate(timeout=20)[1]


def told(address: tuple[str, int], sent: bytes) -> list[bytes]:
    """The answers to some bytes, until the server closes the connection."""
    with socket.create_connection(address, timeout=20) as connection:
        connection.sendall(sent)
        return connection.makefile("rb").read().split(b"HTTP/1.1 ")[1:]


@pytest.mark.parametrize(
    "sent",
    [
        b"GET\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nno header\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n",
        b"GET /" + b"a" * 20_000,
    ],
)
def test_malformed_requests_are_problems(address: tuple[str, int], sent: bytes) -> None:
    [answer] = told(address, sent)
    head, _, body = answer.partition(b"\r\n\r\n")
    status, *lines = head.decode().split("\r\n")
    headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
    assert status == "400 Bad Request"
    assert headers["content-type"] == "application/problem+json"
    assert headers["connection"] == "close"
    assert headers["cache-control"] == "no-store"
    assert {name: headers[name.lower()] for name in SECURITY} == SECURITY
    problem = ProblemDocument.model_validate(json.loads(body))
    assert problem.type == "urn:problem-type:winprob:malformed-request"
    assert problem.errors[0].remedy == "correct what the client or a proxy sends"


def test_a_malformed_body_is_refused(address: tuple[str, int]) -> None:
    head = b"POST /v1/score HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    [answer] = told(address, head + b"Transfer-Encoding: chunked\r\n\r\nnone\r\n")
    assert answer.startswith(b"400 Bad Request")


def test_after_an_answer_only_closing_is_left(address: tuple[str, int]) -> None:
    good = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
    answers = told(address, good + b"nonsense\r\n\r\n")
    assert [answer[:3] for answer in answers] == [b"200", b"400"]
    unread = b"POST /nothing HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
    with socket.create_connection(address, timeout=20) as connection:
        connection.sendall(unread)
        assert connection.recv(1000).startswith(b"HTTP/1.1 404")
        connection.sendall(b"none\r\n")
        assert b"HTTP/1.1" not in connection.makefile("rb").read()


def test_other_protocols_are_not_spoken(address: tuple[str, int]) -> None:
    head = (
        b"GET /forecast HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, close\r\nUpgrade: websocket\r\n"
    )
    [answer] = told(address, head + b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: a\r\n\r\n")
    assert answer.startswith(b"404")
    assert b"X-Frame-Options" in answer or b"x-frame-options" in answer
