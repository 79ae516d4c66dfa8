"""Two registered versions on the same rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from winprob.features.contract import OPPORTUNITIES
from winprob.features.history import History
from winprob.features.mistake import Mistake
from winprob.features.playbook_part import Promotion
from winprob.models.bundle.manifest import DatedSplit
from winprob.training.judge.evaluation import MODEL
from winprob.training.track.answers import Answers
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

ROLES = (MODEL, CHAMPION)

NOTHING = Comparison(
    pd.DataFrame(
        {name: np.empty(0) for name in ("won", "weight", *ROLES)},
        pd.MultiIndex.from_arrays([[], []], names=["opportunity_id", "as_of"]),
    )
)
"""Of no row."""


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


def compare_versions(
    challenger: str, champion: str, history: History | None, name: str = NAME
) -> ComparedVersions:
    """Put two versions beside one another.

    Parameters
    ----------
    challenger, champion : str
        Versions; the second counts as the champion.
    history : History, optional
        Whose weekly snapshots after both have learned are asked of both. Where nothing has closed since, the
        older one is asked of the test of the newer one, as far as it closed after what the older one knows.
        If left out, what both predicted of the rows that were in the tests of both.

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
        both = _by_test_of_newer((one, other), history)
        return ComparedVersions(both, leads(both, _margins(one)) if len(both.rows) else ())
    both_models, at = dict(zip(ROLES, bundles, strict=True)), side.rows["at"]
    answers = {
        name: Answers.by(bundle, bundle.matrix(history, side.rows), at)
        for name, bundle in both_models.items()
    }
    both = side_by_side(side.rows, side.X, side.rows, answers, history.playbook, snapshots.end)
    dated = known and all(bundle.closing_times for bundle in bundles)
    forecasts = PairedForecasts.of(both_models, history, max(known)) if dated else None
    return ComparedVersions(both, leads(both, _margins(one)), forecasts)


def _by_test_of_newer(models: Sequence[RegisteredVersion], history: History) -> Comparison:
    """Ask the older of two of the newer one's test, as the gate does; of its dates nothing is kept."""
    learned = {role: (_until(model), model) for role, model in zip(ROLES, models, strict=True)}
    first, second = sorted(ROLES, key=lambda role: learned[role][0])
    (known, older), (until, newer) = learned[first], learned[second]
    number = pd.Series(np.arange(len(history)), history.ids(np.arange(len(history))))
    if newer.tested is None or older.bundle is None or known == until:
        return NOTHING
    tested = newer.tested[newer.tested.index.isin(number.index, level="opportunity_id")]
    moments = pd.DataFrame(
        {
            "opportunity": number.loc[tested.index.get_level_values("opportunity_id")].to_numpy(),
            "at": tested.index.get_level_values("as_of"),
        }
    )
    closed_at = history.tables[OPPORTUNITIES].column("closed_at")
    moments["closed_at"] = closed_at.iloc[moments["opportunity"]].to_numpy()
    later = (moments["closed_at"] > known).to_numpy()
    if not later.any():
        return NOTHING
    rows, moments = tested[later], moments[later].reset_index(drop=True)
    X = older.bundle.matrix(history, moments)
    answers = {
        first: Answers.by(older.bundle, X, moments["at"]),
        second: Answers(rows[MODEL].to_numpy(np.float64), None),
    }
    return side_by_side(rows, X, moments, answers, history.playbook, None)


def _until(model: RegisteredVersion) -> pd.Timestamp:
    """The end of what it knows."""
    known = None if model.bundle is None else model.bundle.manifest.data.as_of
    return pd.Timestamp.min.tz_localize("UTC") if known is None else pd.Timestamp(known)
