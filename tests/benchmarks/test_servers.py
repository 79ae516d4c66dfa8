"""Servers are started, waited for, and ended with their children."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from benchmarks import servers
from benchmarks.servers import (
    Server,
    ServerNotStarted,
    free_port,
    mlflow_server,
    mlserver_program,
    mlserver_server,
    running,
    winprob_server,
)

SERVER = """
import http.server, os, subprocess, sys
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print(child.pid, os.environ["OMP_NUM_THREADS"], os.environ["OWN"], flush=True)
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), http.server.SimpleHTTPRequestHandler).serve_forever()
"""


def test_a_server_runs_on_one_thread_until_it_is_ended_with_its_children(tmp_path: Path) -> None:
    port, log = free_port(), tmp_path / "server.log"
    server = Server((sys.executable, "-c", SERVER, str(port)), port, "/", {"OWN": "yes"})
    with running(server, log):
        child, threads, own = log.read_text().splitlines()[0].split()
        assert (threads, own) == ("1", "yes")
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/") as answer:
            assert answer.status == 200
    until = time.monotonic() + 30
    while is_running(child) and time.monotonic() < until:
        time.sleep(0.05)
    assert not is_running(child)


def is_running(process: str) -> bool:
    """Whether a process has not ended; it may have, and not be buried."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(") ", 1)[1][0] != "Z"
    except FileNotFoundError:
        return False


def test_a_server_that_ends_says_why(tmp_path: Path) -> None:
    server = Server((sys.executable, "-c", "raise SystemExit('no model here')"), free_port(), "/")
    with (
        pytest.raises(ServerNotStarted, match="no model here"),
        running(server, tmp_path / "server.log"),
    ):
        raise AssertionError("it is not running")


def test_a_server_that_is_never_ready_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(servers, "PATIENCE", 0.5)
    port = free_port()
    server = Server((sys.executable, "-c", SERVER, str(port)), port, "/not/there", {"OWN": "yes"})
    with pytest.raises(ServerNotStarted), running(server, tmp_path / "server.log"):
        raise AssertionError("it is not ready")


def test_all_have_one_worker(tmp_path: Path) -> None:
    ours = winprob_server("models:/winprob/1", tmp_path)
    assert ours.environment["WINPROB_HOME"] == str(tmp_path)
    assert ours.command[1:] == ("serve", "--model", "models:/winprob/1", "--port", str(ours.port))
    mlflow = " ".join(mlflow_server("models:/winprob/1", "sqlite:///mlflow.db").command)
    assert "--workers 1" in mlflow
    assert "--env-manager local" in mlflow
    mlserver = mlserver_server(Path("mlserver"), tmp_path)
    settings = json.loads((tmp_path / "settings.json").read_text())
    assert settings["parallel_workers"] == 0
    assert settings["http_port"] == mlserver.port


def test_mlserver_is_installed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def run(command: list[object], **_: object) -> subprocess.CompletedProcess[str]:
        words = " ".join(map(str, command))
        asked.append(words)
        if "-m venv" in words:
            (tmp_path / "mlserver" / "bin").mkdir(parents=True)
            (tmp_path / "mlserver" / "bin" / "python").touch()
        return subprocess.CompletedProcess(words, 0)

    monkeypatch.setattr(subprocess, "run", run)
    for _ in range(2):
        assert mlserver_program(tmp_path) == tmp_path / "mlserver" / "bin" / "mlserver"
    assert [("venv" in words, "pip" in words, "import" in words) for words in asked] == [
        (True, False, False),
        (False, True, False),
        (False, False, True),
        (False, False, True),
    ]
