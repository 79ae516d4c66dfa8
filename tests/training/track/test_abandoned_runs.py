"""Runs of processes that were killed, in a real registry, and requests to terminate."""

from __future__ import annotations

import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from winprob.training.track.abandoned_runs import end_abandoned_runs, termination_as_exit
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


def test_a_request_to_terminate_is_an_exit_and_only_inside() -> None:
    before = signal.getsignal(signal.SIGTERM)
    cleaned: list[bool] = []
    with pytest.raises(SystemExit) as end, termination_as_exit(), ExitStack() as stack:  # noqa: PT012
        stack.callback(cleaned.append, True)
        signal.raise_signal(signal.SIGTERM)
    assert end.value.code == 128 + signal.SIGTERM
    assert cleaned
    assert signal.getsignal(signal.SIGTERM) == before


def test_in_other_threads_nothing_is_changed() -> None:
    def handler() -> object:
        with termination_as_exit():
            return signal.getsignal(signal.SIGTERM)

    with ThreadPoolExecutor() as threads:
        assert threads.submit(handler).result() == signal.getsignal(signal.SIGTERM)
