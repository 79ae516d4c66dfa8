from __future__ import annotations

from snapshots import SET, deals, found, snapshot

from winprob.models.attention.snapshot import Snapshot
from winprob.models.attention.veto import Veto


def scored(**scores: int) -> Snapshot:
    return snapshot(
        assessments=[{"at": "2026-02-01", "item": item, "score": score} for item, score in scores.items()]
    )


def test_a_key_item_scored_0() -> None:
    assert list(found(Veto, scored(credit=0, fit=2))) == ["A"]
    assert not found(Veto, scored(credit=1, fit=0))


def test_in_the_first_stage_it_is_still_being_settled() -> None:
    rows = [{**SET, "opportunity_id": stage, "stage": stage} for stage in ("target", "qualified")]
    credit = [
        {**SET, "opportunity_id": stage, "item": "credit", "score": 0} for stage in ("target", "qualified")
    ]
    seen = snapshot(opportunities=deals(["target", "qualified"]), stage_changes=rows, assessments=credit)
    assert list(found(Veto, seen)) == ["qualified"]


def test_names_the_items_and_what_would_improve_them() -> None:
    finding = found(Veto, scored(budget=0, credit=0, fit=0))["A"]
    assert finding.evidence.en == (
        "Scored 0, which alone drops a customer, yet the deal goes on: Customer's size and budget realistic "
        "(can they afford it); Customer's funds and credit record."
    )
    assert finding.evidence.zh.endswith("：客户的规模和预算是否现实（买得起吗）、客户的资金状况和信誉记录。")
    assert finding.levers == ("risk.budget", "risk.credit")


def test_what_is_not_answered_is_not_found_and_not_passed() -> None:
    for seen in (scored(fit=0), snapshot()):
        kind = Veto(seen)
        assert not list(kind.findings())
        assert kind.not_applicable is not None
