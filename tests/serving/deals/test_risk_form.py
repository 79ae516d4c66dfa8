"""The risk form: the last score of each item, the total, and whether it is passed."""

from __future__ import annotations

from datetime import date

import pytest
from deals import CHINA, document
from hypothesis import given
from hypothesis import strategies as st
from small import GRADES

from winprob.features.playbook import Playbook
from winprob.serving.deals.risk_form import RiskForm, risk_form_of

ITEMS = [item.code for item in GRADES.risk_items]
VETOES = [item.code for item in GRADES.risk_items if item.veto]
OTHERS = [code for code in ITEMS if code not in VETOES]
FULL = dict.fromkeys(ITEMS, 2)
SCORES = st.dictionaries(st.sampled_from(ITEMS), st.integers(0, 2))


def form(scores: dict[str, int], playbook: Playbook = GRADES) -> RiskForm:
    rows = [{"at": "2026-03-01", "item": item, "score": score} for item, score in scores.items()]
    found = risk_form_of(document(assessments=rows), playbook, playbook.calendar)
    assert found is not None
    return found


def test_the_playbook_of_these_tests_has_vetoes_and_other_items() -> None:
    assert len(VETOES) >= 1
    assert len(OTHERS) >= 3
    assert GRADES.pass_mark == 12


def test_a_form_that_reaches_the_mark_is_passed() -> None:
    found = form(FULL)
    assert (found.total, found.full_mark, found.unanswered, found.is_passed) == (18, 18, 0, True)
    assert form(dict.fromkeys(ITEMS, 1)).is_passed is False


def test_a_veto_fails_it_whatever_the_total() -> None:
    found = form(FULL | {VETOES[0]: 0})
    assert found.total >= 12
    assert found.is_passed is False
    assert [each.item.code for each in found.items if each.vetoes] == [VETOES[0]]
    assert form(FULL | {OTHERS[0]: 0}).is_passed is True
    assert form({VETOES[0]: 0}).is_passed is False


def test_it_is_undecided_while_what_is_open_could_decide() -> None:
    assert form({}).is_passed is None
    assert form({code: 2 for code in ITEMS if code != VETOES[0]}).is_passed is None
    assert form({code: 2 for code in ITEMS if code != OTHERS[0]}).is_passed is True
    assert form(dict.fromkeys(OTHERS, 0)).is_passed is False  # the others cannot make up for it


@given(SCORES)
def test_it_is_decided_as_every_way_to_fill_it_in_would_be(scores: dict[str, int]) -> None:
    """The best and the worst way decide: every other lies between them."""
    open_items = [code for code in ITEMS if code not in scores]
    best, worst = (form(scores | dict.fromkeys(open_items, score)).is_passed for score in (2, 0))
    assert form(scores).is_passed is (best if best is worst else None)


@given(SCORES)
def test_the_total_is_what_somebody_adds_up(scores: dict[str, int]) -> None:
    weights = {item.code: item.weight for item in GRADES.risk_items}
    found = form(scores)
    assert found.total == pytest.approx(sum(weights[code] * score for code, score in scores.items()))
    assert found.unanswered == len(ITEMS) - len(scores)


def test_without_a_pass_mark_nothing_is_passed() -> None:
    assert form(FULL, GRADES.model_copy(update={"pass_mark": None})).is_passed is None


def test_the_last_score_counts_on_the_companys_day() -> None:
    rows = [
        {"at": "2026-03-01T20:00Z", "item": ITEMS[0], "score": 0},
        {"at": "2026-03-02T20:00Z", "item": ITEMS[0], "score": 2},
    ]
    found = risk_form_of(document(assessments=rows), GRADES, CHINA)
    assert found is not None
    assert (found.items[0].score, found.items[0].on) == (2, date(2026, 3, 3))
    assert (found.items[1].score, found.items[1].on) == (None, None)
    assert [each.item.code for each in found.items] == ITEMS


def test_a_form_that_is_not_kept_is_not_told() -> None:
    assert risk_form_of(document(stage="intent"), GRADES, CHINA) is None
    nothing = GRADES.model_copy(update={"risk_items": ()})
    assert risk_form_of(document(assessments=[]), nothing, CHINA) is None
