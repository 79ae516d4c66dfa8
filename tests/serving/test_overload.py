"""Honest clients are answered while others overload a real server."""

import json
import os
import re
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import httpx
import pytest

from winprob.serving.http.pace import SILENT_SECONDS
from winprob.serving.routes.scores import AT_A_TIME, BATCH_BYTES
from winprob.serving.service import BATCHES, FORECASTS

pytestmark = pytest.mark.long

PROGRAM = """
import sys, time
from pathlib import Path
import winprob.serving.run
from winprob.serving.forecast.cached_forecasts import CachedForecasts
from winprob.serving.scores.scorer import Scorer
from winprob.serving.settings import Settings

scored = Scorer.score_batch

def told(*args):
    print("batch", flush=True)
    time.sleep(0.1)  # let others come in between, however fast this machine is
    return scored(*args)

def never(*args):
    print("what if", flush=True)
    time.sleep(600)

Scorer.score_batch, CachedForecasts.what_if = told, never
history = Path(sys.argv[2]) if len(sys.argv) > 2 else None
settings = Settings(model=sys.argv[1], history=history, port=0)
winprob.serving.run.serve(settings, lambda address: print(address, flush=True))
"""

FILES = 512
"""Files that a server here may open: fewer connections are an attack then."""

HALF = b"GET /healthz HTTP/1.1\r\nHos"


