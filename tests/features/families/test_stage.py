from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from small import AT, BIG_PROJECT, EIGHT_STEPS, GRADES, look, seen, served

from winprob.features.checking import read_document
from winprob.features.playbook import Playbook
from winprob.features.playbook_part import Checkpoint, Words
from winprob.features.record import history_of

FIRST = [checkpoint.code for checkpoint in GRADES.stages[0].checkpoints]
SECOND = [checkpoint.code for checkpoint in GRADES.stages[1].checkpoints]


def changes(*stages: tuple[str, str]) -> list[dict[str, Any]]:
    return [{"at": at, "stage": stage} for at, stage in stages]


def met(*codes: str, at: str = "2026-02-01") -> list[dict[str, Any]]:
    return [{"at": at, "checkpoint": code} for code in codes]


@pytest.mark.parametrize(
    ("stage", "position", "percentage"),
    [
        ("target", 0, 0.10),
        ("qualified", 1, 0.25),
        ("shortlisted", 2, 0.50),
        ("intent", 3, 0.75),
        ("near_won", 4, 0.9),
    ],
)
def test_each_grade_has_its_fixed_percentage(stage: str, position: int, percentage: float) -> None:
    features = seen(stage_changes=changes(("2026-02-01", stage)))
    assert (features["stage_position"], features["stage_percentage"]) == (position, percentage)


def test_the_way_through_the_stages() -> None:
    way = changes(("2026-01-01", "target"), ("2026-01-11", "intent"), ("2026-01-21", "qualified"))
    features = seen("2026-01-31T00:00", stage_changes=way)
    assert features["stage_position"] == 1
    assert features["days_in_stage"] == 10
    assert (features["stage_moves_forward"], features["stage_moves_back"]) == (1, 1)
    assert features["days_since_move_forward"] == 20


def test_a_stage_is_not_entered_again_by_saying_it_again() -> None:
    way = changes(("2026-03-01", "intent"), ("2026-03-21", "intent"))
    features = seen(stage_changes=way)
    assert features["days_in_stage"] == 30
    assert (features["stage_moves_forward"], features["stage_moves_back"]) == (0, 0)
    assert pd.isna(features["days_since_move_forward"])


@pytest.mark.parametrize("order", [("intent", "target"), ("target", "intent")])
def test_of_two_stages_at_one_time_the_further_one_counts(order: tuple[str, str]) -> None:
    """Whichever stands first in the file or the document."""
    rows = changes(*(("2026-03-01", stage) for stage in order))
    for features in (seen(stage_changes=rows), served(stage_changes=rows)):
        assert features["stage_position"] == 3
        assert (features["stage_moves_forward"], features["stage_moves_back"]) == (1, 0)


def test_without_a_stage_nothing_is_known_of_it() -> None:
    features = seen()
    names = ["stage_position", "stage_percentage", "days_in_stage", "stage_moves_forward", "stage_moves_back"]
    assert all(pd.isna(features[name]) for name in names)


def test_a_stage_that_the_playbook_does_not_have_is_no_move() -> None:
    rows = changes(("2026-01-01", "target"), ("2026-02-01", "verbal"), ("2026-03-01", "qualified"))
    features, before = (_accepted(stage_changes=some) for some in (rows, rows[:2]))
    assert (features["stage_moves_forward"], features["stage_moves_back"]) == (0, 0)
    assert features["stage_position"] == 1
    assert pd.isna(before["stage_position"])


def _accepted(**fields: Any) -> dict[str, Any]:
    """Features of a document whose unknown stages count as not recorded."""
    document = read_document({"as_of": AT, **fields}, GRADES, unknown_stages=True)
    return look(history_of([document], GRADES))


def test_in_an_ordered_list_the_stage_is_the_furthest_with_all_before_it_ticked() -> None:
    def judged(*codes: str) -> float:
        return float(seen(checkpoints=met(*codes))["stage_position"])

    assert pd.isna(judged(*FIRST[:-1]))
    assert judged(*FIRST) == 0
    assert judged(*FIRST, SECOND[0]) == 0
    assert judged(*FIRST, *SECOND) == 1
    assert pd.isna(judged(*SECOND))


