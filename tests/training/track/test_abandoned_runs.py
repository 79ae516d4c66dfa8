"""Runs of processes that were killed, in a real registry."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from winprob.training.track.abandoned_runs import end_abandoned_runs
from winprob.training.track.logging_process import LoggingProcess
from winprob.training.track.registry import experiment, open_registry, quiet_mlflow

BEGIN = """
import time
from winprob.training.track.logging_process import LoggingProcess
from winprob.training.track.registry import experiment, open_registry, quiet_mlflow
with quiet_mlflow():
    client = open_registry()
    number = experiment(client, "winprob")
    run = client.create_run(number, tags=LoggingProcess.current().tags)
    client.create_logged_model(number, "winprob", source_run_id=run.info.run_id)
    print(run.info.run_id, flush=True)
    time.sleep(600)
"""


def test_the_run_of_a_killed_process_is_killed_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    current = LoggingProcess.current()
    with quiet_mlflow():
        client = open_registry()
        number = experiment(client, "winprob")
        others = [
            client.create_run(number, tags=tags).info.run_id
            for tags in (current.tags, replace(current, host="elsewhere", started="1").tags, {})
        ]
        with subprocess.Popen([sys.executable, "-c", BEGIN], stdout=subprocess.PIPE, text=True) as training:
            assert training.stdout is not None
            run_id = training.stdout.readline().strip()
            assert end_abandoned_runs(client, number) == []
            training.kill()
        assert end_abandoned_runs(client, number) == [run_id]
        assert end_abandoned_runs(client, number) == []
        assert client.get_run(run_id).info.status == "KILLED"
        assert {client.get_run(other).info.status for other in others} == {"RUNNING"}
        (model,) = client.search_logged_models([number])
        assert str(model.status) == "FAILED"
