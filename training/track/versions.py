"""The versions of the registered model: when, of what data, how good, and which one is champion."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from winprob.training.track.champion import CAUTION, STATUS, WHY
from winprob.training.track.registry import NAME, opened_registry

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Run
    from mlflow.entities.model_registry import ModelVersion


@dataclass(frozen=True)
class VersionSummary:
    """A version of the registered model.

    Attributes
    ----------
    version : str
    created_at : datetime
        In UTC.
    data_until : str
        End of what it learned from, as ISO 8601; empty where nothing is dated.
    log_loss, lead : float or None
        Of its test, and how much lower that was than the best rule's; none where nothing was tested.
    status : str
        ``champion``, ``former champion``, ``refused``, or empty where nothing is said.
    why : str
        Why it is, or is not, champion.
    caution : str
    run_name : str
    """

    version: str
    created_at: datetime
    data_until: str
    log_loss: float | None
    lead: float | None
    status: str
    why: str
    caution: str
    run_name: str


def versions(name: str = NAME) -> list[VersionSummary]:
    """List the versions, the latest first.

    Raises
    ------
    winprob.models.registry.access.RegistryOutOfReach
        If the registry cannot be used.
    """
    with opened_registry() as client:
        found = client.search_model_versions(f"name = '{name}'")
        listed = [_version(entry, _run(client, entry)) for entry in found]
    return sorted(listed, key=lambda version: -int(version.version))


def _version(entry: ModelVersion, run: Run | None) -> VersionSummary:
    metrics, params, tags = (run.data.metrics, run.data.params, run.data.tags) if run else ({}, {}, {})
    until = params.get("as_of", tags.get("data.as_of", ""))
    return VersionSummary(
        version=str(entry.version),
        created_at=datetime.fromtimestamp(entry.creation_timestamp / 1000, UTC),
        data_until="" if until in ("none", "None") else until,
        log_loss=metrics.get("log_loss", metrics.get("model.log_loss")),
        lead=metrics.get("lead.best_rule"),
        status=entry.tags.get(STATUS, ""),
        why=entry.tags.get(WHY, ""),
        caution=entry.tags.get(CAUTION, ""),
        run_name=str(run.info.run_name) if run else "",
    )


def _run(client: MlflowClient, entry: ModelVersion) -> Run | None:
    from mlflow.exceptions import MlflowException

    try:
        return client.get_run(entry.run_id) if entry.run_id else None
    except MlflowException:  # somebody deleted the run for good; the version is still there
        return None
