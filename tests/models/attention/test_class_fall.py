from __future__ import annotations

import pytest
from small import GRADES, Row
from snapshots import BOSS, MET, PASSED, SET, found, snapshot

from winprob.models.attention.class_fall import ClassFall
from winprob.models.attention.snapshot import Snapshot

CREATED, LATELY = SET["at"], "2026-03-20"


def form(at: str, score: int, **others: int) -> list[Row]:
    return [
        {"at": at, "item": item.code, "score": others.get(item.code, score)} for item in GRADES.risk_items
    ]


def dated(*dates: tuple[str, str], scores: list[Row]) -> Snapshot:
    rows = [{"at": at, "expected_close": day} for at, day in dates]
    return snapshot(close_dates=rows, assessments=scores, stage_changes=[{"at": CREATED, "stage": "intent"}])


def test_a_postponed_a_becomes_a_c() -> None:
    seen = dated((CREATED, "2026-05-01"), (LATELY, "2026-09-30"), scores=PASSED)
    finding = found(ClassFall, seen)["A"]
    assert finding.evidence.en == (
        "Class A on 2026-03-03, C now: expected to close 2026-09-30 instead of 2026-05-01."
    )
    assert finding.evidence.zh == "2026-03-03为A类，现为C类：预计成交日由2026-05-01推迟到2026-09-30。"
    assert "waits for" in finding.change.en
    assert "客户在等什么" in finding.change.zh


@pytest.mark.parametrize(
    ("scores", "english", "chinese"),
    [
        (form(LATELY, 1), "the risk form has 9, its pass mark is 12", "风险评估9分，及格线12分"),
        (form(LATELY, 2, credit=0), "a veto on the risk form", "风险评估一票否决"),
    ],
)
def test_a_riskier_a_becomes_a_b(scores: list[Row], english: str, chinese: str) -> None:
    finding = found(ClassFall, dated((CREATED, "2026-05-01"), scores=[*PASSED, *scores]))["A"]
    assert finding.evidence.en == f"Class A on 2026-03-03, B now: {english}."
    assert finding.evidence.zh == f"2026-03-03为A类，现为B类：{chinese}。"
    assert finding.change.en.startswith("Go through the risk form")


def test_without_a_form_the_probability_is_the_risk() -> None:
    seen = snapshot(
        stage_changes=[{"at": CREATED, "stage": "near_won"}, {"at": LATELY, "stage": "target"}],
        close_dates=[{"at": CREATED, "expected_close": "2026-05-01"}],
        key_persons=[BOSS],
        activities=[MET],
    )
    now, then = seen.probability[0], seen.month_ago.probability[0]
    evidence = found(ClassFall, seen)["A"].evidence
    assert then > now
    assert evidence.en.endswith(f"its win probability was {then * 100:.0f} % and is {now * 100:.0f} %.")
    assert evidence.zh.endswith(f"赢单概率当时为{then:.0%}，现为{now:.0%}。")


def test_what_is_still_an_a_or_never_was_has_not_fallen() -> None:
    assert not found(ClassFall, dated((CREATED, "2026-05-01"), (LATELY, "2026-05-20"), scores=PASSED))
    postponed = (CREATED, "2026-05-01"), (LATELY, "2026-09-30")
    assert not found(ClassFall, dated(*postponed, scores=form(CREATED, 1)))


def test_deals_of_this_month_cannot_have_fallen() -> None:
    kind = ClassFall(snapshot(opportunities=[{"created_at": "2026-03-28"}]))
    assert not list(kind.findings())
    assert kind.not_applicable is not None
