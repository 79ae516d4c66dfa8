from __future__ import annotations

from small import Row
from snapshots import BOSS, MET, SET, deals, found, snapshot

from winprob.models.attention.decision_maker import DecisionMaker
from winprob.models.attention.snapshot import Snapshot

HELPER = {"person_id": "helper", "identified_at": "2026-01-05", "role": "coach"}
NOT_MET = {"at": "2026-02-02", "person_id": "helper", "effective": True}


def group(stage: str, day: str, *persons: Row) -> Snapshot:
    return snapshot(
        stage_changes=[{**SET, "stage": stage}],
        close_dates=[{**SET, "expected_close": day}],
        key_persons=persons,
        activities=[NOT_MET],
    )


def test_only_deals_near_a_decision_and_not_reached() -> None:
    cases = {
        ("intent", "2026-09-30"): True,
        ("shortlisted", "2026-04-29"): True,
        ("shortlisted", "2026-03-01"): True,
        ("shortlisted", "2026-04-30"): False,
        ("qualified", "2026-04-02"): False,
    }
    names = {
        f"{stage} {day} {who}": near for (stage, day), near in cases.items() for who in ("boss", "helper")
    }
    seen = snapshot(
        opportunities=deals(names),
        stage_changes=[{**SET, "opportunity_id": name, "stage": name.split()[0]} for name in names],
        close_dates=[{**SET, "opportunity_id": name, "expected_close": name.split()[1]} for name in names],
        key_persons=[{**BOSS, "opportunity_id": name} for name in names],
        activities=[{**MET, "opportunity_id": name, "person_id": name.split()[2]} for name in names],
    )
    expected = {name for name, near in names.items() if near and name.endswith("helper")}
    assert set(found(DecisionMaker, seen)) == expected


def test_known_but_not_reached() -> None:
    finding = found(DecisionMaker, group("intent", "2026-04-20", BOSS))["A"]
    assert finding.evidence.en == (
        "The decision maker is known, but was never reached; the stage is Intent (75 %), "
        "the expected close 2026-04-20, in 20 days."
    )
    assert finding.evidence.zh == (
        "已知决策人，但从未有效接触，而阶段已是意向客户（75%），预计2026-04-20赢单（还剩20天）。"
    )
    assert finding.change.en == "Reach the decision maker with an effective contact."
    assert finding.levers == ("reach_decision_maker",)


def test_not_even_known() -> None:
    finding = found(DecisionMaker, group("intent", "2026-03-01", HELPER))["A"]
    assert finding.evidence.en.startswith(
        "Nobody is known to decide; the stage is Intent (75 %), its date not"
    )
    assert finding.change.zh == "弄清谁是决策人。"
    assert finding.levers == ("identify_decision_maker",)


def test_who_was_reached_need_not_be_recorded_where_nobody_is_known_to_decide() -> None:
    stage = [{**SET, "stage": "intent"}]
    assert found(DecisionMaker, snapshot(stage_changes=stage, key_persons=[HELPER]))
    assert not found(DecisionMaker, snapshot(stage_changes=stage, key_persons=[BOSS]))


def test_without_key_persons_it_is_not_applicable() -> None:
    kind = DecisionMaker(snapshot(stage_changes=[{**SET, "stage": "intent"}], activities=[NOT_MET]))
    assert not list(kind.findings())
    assert kind.not_applicable is not None
