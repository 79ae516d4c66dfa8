from __future__ import annotations

from typing import Any

from small import GRADES
from snapshots import deals, found, snapshot

from winprob.features.playbook_part import ContactRule
from winprob.models.attention.stale import Stale


def contact(at: str, **columns: Any) -> dict[str, Any]:
    return {"at": at, **columns}


def test_silence_of_15_days_with_nothing_planned_or_of_30() -> None:
    cases = {
        ("2026-03-16", None): False,
        ("2026-03-15", None): True,
        ("2026-03-15", "2026-04-02"): False,
        ("2026-03-15", "2026-03-20"): True,
        ("2026-03-01", "2026-04-02"): False,
        ("2026-02-28", "2026-04-02"): True,
    }
    rows = [contact(last, next_at=planned, opportunity_id=f"{last} {planned}") for last, planned in cases]
    seen = snapshot(opportunities=deals(f"{last} {planned}" for last, planned in cases), activities=rows)
    assert set(found(Stale, seen)) == {
        f"{last} {planned}" for (last, planned), stale in cases.items() if stale
    }


def test_the_days_are_those_of_the_playbook() -> None:
    patient = GRADES.model_copy(update={"contact": ContactRule(follow_up_days=40, decide_days=60)})
    rows = [contact("2026-02-20")]
    assert found(Stale, snapshot(activities=rows))
    assert not found(Stale, snapshot(playbook=patient, activities=rows))


def test_says_since_when_and_what_the_rule_asks_for() -> None:
    rows = [
        contact("2026-03-11", opportunity_id="late"),
        contact("2026-01-30", opportunity_id="lost", next_at="2026-05-01"),
    ]
    findings = found(Stale, snapshot(opportunities=deals(["late", "lost"]), activities=rows))
    late, lost = findings["late"], findings["lost"]
    assert late.evidence.en == "The last contact was on 2026-03-11, 20 days ago; no next contact is planned."
    assert late.evidence.zh == "最近一次联系在2026-03-11，距今20天；未约定下次联系。"
    assert "within 7 days" in late.change.en
    assert "7天之内" in late.change.zh
    assert lost.evidence.en == "The last contact was on 2026-01-30, 60 days ago; the next contact is planned."
    assert "after 30 days" in lost.change.en
    assert "30天" in lost.change.zh


def test_without_any_contact_silence_began_with_the_deal() -> None:
    findings = found(
        Stale, snapshot(opportunities=deals("AB"), activities=[contact("2026-03-30", opportunity_id="B")])
    )
    assert findings["A"].evidence.en == (
        "No contact since it was created on 2026-01-01, 89 days ago; no next contact is planned."
    )
    assert "自2026-01-01建立以来89天" in findings["A"].evidence.zh
    assert list(findings) == ["A"]


def test_without_contacts_it_is_not_applicable() -> None:
    kind = Stale(snapshot())
    assert not list(kind.findings())
    assert kind.not_applicable is not None
    assert kind.not_applicable.reason.en == "Contacts with customers are not recorded"
