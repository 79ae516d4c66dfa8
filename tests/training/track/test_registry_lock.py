"""The lock of a registry, across processes."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from winprob.features.mistake import Mistake
from winprob.training.track import registry_lock as module
from winprob.training.track.registry_lock import registry_lock

HOLD = """
import sys, time
from winprob.training.track.registry_lock import registry_lock
with registry_lock(sys.argv[1]):
    print("held", flush=True)
    time.sleep(600)
"""


def test_another_process_waits_and_a_killed_one_lets_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    uri = f"sqlite:///{tmp_path}/new/mlflow.db"
    with subprocess.Popen([sys.executable, "-c", HOLD, uri], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        monkeypatch.setattr(module, "PATIENCE", 0.01)
        with pytest.raises(
            Mistake, match=r"mlflow\.db\.lock: expected that another training ends its logging"
        ):
            registry_lock(uri).__enter__()
        holder.send_signal(signal.SIGKILL)
    with registry_lock(uri):
        pass


def test_it_is_free_after_a_failure(tmp_path: Path) -> None:
    uri = f"sqlite:///{tmp_path}/mlflow.db"
    for _ in range(2):
        with pytest.raises(ZeroDivisionError), registry_lock(uri):
            1 / 0  # noqa: B018


def test_a_server_has_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with registry_lock("http://tracking:5000"), registry_lock("http://tracking:5000"):
        assert list(tmp_path.iterdir()) == []
