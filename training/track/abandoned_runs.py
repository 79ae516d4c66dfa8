"""Runs whose training was killed: without this they would be running for ever."""

from __future__ import annotations

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