def test_any_one_factor_puts_a_big_project_into_its_stage() -> None:
    features = seen(playbook=BIG_PROJECT, checkpoints=met("interested", "shortlisted"))
    assert features["stage_position"] == BIG_PROJECT.stage_position("approval")
    assert features["stage_percentage"] == 0.50
    assert features["checkpoints_met"] == 1 / 4


def test_the_stage_that_the_seller_records_goes_before_the_one_that_check_points_give() -> None:
    features = seen(stage_changes=changes(("2026-02-01", "shortlisted")), checkpoints=met(*FIRST))
    assert features["stage_position"] == 2
    assert features["stages_ahead_of_checkpoints"] == 2


def test_a_seller_without_any_check_point_is_ahead_of_the_first_stage_too() -> None:
    features = seen(stage_changes=changes(("2026-02-01", "target")), checkpoints=[])
    assert features["stages_ahead_of_checkpoints"] == 1
    assert features["checkpoints_met"] == 0


def test_check_points_count_for_the_current_stage_and_once_each() -> None:
    rows = met(SECOND[0], SECOND[0], FIRST[0])
    features = seen(stage_changes=changes(("2026-02-01", "qualified")), checkpoints=rows)
    assert features["checkpoints_met"] == 1 / 2
    assert pd.isna(
        seen(stage_changes=changes(("2026-02-01", "near_won")), checkpoints=rows)["checkpoints_met"]
    )


def test_check_points_count_from_when_they_are_met() -> None:
    rows = met(*FIRST, at="2026-02-01")
    assert pd.isna(seen("2026-01-31", checkpoints=rows)["stage_position"])
    assert seen("2026-02-01", checkpoints=rows)["stage_position"] == 0


def test_check_points_that_are_not_recorded_are_not_unmet() -> None:
    features = seen(stage_changes=changes(("2026-02-01", "target")))
    assert pd.isna(features["checkpoints_met"])
    assert pd.isna(features["stages_ahead_of_checkpoints"])


@pytest.mark.parametrize(("judgement", "position"), [("ordered_list", 0), ("any_factor", 2)])
def test_a_playbook_may_have_any_number_of_check_points(judgement: str, position: int) -> None:
    """More than the bits of a whole number."""
    words = Words(zh="点", en="point")
    stages = [
        stage.model_copy(
            update={"checkpoints": tuple(Checkpoint(code=f"{stage.code}{n}", name=words) for n in range(30))}
        )
        for stage in GRADES.stages
    ]
    playbook = Playbook.model_validate(
        GRADES.model_dump() | {"judgement": judgement, "stages": [stage.model_dump() for stage in stages]}
    )
    codes = [*playbook.checkpoint_codes[:30], playbook.checkpoint_codes[89]]
    assert seen(playbook=playbook, checkpoints=met(*codes))["stage_position"] == position


@pytest.mark.parametrize(
    ("buyer", "ahead"), [("problem", 5), ("tender", 1), ("first_choice", 0), ("signing", -2)]
)
def test_a_seller_ahead_of_the_buyer_is_told_by_how_many_steps(buyer: str, ahead: int) -> None:
    features = seen(
        playbook=EIGHT_STEPS,
        stage_changes=changes(("2026-02-01", "evaluation")),
        buyer_stage_changes=[{"at": "2026-02-01", "stage": buyer}],
    )
    assert features["stages_ahead_of_buyer"] == ahead
    assert features["buyer_stage_position"] == 5 - ahead


def test_without_the_buyers_stage_nobody_is_ahead() -> None:
    features = seen(AT, EIGHT_STEPS, stage_changes=changes(("2026-02-01", "evaluation")))
    assert pd.isna(features["buyer_stage_position"])
    assert pd.isna(features["stages_ahead_of_buyer"])
