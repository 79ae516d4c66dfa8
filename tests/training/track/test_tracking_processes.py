"""Trainings in processes of their own: two at once, and one that is told to end."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from winprob.training.track.registry import experiment, open_registry, quiet_mlflow

pytestmark = pytest.mark.long

TESTS = Path(__file__).parents[2]
PATHS = [str(TESTS.parent), str(TESTS / "support")]

LOG = f"""
import sys
sys.path[:0] = {PATHS}
from trainings import against, trained_model
from winprob.training.track.tracking import log
trained = against(trained_model(), stage=0.99, competition=None, base_rate=0.98)
print("ready", flush=True)
input()
print(log(trained).sentence)
"""

LINGER = f"""
import sys, time
sys.path[:0] = {PATHS}
from trainings import trained_model
from winprob.training.track import tracking

def linger(trained, phases):
    print("logging", flush=True)
    time.sleep(600)

tracking.log_facts = linger
tracking.log(trained_model())
"""


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty folder to work in, where nothing is said about MLflow."""
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    monkeypatch.chdir(tmp_path)


def _start(program: str) -> subprocess.Popen[str]:
    streams = subprocess.PIPE
    return subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", program], stdin=streams, stdout=streams, text=True
    )


def _statuses() -> list[str]:
    with quiet_mlflow():
        client = open_registry()
        return [run.info.status for run in client.search_runs([experiment(client, "winprob")])]


def test_of_two_first_trainings_at_once_one_is_champion_and_the_other_is_compared_with_it() -> None:
    with _start(LOG) as one, _start(LOG) as other:
        for training in (one, other):
            assert training.stdout is not None
            assert training.stdout.readline() == "ready\n"
        for training in (one, other):
            assert training.stdin is not None
            training.stdin.write("\n")
            training.stdin.flush()
        told = sorted(training.communicate()[0] for training in (one, other))
    assert (one.returncode, other.returncode) == (0, 0)
    assert told[0].startswith("winprob version 1 is champion: ")
    assert "there was no champion yet" in told[0]
    assert told[1].startswith("winprob version 2 is logged, but not champion: ")
    assert "nor learned from newer data: its log loss is " in told[1]
    assert "that of the champion, version 1" in told[1]
    assert _statuses() == ["FINISHED"] * 2


def test_a_training_that_is_told_to_end_leaves_no_run_that_is_running() -> None:
    with _start(LINGER) as training:
        assert training.stdout is not None
        assert training.stdout.readline() == "logging\n"
        training.terminate()
    assert training.returncode == 143
    assert os.listdir("mlruns/artifacts") == []
    assert _statuses() == ["FAILED"]


def test_the_registry_is_opened_before_anything_is_read(tmp_path: Path) -> None:
    (tmp_path / "mlruns").touch()
    command = [Path(sys.executable).with_name("winprob"), "train", "no-such-history"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "expected an MLflow registry, found a file where the folder" in done.stderr
    assert "Traceback" not in done.stderr