class Server:
    """A server that tells of each part of a batch that it scores."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.address = self.line()
        self.place = ("127.0.0.1", int(self.address.rpartition(":")[2]))

    def line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def end(self) -> tuple[list[str], str]:
        """Stop it; what else it has told, and its log."""
        self.process.send_signal(signal.SIGINT)
        told, log = self.process.communicate(timeout=30)
        return told.split(), log

    def connect(self) -> socket.socket:
        return socket.create_connection(self.place, timeout=60)

    def post(self, body: bytes, missing: int = 0, path: str = "/v1/score/batch") -> socket.socket:
        """A connection over which a body was sent, but for some last bytes."""
        connection = self.connect()
        head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body) + missing}\r\n"
        connection.sendall(f"{head}Content-Type: application/json\r\n\r\n".encode() + body)
        return connection

    def client(self) -> httpx.Client:
        return httpx.Client(base_url=self.address, timeout=60)


@contextmanager
def started(*arguments: Path | str) -> Iterator[Server]:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (FILES, FILES))

    command = [sys.executable, "-c", PROGRAM, *map(str, arguments)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=limit, env=os.environ
    ) as process:
        try:
            yield Server(process)
        finally:
            process.kill()


@pytest.fixture
def server(bundle_folder: Path) -> Iterator[Server]:
    with started(bundle_folder) as server:
        yield server


def batch(documents: int) -> bytes:
    return json.dumps({"documents": [{"stage": "intent"}] * documents}).encode()


def test_a_score_comes_before_batches_that_were_there_first(server: Server) -> None:
    with server.client() as client, ThreadPoolExecutor(3) as threads:
        batches = [
            threads.submit(httpx.post, f"{server.address}/v1/score/batch", content=batch(200),
                           headers={"content-type": "application/json"}, timeout=60)
            for _ in range(3)
        ]  # fmt: skip
        assert server.line() == "batch"
        assert client.post("/v1/score", json={"stage": "intent"}).status_code == 200
        assert client.get("/healthz").status_code == 200
        assert not any(each.done() for each in batches)
        answers = [each.result() for each in batches]
    assert [len(answer.json()["results"]) for answer in answers] == [200] * 3


def test_batches_whose_clients_left_are_dropped(server: Server) -> None:
    with ExitStack() as stack:
        for _ in range(20):
            stack.enter_context(server.post(batch(500)))
        assert server.line() == "batch"
    with server.client() as client:
        assert client.post("/v1/score/batch", json={"documents": [{}]}).status_code == 200
    told, log = server.end()
    assert len(told) < 500 / AT_A_TIME  # not one of the twenty was scored to its end
    assert log == ""


def test_batches_beyond_the_bound_are_told_when_to_come_back(server: Server) -> None:
    with ExitStack() as stack:
        sent = [stack.enter_context(server.post(batch(100))) for _ in range(BATCHES.most_waiting + 1)]
        assert server.line() == "batch"
        with server.client() as client:
            refused = client.post("/v1/score/batch", json={"documents": [{}]})
            assert refused.status_code == 503
            assert refused.headers["retry-after"] == str(BATCHES.retry_after)
            assert refused.json()["type"] == "urn:problem-type:winprob:overloaded"
            assert client.post("/v1/score", json={"stage": "intent"}).status_code == 200
        assert sent[0].recv(12) == b"HTTP/1.1 200"


def test_bodies_that_stall_are_bounded_and_given_up(server: Server) -> None:
    body = b"[" * (BATCH_BYTES - 1)
    with ExitStack() as stack:
        with ThreadPoolExecutor(4) as threads:
            sent = list(threads.map(lambda _: server.post(body, missing=1), range(40)))
        for connection in sent:
            stack.enter_context(connection)
        with server.client() as client:
            assert client.get("/healthz").status_code == 200
            assert client.post("/v1/score", json={"stage": "intent"}).status_code == 200
        answers = [connection.makefile("rb").read() for connection in sent]
    kinds = {kind: sum(kind in answer for answer in answers) for kind in (b"overloaded", b"too-slow")}
    assert sum(kinds.values()) == 40, kinds
    assert all(kinds.values()), kinds
    assert server.end()[1] == ""


def test_half_open_connections_keep_nobody_out_and_fill_no_log(server: Server) -> None:
    with ExitStack() as stack:
        opened = [stack.enter_context(server.connect()) for _ in range(FILES + 100)]
        for connection in opened[-30:]:
            connection.sendall(HALF)
        for _ in range(5):
            with server.client() as client:
                assert client.get("/healthz").status_code == 200
                assert client.post("/v1/score", json={"stage": "intent"}).status_code == 200
        assert opened[0].recv(1) == b""  # the oldest had to go
        assert b"too-slow" in opened[-1].makefile("rb").read()  # the newest had its time
    assert server.end()[1] == ""


def test_who_does_not_take_the_answer_is_let_go(server: Server) -> None:
    content = batch(500)
    head = f"POST /v1/score/batch?detail=full HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(content)}"
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.connect(server.place)
        connection.sendall(f"{head}\r\nContent-Type: application/json\r\n\r\n".encode() + content)
        for _ in range(500 // AT_A_TIME):
            assert server.line() == "batch"
        time.sleep(SILENT_SECONDS + 8)  # it takes nothing meanwhile
        taken = b""
        with suppress(ConnectionResetError):
            while part := connection.recv(1 << 16):
                taken += part
    length = re.search(rb"content-length: (\d+)", taken)
    assert length is not None
    assert len(taken) < int(length[1])  # what the system had for it; the rest was given up
    assert server.end()[1] == ""


def test_a_forecast_made_before_does_not_wait_for_new_ones(bundle_folder: Path, history_folder: Path) -> None:
    with started(bundle_folder, history_folder) as server, server.client() as client, ExitStack() as stack:
        before = client.get("/v1/forecast")
        assert before.status_code == 200
        for _ in range(FORECASTS.threads + FORECASTS.most_waiting):
            stack.enter_context(server.post(b"{}", path="/v1/forecast/what-if"))
        for _ in range(FORECASTS.threads):
            assert server.line() == "what if"
        assert client.get("/v1/forecast").json() == before.json()
        assert client.get("/forecast").status_code == 200
        refused = client.get("/v1/forecast/deals?limit=7")
        assert refused.status_code == 503
        assert refused.headers["retry-after"] == str(FORECASTS.retry_after)
        assert client.post("/v1/score", json={"stage": "intent"}).status_code == 200
