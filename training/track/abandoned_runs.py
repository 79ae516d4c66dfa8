"""Runs of trainings that are told to terminate, or were killed and would be running for ever."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

from winprob.training.track.logging_process import LoggingProcess

if TYPE_CHECKING:
    from mlflow import MlflowClient


def end_abandoned_runs(client: MlflowClient, experiment: str) -> list[str]:
    """Mark runs as killed whose process on this machine is gone, and what they left of models as failed.

    Parameters
    ----------
    client : mlflow.MlflowClient
    experiment : str
        Identifier of the experiment.

    Returns
    -------
    list of str
        Identifiers of the runs.
    """
    from mlflow.entities import LoggedModelStatus

    running = client.search_runs([experiment], "attributes.status = 'RUNNING'")
    abandoned = []
    for run in running:
        process = LoggingProcess.of(run.data.tags)
        if process is not None and process.is_gone:
            abandoned.append(str(run.info.run_id))
    for run_id in abandoned:
        for model in client.search_logged_models([experiment], f"source_run_id = '{run_id}'"):
            if model.status == LoggedModelStatus.PENDING:
                client.finalize_logged_model(model.model_id, LoggedModelStatus.FAILED)
        client.set_terminated(run_id, "KILLED")
    return abandoned


@contextmanager
def termination_as_exit() -> Iterator[None]:
    """Turn SIGTERM into `SystemExit`, so that ``with`` and ``finally`` are kept to.

    Only the main thread hears signals; in others nothing is changed.

    Examples
    --------
    >>> with termination_as_exit():
    ...     signal.raise_signal(signal.SIGTERM)
    Traceback (most recent call last):
    ...
    SystemExit: 143
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, _exit)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _exit(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + number)
