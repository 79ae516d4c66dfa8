"""Snapshots of a few open deals, by a model that was trained on a small simulated company."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from bundles import trained_bundle
from small import AT, GRADES, Row, history

from winprob.features.playbook import Playbook
from winprob.features.playbook_part import BuyerStage
from winprob.models.attention.finding import Finding
from winprob.models.attention.kind import Kind
from winprob.models.attention.snapshot import Snapshot
from winprob.models.bundle.bundle import Bundle
from winprob.models.forecast.pipeline import pipeline

BUYERS = GRADES.model_copy(
    update={"buyer_stages": tuple(BuyerStage(code=stage.code, name=stage.name) for stage in GRADES.stages)}
)
"""The playbook of the model, with a buyer's process of the same steps."""

SET = {"at": "2026-01-01"}
"""When what is not to change was recorded."""
PASSED: list[Row] = [{**SET, "item": item.code, "score": 2} for item in GRADES.risk_items]
"""A risk form without any risk."""
BOSS: Row = {"person_id": "boss", "identified_at": "2026-01-05", "role": "decision_maker"}
MET: Row = {"at": "2026-02-28", "person_id": "boss", "effective": True}
"""A decision maker, and an effective contact with them."""


def snapshot(
    at: str = AT, playbook: Playbook = GRADES, bundle: Bundle | None = None, **tables: Sequence[Row]
) -> Snapshot:
    """Open deals of a history of these rows; those that name no opportunity belong to "A"."""
    bundle = replace(bundle or trained_bundle(), playbook=playbook)
    return Snapshot(pipeline(bundle, history(playbook, **tables), at))


def deals(names: Iterable[str]) -> list[Row]:
    """Opportunities of these names, created when "A" is."""
    return [{"opportunity_id": name, "created_at": SET["at"]} for name in names]


def found(kind: type[Kind], seen: Snapshot) -> dict[str, Finding]:
    """Findings of a kind by opportunity."""
    return {finding.opportunity_id: finding for finding in kind(seen).findings()}
