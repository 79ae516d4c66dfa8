"""The server ends in time, whatever it waits for."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from winprob.serving.http.headers import SECURITY

pytestmark = pytest.mark.long

IN_TIME = 10
"""Seconds in which the server ends after it was told to."""

PROGRAM = """
import sys, time
import winprob.serving.run, winprob.serving.server
from winprob.serving.scores.scorer import Scorer
from winprob.serving.settings import Settings

winprob.serving.server.PATIENCE = int(sys.argv[2])
Scorer.score_batch = lambda *_: (print("at work", flush=True), time.sleep(60))
winprob.serving.run.serve(Settings(model=sys.argv[1], port=0), lambda address: print(address, flush=True))
"""
HALF = (
    b"POST /v1/score HTTP/1.1\r\nHost: localhost\r\n"
    b"Content-Type: application/json\r\nContent-Length: 9\r\n\r\n{"
)


@contextmanager
def started(model: Path | str, patience: int, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """A server that works for a minute on every batch."""
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(model), str(patience)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | environment,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def line_of(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def errors_of(process: subprocess.Popen[str]) -> str:
    assert process.stderr is not None
    return process.stderr.read()


@pytest.mark.parametrize(("stop", "patience", "status"), [(signal.SIGTERM, 7, -15), (signal.SIGINT, 1, 1)])
def test_it_waits_neither_for_work_nor_for_clients(
    bundle_folder: Path, stop: signal.Signals, patience: int, status: int
) -> None:
    with started(bundle_folder, patience) as process, ThreadPoolExecutor() as threads:
        address = line_of(process)
        place = ("127.0.0.1", int(address.rpartition(":")[2]))
        with (
            socket.create_connection(place) as slow,
            socket.create_connection(place) as slower,
            httpx.Client(base_url=address, timeout=60) as client,
        ):
            slow.sendall(HALF)
            slower.sendall(HALF[:30])
            assert client.get("/healthz").status_code == 200
            batch = threads.submit(client.post, "/v1/score/batch", json={"documents": [{}]})
            assert line_of(process) == "at work"
            process.send_signal(stop)
            assert process.wait(IN_TIME) == status
            answer = batch.result()
            assert answer.status_code == 503
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.json()["type"] == "urn:problem-type:winprob:stopping"
            assert {name: answer.headers[name] for name in SECURITY} == SECURITY
            assert b"winprob:stopping" in slow.makefile("rb").read()
            assert slower.makefile("rb").read() == b""
        assert "Traceback" not in errors_of(process)


@pytest.mark.parametrize(("stop", "status"), [(signal.SIGTERM, -15), (signal.SIGINT, 0)])
def test_it_does_not_wait_for_a_registry_and_leaves_nothing_behind(
    tmp_path: Path, stop: signal.Signals, status: int
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        registry = f"http://127.0.0.1:{silent.getsockname()[1]}"
        model = "models:/winprob@champion"
        with started(
            model, 7, MLFLOW_TRACKING_URI=registry, NO_PROXY="127.0.0.1", TMPDIR=str(tmp_path)
        ) as process:
            silent.settimeout(120)
            child, _ = silent.accept()
            with child:
                process.send_signal(stop)
                assert process.wait(IN_TIME) == status
                child.settimeout(5)
                while child.recv(1000):
                    pass  # what it asked; once it is gone, its end of the connection is closed
            assert errors_of(process) == ""
    assert list(tmp_path.iterdir()) == []
