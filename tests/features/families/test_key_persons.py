from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from small import GRADES, seen

ROLE_FLAGS = {
    "decision_maker": "decision_maker_reached",
    "recommender": "recommender_reached",
    "facilitator": "facilitator_reached",
    "coach": "coach_reached",
}


def person(name: str, role: str, identified_at: str = "2026-01-05", **columns: Any) -> dict[str, Any]:
    return {"person_id": name, "role": role, "identified_at": identified_at, **columns}


def visit(name: str | None, at: str = "2026-02-01", *, effective: bool | None = True) -> dict[str, Any]:
    return {"at": at, "kind": "visit", "person_id": name, "effective": effective}


GROUP = [person("Wang", "decision_maker"), person("Li", "recommender"), person("Zhao", "coach")]


def test_coverage_is_the_influence_of_those_reached_over_those_identified() -> None:
    """Weights of the playbook: decision maker 0.40, recommender 0.25, coach 0.15."""
    features = seen(key_persons=GROUP, activities=[visit("Li"), visit("Zhao")])
    assert features["key_persons_identified"] == 3
    assert features["key_person_coverage"] == pytest.approx((0.25 + 0.15) / (0.40 + 0.25 + 0.15))


def test_influence_multiplies_the_weight_of_the_role_and_is_1_if_left_out() -> None:
    group = [person("Wang", "decision_maker", influence=3), person("Li", "recommender")]
    features = seen(key_persons=group, activities=[visit("Wang")])
    assert features["key_person_coverage"] == pytest.approx(1.2 / (1.2 + 0.25))


def test_a_role_that_the_playbook_does_not_weigh_counts_as_1() -> None:
    decision_maker = tuple(role for role in GRADES.roles if role.code == "decision_maker")
    short = GRADES.model_copy(update={"roles": decision_maker})
    features = seen(playbook=short, key_persons=GROUP, activities=[visit("Li")])
    assert features["key_person_coverage"] == pytest.approx(1 / (0.40 + 1 + 1))


def test_reached_is_who_has_an_effective_contact_by_then() -> None:
    rows = [
        visit("Wang", effective=False),
        visit("Li", effective=None),
        visit(None),
        visit("Zhao", "2026-03-01"),
    ]
    before = seen("2026-02-28", key_persons=GROUP, activities=rows)
    assert before["key_person_coverage"] == 0
    assert [before[flag] for flag in ROLE_FLAGS.values()] == [0, 0, 0, 0]
    after = seen("2026-03-01", key_persons=GROUP, activities=rows)
    assert [after[flag] for flag in ROLE_FLAGS.values()] == [0, 0, 0, 1]


@pytest.mark.parametrize("role", ROLE_FLAGS)
def test_each_role_has_its_flag(role: str) -> None:
    features = seen(key_persons=[person("p", role)], activities=[visit("p")])
    assert {name for name in ROLE_FLAGS.values() if features[name] == 1} == {ROLE_FLAGS[role]}


def test_a_decision_maker_is_identified_from_when_that_is_known() -> None:
    group = [person("Wang", "decision_maker", "2026-02-01")]
    assert seen("2026-01-31", key_persons=group)["decision_maker_identified"] == 0
    assert seen("2026-02-01", key_persons=group)["decision_maker_identified"] == 1


def test_who_was_met_before_being_identified_is_reached_once_identified() -> None:
    group = [person("Wang", "decision_maker", "2026-03-01")]
    rows = [visit("Wang", "2026-02-01")]
    before = seen("2026-02-15", key_persons=group, activities=rows)
    assert before["decision_maker_reached"] == 0
    assert pd.isna(before["days_since_decision_maker"])
    features = seen("2026-03-01T00:00", key_persons=group, activities=rows)
    assert features["decision_maker_reached"] == 1
    assert features["days_since_decision_maker"] == 28


def test_the_decision_maker_was_last_met_at_the_last_effective_contact() -> None:
    rows = [visit("Wang", "2026-02-01"), visit("Wang", "2026-03-01"), visit("Li", "2026-03-21")]
    rows += [visit("Wang", "2026-03-28", effective=False)]
    assert seen(key_persons=GROUP, activities=rows)["days_since_decision_maker"] == 30
    assert pd.isna(seen(key_persons=GROUP, activities=[])["days_since_decision_maker"])


def test_a_person_counts_once_as_last_described() -> None:
    group = [
        person("Wang", "decision_maker", "2026-01-05", stance="against"),
        person("Wang", "recommender", "2026-03-01", stance="for"),
    ]
    before = seen("2026-02-01", key_persons=group, activities=[visit("Wang")])
    assert (before["decision_maker_reached"], before["recommender_reached"]) == (1, 0)
    assert (before["key_person_stance"], before["key_persons_against"]) == (-1, 1)
    after = seen(key_persons=group, activities=[visit("Wang")])
    assert (after["decision_maker_reached"], after["recommender_reached"]) == (0, 1)
    assert (after["key_person_stance"], after["key_persons_against"]) == (1, 0)
    assert after["key_persons_identified"] == 1


def test_the_stance_is_a_mean_weighted_by_influence_of_those_who_have_one() -> None:
    stances = {"Wang": "against", "Li": "for", "Zhao": None}
    group = [row | {"stance": stances[row["person_id"]]} for row in GROUP]
    features = seen(key_persons=[*group, person("Qian", "other", stance="neutral")])
    assert features["key_person_stance"] == pytest.approx((0.25 - 0.40) / (0.40 + 0.25 + 0.08))
    assert features["key_persons_against"] == 1


def test_a_stance_that_nobody_stated_is_missing() -> None:
    features = seen(key_persons=GROUP)
    assert pd.isna(features["key_person_stance"])
    assert pd.isna(features["key_persons_against"])


def test_without_contacts_it_is_not_known_who_was_reached() -> None:
    features = seen(key_persons=GROUP)
    assert (features["key_persons_identified"], features["decision_maker_identified"]) == (3, 1)
    assert all(pd.isna(features[name]) for name in [*ROLE_FLAGS.values(), "key_person_coverage"])


def test_key_persons_that_are_not_recorded_are_not_none() -> None:
    features = seen(activities=[visit("Wang")])
    names = [
        "key_persons_identified",
        "decision_maker_identified",
        "key_person_coverage",
        *ROLE_FLAGS.values(),
    ]
    assert all(pd.isna(features[name]) for name in names)


def test_an_empty_group_has_nobody_and_nothing_to_cover() -> None:
    features = seen(key_persons=[], activities=[])
    assert features["key_persons_identified"] == features["decision_maker_identified"] == 0
    assert [features[flag] for flag in ROLE_FLAGS.values()] == [0, 0, 0, 0]
    assert pd.isna(features["key_person_coverage"])


def test_the_same_id_in_another_opportunity_is_another_person() -> None:
    features = seen(
        opportunities=[{"opportunity_id": "A"}, {"opportunity_id": "B"}],
        key_persons=[person("Wang", "decision_maker")],
        activities=[visit("Wang") | {"opportunity_id": "B"}],
    )
    assert features["decision_maker_reached"] == 0
