"""The funnel: where the deal is, what is met, and the buyer's steps beside ours."""

from __future__ import annotations

from datetime import date
from typing import Any

from bundles import simulated_history
from deals import CHINA, deal_of, document, open_ids
from small import EIGHT_STEPS, GRADES

from winprob.features.playbook import Playbook
from winprob.serving.deals.funnel import Funnel, funnel_of

CODES = GRADES.stage_codes


def funnel(playbook: Playbook = GRADES, rates: dict[int, float] | None = None, **tables: Any) -> Funnel:
    return funnel_of(document(**tables), playbook, rates or {}, CHINA)


def change(stage: str, at: str) -> dict[str, str]:
    return {"at": at, "stage": stage}


def met(code: str, at: str = "2026-03-01") -> dict[str, str]:
    return {"at": at, "checkpoint": code}


def points(stage: int) -> list[str]:
    return [point.code for point in GRADES.stages[stage].checkpoints]


def test_the_last_change_says_where_the_deal_is() -> None:
    rows = [
        change("target", "2026-01-01"),
        change("intent", "2026-02-01"),
        change("shortlisted", "2026-03-01"),
    ]
    found = funnel(stage_changes=rows)
    assert [step.stage.code for step in found.stages] == list(CODES)
    assert found.present is not None
    assert found.following is not None
    assert (found.present.stage.code, found.following.stage.code) == ("shortlisted", "intent")
    assert [step.is_present for step in found.stages].count(True) == 1
    assert [step.entered_on and step.entered_on.isoformat() for step in found.stages[:4]] == [
        "2026-01-01",
        None,
        "2026-03-01",
        "2026-02-01",
    ]


def test_a_stage_is_entered_the_last_time_on_the_companys_day() -> None:
    rows = [
        change("target", "2026-01-01T20:00Z"),
        change("qualified", "2026-02-01T20:00Z"),
        change("target", "2026-03-01T20:00Z"),
    ]
    assert funnel(stage_changes=rows).stages[0].entered_on == date(2026, 3, 2)


def test_before_the_first_stage_the_first_comes_next() -> None:
    for found in (funnel(), funnel(stage_changes=[])):
        assert found.present is None
        assert found.following is not None
        assert found.following.stage.code == CODES[0]
        assert found.open_checks == ()


def test_after_the_last_stage_none_comes() -> None:
    found = funnel(stage_changes=[change(CODES[-1], "2026-01-01")])
    assert found.present is not None
    assert found.following is None


def test_without_a_stage_the_check_points_tell_it_as_they_do_to_the_model() -> None:
    rows = [met(code) for code in points(0)]
    found = funnel(checkpoints=rows)
    assert found.present is not None
    assert found.present.stage.code == "target"
    assert found.present.entered_on is None
    told = funnel(checkpoints=rows, stage_changes=[change("intent", "2026-01-01")])
    assert told.present is not None
    assert told.present.stage.code == "intent"  # what the seller says goes first


def test_what_is_missing_is_of_this_stage_and_those_before() -> None:
    rows = [met(points(0)[0]), met(points(1)[0])]
    found = funnel(stage_changes=[change("qualified", "2026-01-01")], checkpoints=rows)
    assert [check.code for check in found.open_checks] == [*points(0)[1:], *points(1)[1:]]
    assert found.checks_recorded
    assert not funnel(stage_changes=[change("qualified", "2026-01-01")]).checks_recorded


def test_a_check_point_was_met_the_first_time_that_it_was() -> None:
    rows = [met(points(0)[0], "2026-01-05T20:00Z"), met(points(0)[0], "2026-02-05T20:00Z")]
    first, second, *_ = funnel(checkpoints=rows).stages[0].checks
    assert (first.met_on, second.met_on) == (date(2026, 1, 6), None)


def test_a_win_rate_belongs_to_a_position() -> None:
    found = funnel(rates={0: 0.12, 2: 0.31})
    assert [step.win_rate for step in found.stages[:4]] == [0.12, None, 0.31, None]


def test_the_buyers_steps_stand_beside_ours() -> None:
    code = EIGHT_STEPS.buyer_stages[1].code
    found = funnel(EIGHT_STEPS, buyer_stage_changes=[change(code, "2026-02-01T20:00Z")])
    assert [step.buyer for step in found.stages] == [step.name for step in EIGHT_STEPS.buyer_stages]
    assert [step.buyer_on for step in found.stages[:3]] == [None, date(2026, 2, 2), None]
    assert GRADES.buyer_stages == ()
    assert {step.buyer for step in funnel().stages} == {None}


def test_the_stage_is_that_of_the_model() -> None:
    for opportunity_id in open_ids():
        deal = deal_of(opportunity_id)
        present = deal.funnel.present
        fixed = None if present is None else present.stage.probability
        assert deal.known.answer.rules.stage == fixed
        rate = None if present is None else present.win_rate
        assert deal.known.answer.rules.stage_win_rate == rate
    assert simulated_history().recorded["checkpoints"].any()
