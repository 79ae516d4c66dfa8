from __future__ import annotations

from typing import Any

import pytest

from winprob.features.contradiction import contradictions

STAGES = [{"code": "a", "probability": 0.2}, {"code": "b", "probability": 0.4}]


def keys(data: dict[str, Any]) -> list[str]:
    return [problem.key for problem in contradictions(data)]


def test_nothing_is_said_of_what_fits_together() -> None:
    items = [{"code": "a"}, {"code": "b", "weight": 2.5}]
    assert keys({"stages": STAGES, "buyer_stages": STAGES, "risk_items": items, "pass_mark": 7}) == []


def test_codes_of_check_points_are_unique_over_all_stages() -> None:
    stages = [{**stage, "checkpoints": [{"code": "same"}]} for stage in STAGES]
    (problem,) = contradictions({"stages": stages})
    assert problem.key == "stages[1].checkpoints[0].code"
    assert problem.expected == "a code of its own (it is taken by stages[0].checkpoints[0].code)"
    assert problem.found == "'same'"


@pytest.mark.parametrize("part", ["stages", "buyer_stages", "risk_items", "roles"])
def test_codes_are_unique_in_every_list(part: str) -> None:
    twice = [{"code": "same"}, {"code": "same"}]
    assert keys({"stages": STAGES, part: twice}) == [f"{part}[1].code"]


def test_a_pass_mark_needs_items_to_reach_it() -> None:
    (problem,) = contradictions({"stages": STAGES, "pass_mark": 12})
    assert (problem.key, problem.found) == ("pass_mark", "12")
    assert problem.expected.startswith("at most 0")


def test_the_full_mark_may_just_be_reached() -> None:
    items = [{"weight": 1.5}, {}]
    assert keys({"stages": STAGES, "risk_items": items, "pass_mark": 5}) == []
    assert keys({"stages": STAGES, "risk_items": items, "pass_mark": 5.1}) == ["pass_mark"]


def test_there_is_at_least_one_stage() -> None:
    assert keys({"stages": []}) == ["stages"]


@pytest.mark.parametrize("days", [{"review_days": 16}, {"decide_days": 14}])
def test_days_without_contact_do_not_get_shorter(days: dict[str, int]) -> None:
    assert len(keys({"stages": STAGES, "contact": days})) == 1


@pytest.mark.parametrize(
    "data",
    [
        {"stages": 3, "risk_items": "x", "roles": None, "contact": 1, "pass_mark": "y"},
        {"stages": ["a", {"code": 1, "probability": "x"}, {"probability": float("nan")}]},
        {"stages": STAGES, "risk_items": [{"weight": -1}], "pass_mark": 3},
        {"stages": STAGES, "contact": {"review_days": "soon", "decide_days": None}},
    ],
)
def test_values_of_a_wrong_type_are_left_to_the_other_check(data: dict[str, Any]) -> None:
    assert keys(data) == []
