from __future__ import annotations

from dataclasses import fields

from winprob.training.simulation.company import Company
from winprob.training.simulation.habits import Habits

LOG_ODDS_AND_SPANS = {
    "belief",
    "forgotten_weeks",
    "call_back_weeks",
    "rivals_in_tender",
    "advance_by_checkpoints",
    "advance_by_contact",
    "back",
    "back_by_newcomer",
    "amount_drift",
    "first_promise",
    "push_weeks",
}


def test_all_but_log_odds_and_spans_are_between_0_and_1() -> None:
    habits = Habits()
    for field in fields(habits):
        if field.name not in LOG_ODDS_AND_SPANS:
            value = getattr(habits, field.name)
            for number in value if isinstance(value, tuple) else (value,):
                assert 0 <= number <= 1, field.name


def test_every_stage_has_its_chances_of_rivals() -> None:
    habits, stages = Habits(), len(Company().stages)
    assert len(habits.rival_enters) == len(habits.rival_leaves) == stages
    assert sum(habits.rivals_at_first) == 1
