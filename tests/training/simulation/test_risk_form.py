from __future__ import annotations

import numpy as np
import pytest

from winprob.training.simulation.arrival import blank
from winprob.training.simulation.company import Company
from winprob.training.simulation.deals import Deals
from winprob.training.simulation.risk_form import answer, ask

COMPANY = Company()
ITEMS = [question.item for question in COMPANY.questions]
N = 20_000


def deals(source: str) -> Deals:
    made = blank(COMPANY, N)
    made.source[:] = [option.name for option in COMPANY.sources].index(source)
    made.size[:] = 1
    return made


def scores(made: Deals, item: str) -> list[float]:
    question = np.full(N, ITEMS.index(item))
    answer(COMPANY, made, question, np.ones(N, bool), np.random.default_rng(0))
    return list(np.bincount(made.scores[ITEMS.index(item)], minlength=3) / N)


def test_answers_without_a_lean_are_as_frequent_as_the_habits_say() -> None:
    worst, best = COMPANY.habits.worst_answers, COMPANY.habits.best_answers
    assert scores(deals("referral"), "upside") == pytest.approx([worst, 1 - worst - best, best], abs=0.015)


def test_a_tender_is_entered_late() -> None:
    assert scores(deals("tender"), "entry_timing")[0] > scores(deals("referral"), "entry_timing")[0] + 0.3


def test_only_what_is_answered_changes() -> None:
    made = deals("referral")
    answered = np.arange(N) < 10
    answer(COMPANY, made, np.full(N, 2), answered, np.random.default_rng(0))
    assert (made.scores[2, :10] >= 0).all()
    assert (np.delete(made.scores, 2, axis=0) == -1).all()
    assert (made.scores[2, 10:] == -1).all()


def test_one_question_a_week_is_answered_half_the_time() -> None:
    made = deals("referral")
    ask(COMPANY, made, np.random.default_rng(0))
    answers = (made.scores >= 0).sum(axis=0)
    assert answers.max() == 1
    assert answers.mean() == pytest.approx(COMPANY.habits.answered, abs=0.015)
