from __future__ import annotations

import pytest
from snapshots import BUYERS, SET, found, snapshot

from winprob.models.attention.ahead_of_buyer import AheadOfBuyer
from winprob.models.attention.snapshot import Snapshot


def both(ours: str, theirs: str) -> Snapshot:
    return snapshot(
        playbook=BUYERS,
        stage_changes=[{**SET, "stage": ours}],
        buyer_stage_changes=[{**SET, "stage": theirs}],
    )


@pytest.mark.parametrize(
    ("ours", "theirs", "ahead"),
    [("intent", "qualified", True), ("qualified", "qualified", False), ("target", "intent", False)],
)
def test_only_if_the_seller_is_further(ours: str, theirs: str, ahead: bool) -> None:
    assert ("A" in found(AheadOfBuyer, both(ours, theirs))) == ahead


def test_says_where_both_stand_and_what_comes_next() -> None:
    finding = found(AheadOfBuyer, both("intent", "qualified"))["A"]
    assert finding.evidence.en == 'We are at "Intent", the customer is at "Qualified": 2 steps ahead.'
    assert finding.evidence.zh == "我方已到“意向客户”，客户还在“有效客户”，超前2步。"
    assert '"Shortlisted" first' in finding.change.en
    assert "“入围客户”" in finding.change.zh
    assert "1 step ahead" in found(AheadOfBuyer, both("intent", "shortlisted"))["A"].evidence.en


def test_without_buyers_stages_it_is_not_applicable() -> None:
    for playbook in (BUYERS, BUYERS.model_copy(update={"buyer_stages": ()})):
        kind = AheadOfBuyer(snapshot(playbook=playbook, stage_changes=[{**SET, "stage": "intent"}]))
        assert not list(kind.findings())
        assert kind.not_applicable is not None
