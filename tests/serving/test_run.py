"""The server as a process: it announces itself, answers, and stops in good order."""

import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from winprob.features.breach import InvalidHistory
from winprob.models.bundle.bundle import InvalidBundle
from winprob.serving.run import UnusableAddress, serve
from winprob.serving.settings import Settings
from winprob.serving.wire.refusal import InvalidHostName, InvalidPrefix

PROGRAM = """
import sys
from winprob.serving.run import serve
from winprob.serving.settings import Settings
serve(Settings(model=sys.argv[1], port=0), lambda address: print(address, flush=True))
print("stopped")
"""


@pytest.fixture
def process(bundle_folder: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", PROGRAM, str(bundle_folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        yield process
        process.kill()


def test_requests_under_way_are_answered_before_the_server_stops(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    address = process.stdout.readline().strip()
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+", address)
    assert httpx.get(f"{address}/readyz").status_code == 200
    answers: list[httpx.Response] = []

    def send() -> None:
        documents = [{"stage": "intent", "risk_scores": {"fit": 1}}] * 100
        answers.append(httpx.post(f"{address}/v1/score/batch", json={"documents": documents}, timeout=60))

    batch = threading.Thread(target=send)
    batch.start()
    time.sleep(0.3)
    process.send_signal(signal.SIGTERM)
    batch.join()
    assert [answer.status_code for answer in answers] == [200]
    assert process.wait(20) == -signal.SIGTERM


def test_an_interrupt_is_a_usual_end(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    process.stdout.readline()
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=20)
    assert (process.returncode, output, errors) == (0, "stopped\n", "")


def test_a_model_that_cannot_be_loaded_ends_the_server() -> None:
    announced: list[str] = []
    with pytest.raises(InvalidBundle, match="no/such/folder cannot be used as a bundle"):
        serve(Settings(model="no/such/folder", port=0), announced.append)
    assert announced == []


def test_a_history_that_breaks_the_contract_ends_the_server(bundle_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "opportunities.csv").write_text("opportunity_id,created_at\nA,soon\n")
    announced: list[str] = []
    with pytest.raises(InvalidHistory) as refused:
        serve(Settings(model=str(bundle_folder), history=tmp_path, port=0), announced.append)
    assert announced == []
    assert "opportunities, row 2, opportunity A, column created_at: expected " in str(refused.value)
    assert "stage_changes: expected stage_changes.csv or stage_changes.parquet" in str(refused.value)


def test_an_address_that_is_taken_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(
            UnusableAddress, match=rf"127\.0\.0\.1:{port}: expected a free address .*choose another"
        ):
            serve(Settings(model="no/such/folder", port=port), print)


@pytest.mark.parametrize(("host", "port"), [("127.0.0.1", 70_000), ("no.such.host.invalid", 0)])
def test_an_address_that_is_none_is_named(host: str, port: int) -> None:
    with pytest.raises(UnusableAddress, match=re.escape(f"{host}:{port}: expected a free address")):
        serve(Settings(host=host, port=port), print)


OPEN_TO_OTHERS = """
import os, signal, sys
from winprob.serving.run import serve
from winprob.serving.settings import Settings
def announce(address):
    print(address, flush=True)
    os.kill(os.getpid(), signal.SIGINT)
serve(Settings(model=sys.argv[1], host=sys.argv[2], port=0, root_path="/winprob/"), announce)
"""


@pytest.mark.parametrize(
    ("host", "protected"), [("127.0.0.1", True), ("localhost", True), ("0.0.0.0", False)]
)
def test_an_address_that_others_reach_is_said_to_be_unprotected(
    bundle_folder: Path, host: str, protected: bool
) -> None:
    command = [sys.executable, "-c", OPEN_TO_OTHERS, str(bundle_folder), host]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found = re.fullmatch(rf"(http://{host}:\d+)/winprob\n", done.stdout)
    assert found is not None
    warning = (
        f"{found[1]} is open to other machines and nothing protects it yet, neither authentication nor TLS"
    )
    assert done.stderr.startswith(warning) is not protected
    assert len(done.stderr.splitlines()) == (0 if protected else 1)


def test_settings_that_cannot_be_used_are_named() -> None:
    with pytest.raises(InvalidPrefix, match=r"--root-path: expected a path .* found 'winprob'"):
        serve(Settings(port=0, root_path="winprob"), print)
    with pytest.raises(InvalidPrefix, match=r"--root-path: .* none of the service's own: assets, docs, "):
        serve(Settings(port=0, root_path="/forecast"), print)
    with pytest.raises(InvalidHostName, match=r"--allow-host: expected a host name .* found 'a/b'"):
        serve(Settings(port=0, allow_hosts=("a/b",)), print)


def test_answers_are_sent_at_once(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    address = process.stdout.readline().strip()
    with httpx.Client(base_url=address) as client:
        took = []
        for _ in range(21):
            start = time.perf_counter()
            client.get("/healthz")
            took.append(time.perf_counter() - start)
    # An answer in two packets on a connection that delays small ones takes 40 ms, on any machine.
    assert sorted(took)[5] < 0.035
