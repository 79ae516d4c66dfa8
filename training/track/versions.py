"""The versions of the registered model: when, of what data, how good, and which one is champion."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pandas as pd

from winprob.features.history import History
from winprob.features.mistake import Mistake
from winprob.features.playbook_part import Promotion
from winprob.models.bundle.manifest import DatedSplit
from winprob.training.judge.evaluation import MODEL
from winprob.training.track.answers import Answers
from winprob.training.track.champion import CAUTION, STATUS, WHY
from winprob.training.track.comparison import (
    CHAMPION,
    Comparison,
    RegisteredVersion,
    both_tested,
    incomparable,
    side_by_side,
)
from winprob.training.track.lead import Lead, leads
from winprob.training.track.paired_forecasts import PairedForecasts
from winprob.training.track.registry import NAME, opened_registry, registered
from winprob.training.weekly.snapshots import Snapshots
from winprob.training.weekly.splits import Side

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


@dataclass(frozen=True, eq=False)
class ComparedVersions:
    """Two versions on the same rows.

    Attributes
    ----------
    comparison : Comparison
    leads : tuple of Lead
        By segment, of the calibration and of the dates; the margins are those of the challenger's playbook.
    forecasts : PairedForecasts, optional
        Of the months of the history since both had learned, if there are any.
    """

    comparison: Comparison
    leads: tuple[Lead, ...]
    forecasts: PairedForecasts | None = None


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


def compare_versions(
    challenger: str, champion: str, history: History | None, name: str = NAME
) -> ComparedVersions:
    """Put two versions beside one another.

    Parameters
    ----------
    challenger, champion : str
        Versions; the second counts as the champion.
    history : History, optional
        Whose weekly snapshots after both have learned are asked of both. If left out, what both predicted of
        the rows that were in the tests of both.

    Raises
    ------
    winprob.features.mistake.Mistake
        If a version is not there or cannot be used, or the two cannot be asked of one row.
    """
    with opened_registry() as client:
        one, other = (registered(client, name, version) for version in (challenger, champion))
    compared = _by_tests(one, other) if history is None else _by_history(one, other, history)
    if not compared.comparison.opportunities:
        where = "in the tests of both" if history is None else "that closed after both had learned"
        raise Mistake(
            f"versions {challenger} and {champion}: expected opportunities {where}, found none; name a "
            "history with later ones"
        )
    return compared


def _by_tests(one: RegisteredVersion, other: RegisteredVersion) -> ComparedVersions:
    tested = []
    for model in (one, other):
        if model.tested is None:
            raise Mistake(
                f"version {model.version}: expected the predictions of its test, found none; name a history "
                "to ask it of"
            )
        tested.append(model.tested)
    dated = one.bundle is None or isinstance(one.bundle.manifest.validation, DatedSplit)
    both = both_tested(tested[0], tested[1], dated)
    return ComparedVersions(both, leads(both, _margins(one)))


def _margins(challenger: RegisteredVersion) -> Promotion:
    return Promotion() if challenger.bundle is None else challenger.bundle.playbook.promotion


def _by_history(one: RegisteredVersion, other: RegisteredVersion, history: History) -> ComparedVersions:
    bundles = []
    for model in (one, other):
        if model.bundle is None:
            raise Mistake(
                f"version {model.version}: expected a model that this version of winprob can use, found one "
                f"that it cannot ({model.unusable}); train anew"
            )
        bundles.append(model.bundle)
    difference = incomparable(bundles[0], bundles[1])
    if difference:
        raise Mistake(
            f"versions {one.version} and {other.version}: expected two of the same kind; {difference}"
        )
    known = [
        pd.Timestamp(bundle.manifest.data.as_of)
        for bundle in bundles
        if bundle.manifest.data.as_of is not None
    ]
    snapshots = Snapshots.weekly(history, history.last_event)
    side = Side.of(snapshots, max(known, default=None), snapshots.end)
    if not len(side):
        nothing = pd.DataFrame(columns=["won", "weight", MODEL, CHAMPION], index=side.X.index[:0])
        return ComparedVersions(Comparison(nothing), ())
    both_models, at = dict(zip((MODEL, CHAMPION), bundles, strict=True)), side.rows["at"]
    answers = {
        name: Answers.by(bundle, bundle.matrix(history, side.rows), at)
        for name, bundle in both_models.items()
    }
    both = side_by_side(side.rows, side.X, side.rows, answers, history.playbook, snapshots.end)
    dated = known and all(bundle.closing_times for bundle in bundles)
    forecasts = PairedForecasts.of(both_models, history, max(known)) if dated else None
    return ComparedVersions(both, leads(both, _margins(one)), forecasts)


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
