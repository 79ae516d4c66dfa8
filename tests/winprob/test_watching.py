"""Watching the champion and training it anew, on a registry of their own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from bundles import simulated_company
from command import environment, verb

from winprob.asked_training import KEPT
from winprob.features.mistake import Mistake
from winprob.training.track.registry import open_registry, quiet_mlflow
from winprob.watching import ALARM

pytestmark = pytest.mark.long

HOLD = """
import sys, time
from winprob.watching import _alone
with _alone():
    print("held", flush=True)
    time.sleep(600)
"""


@pytest.fixture(scope="module")
def company(home: Path) -> Path:
    """The folder after a small model was trained of the first 15 months."""
    assert isinstance(verb("retrain", "history").exception, Mistake)
    done = verb(
        "train", "history", "--as-of", "2024-03-31", "--set", "trees=7", "--set", "priors.coefficient=0.4"
    )
    assert done.exit_code == 0
    return home


def test_a_watch_tells_and_its_status_is_that_of_its_alarms(company: Path) -> None:
    done = verb("watch", "history", "--json", "--out", "watch.md")
    told = json.loads(done.stdout)
    assert done.exit_code == (ALARM if told["alarms"] else 0)
    assert told["version"] == "1"
    page = (company / "watch.md").read_text(encoding="utf-8")
    assert page.startswith("# Model version 1, 2024-03-")
    shown = verb("watch", "history")
    assert (shown.stdout.strip(), shown.exit_code) == (page.strip(), done.exit_code)


def test_a_changed_market_is_an_alarm(company: Path) -> None:
    simulated_company().write(company / "changed")
    (file,) = (company / "changed").glob("opportunities.*")
    deals = pd.read_csv(file, dtype="str") if file.suffix == ".csv" else pd.read_parquet(file)
    late = pd.to_datetime(deals["closed_at"], utc=True) > pd.Timestamp("2024-03-31", tz="UTC")
    deals["outcome"] = deals["outcome"].mask(late & (deals["outcome"] == "won"), "lost")
    deals.to_csv(file, index=False) if file.suffix == ".csv" else deals.to_parquet(file)
    done = verb("watch", "changed", "--out", "changed.md")
    assert done.exit_code == ALARM
    assert "calibration: Of " in done.stdout
    assert "Report: changed.md" in done.stdout
    assert "- **calibration**: Of " in (company / "changed.md").read_text(encoding="utf-8")


@pytest.mark.usefixtures("company")
def test_only_one_retraining_at_a_time_and_a_killed_one_lets_go() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD], stdout=subprocess.PIPE, text=True, env=environment()
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        second = verb("retrain", "history")
        assert isinstance(second.exception, Mistake)
        assert "mlflow.db.retrain.lock: expected no other retraining, found one at work" in str(
            second.exception
        )
        holder.kill()


@pytest.mark.usefixtures("company")
def test_two_retrainings_at_once_one_trains_as_the_champion_was_and_the_other_says_so() -> None:
    start = "from winprob.command_line import run; run()"
    command = [sys.executable, "-c", start, "retrain", "history", "--json"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "env": environment()}
    processes = [subprocess.Popen(command, **pipes) for _ in range(2)]  # type: ignore[call-overload]
    done = sorted(
        ((*process.communicate(), process.returncode) for process in processes), key=lambda each: each[0]
    )
    (refused, why, status), (answer, _, trained) = done
    assert (refused, status) == ("", 1)
    assert "expected no other retraining, found one at work" in why
    assert "Traceback" not in why
    told = json.loads(answer)
    assert trained == (0 if told["promoted"] else KEPT)
    assert (told["version"], told["parameters"]["trees"]) == ("2", 7)
    assert told["data"]["as_of"].startswith("2024-12")
    with quiet_mlflow():
        run = open_registry().get_run(told["run_id"])
    assert run.data.params["priors__coefficient"] == "0.4"
    assert run.data.tags["retrained"] == "1"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("watch", "history", "--out", "no/such/watch.md"), "expected a folder that can be written to"),
        (("watch", "history", "--out", "history"), "expected a file, found the folder history"),
        (("watch", "history", "--alpha", "0"), "--alpha"),
    ],
)
@pytest.mark.usefixtures("company")
def test_mistakes_on_the_command_line_are_named(arguments: tuple[str, ...], said: str) -> None:
    done = verb(*arguments)
    assert done.exit_code == 2
    assert said in done.output
