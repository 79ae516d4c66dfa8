from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from small import AT, GRADES, seen, served

from winprob.features.playbook import Playbook

ITEMS = [item.code for item in GRADES.risk_items]
TOTALS = ["risk_total", "risk_passed", "risk_veto"]


def scored(at: str = "2026-02-01", **scores: int) -> list[dict[str, Any]]:
    return [{"at": at, "item": item, "score": score} for item, score in scores.items()]


def playbook(pass_mark: float | None = None, **items: dict[str, Any]) -> Playbook:
    """The customer grades with a risk form of its own."""
    words = {"zh": "项", "en": "item"}
    risk_items = [{"code": code, "name": words, **rules} for code, rules in items.items()]
    return Playbook.model_validate(GRADES.model_dump() | {"risk_items": risk_items, "pass_mark": pass_mark})


def test_the_full_form_has_eighteen_points_in_nine_items() -> None:
    features = seen(assessments=scored(**dict.fromkeys(ITEMS, 2)))
    assert (features["risk_total"], features["risk_answered"]) == (18, 1)
    assert (features["risk_passed"], features["risk_veto"]) == (1, 0)


@pytest.mark.parametrize(("good", "passed"), [(6, 1.0), (5, 0.0)])
def test_twelve_points_pass(good: int, passed: float) -> None:
    """S2: the pass mark is, for example, 12."""
    features = seen(assessments=scored(**dict.fromkeys(ITEMS[:good], 2)))
    assert (features["risk_total"], features["risk_passed"]) == (2 * good, passed)
    assert features["risk_answered"] == good / 9


@pytest.mark.parametrize("item", ["budget", "credit"])
def test_nought_on_a_key_item_is_a_veto_whatever_the_total(item: str) -> None:
    features = seen(assessments=scored(**dict.fromkeys(ITEMS, 2) | {item: 0}))
    assert (features["risk_passed"], features["risk_veto"]) == (1, 1)
    assert features[f"risk.{item}"] == 0


def test_nought_on_another_item_is_no_veto() -> None:
    assert seen(assessments=scored(budget=1, fit=0))["risk_veto"] == 0


def test_a_veto_is_not_known_before_a_key_item_is_answered() -> None:
    assert pd.isna(seen(assessments=scored(fit=0))["risk_veto"])


def test_an_item_weighs_as_the_playbook_says() -> None:
    form = playbook(pass_mark=7, money={"weight": 3}, fit={"weight": 0.5})
    features = seen(AT, form, assessments=scored(money=2, fit=1))
    assert features["risk_total"] == 3 * 2 + 0.5 * 1
    assert features["risk_passed"] == 0


def test_the_last_score_counts() -> None:
    rows = scored("2026-02-01", budget=2) + scored("2026-03-01", budget=0)
    assert seen("2026-02-15", assessments=rows)["risk.budget"] == 2
    assert seen(assessments=rows)["risk.budget"] == 0


def test_of_two_scores_at_one_time_the_better_one_counts() -> None:
    rows = scored("2026-02-01", budget=0) + scored("2026-03-01", budget=2) + scored("2026-03-01", budget=1)
    for order in (rows, rows[::-1]):
        assert seen(assessments=order)["risk.budget"] == 2
        assert served(assessments=order)["risk.budget"] == 2


def test_the_score_of_another_opportunity_does_not_count() -> None:
    opportunities = [{"opportunity_id": "A"}, {"opportunity_id": "B"}]
    rows = scored(budget=0) + [row | {"opportunity_id": "B"} for row in scored(fit=2)]
    features = seen(opportunity=1, opportunities=opportunities, assessments=rows)
    assert (features["risk_total"], features["risk_answered"]) == (2, 1 / 9)
    assert pd.isna(features["risk.budget"])


def test_what_is_not_answered_is_missing_and_lowers_the_share() -> None:
    features = seen(assessments=scored(fit=1))
    assert features["risk.fit"] == 1
    assert all(pd.isna(features[f"risk.{item}"]) for item in ITEMS if item != "fit")
    assert features["risk_answered"] == 1 / 9


def test_an_empty_form_is_answered_by_nothing_and_no_form_is_missing() -> None:
    empty, none = seen(assessments=[]), seen()
    assert empty["risk_answered"] == served(risk_scores={})["risk_answered"] == 0
    assert pd.isna(none["risk_answered"])
    assert all(pd.isna(features[name]) for features in (empty, none) for name in TOTALS)


def test_a_playbook_may_lack_form_pass_mark_and_veto() -> None:
    without = seen(AT, playbook())
    assert all(pd.isna(without[name]) for name in [*TOTALS, "risk_answered"])
    plain = seen(AT, playbook(fit={}), assessments=scored(fit=0))
    assert (plain["risk_total"], plain["risk_answered"]) == (0, 1)
    assert pd.isna(plain["risk_passed"])
    assert pd.isna(plain["risk_veto"])


def test_the_tenth_item_is_the_playbooks_own() -> None:
    features = seen(AT, playbook(land={"weight": 2, "veto": True}), assessments=scored(land=0))
    assert (features["risk.land"], features["risk_veto"]) == (0, 1)
