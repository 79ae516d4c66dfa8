"""The buying group: who, how influential, reached or not, and what is missing."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pandas as pd
import pytest
from bundles import simulated_history
from deals import deal_of, document, found, open_ids
from histories import histories, times
from hypothesis import given
from small import GRADES

from winprob.features.build import build
from winprob.features.history import History
from winprob.features.instant import TIME
from winprob.features.record import document_of
from winprob.serving.deals.key_people import KeyPeople, key_people


def person(name: str, role: str, **fields: Any) -> dict[str, Any]:
    return {"person_id": name, "role": role, "identified_at": "2026-01-05", **fields}


def visit(name: str, at: str = "2026-02-01T08:00Z", effective: bool | None = True) -> dict[str, Any]:
    return {"at": at, "kind": "visit", "person_id": name, "effective": effective}


GROUP = [
    person("Wang", "decision_maker", stance="for"),
    person("Li", "recommender", stance="neutral"),
    person("Zhao", "coach", stance="against"),
]


def group(persons: list[dict[str, Any]], activities: list[dict[str, Any]] | None = None) -> KeyPeople:
    fields = {} if activities is None else {"activities": activities}
    seen = key_people(document(key_persons=persons, **fields), GRADES)
    assert seen is not None
    return seen


def missing(seen: KeyPeople) -> list[str]:
    return [words.en for words in seen.missing]


def coverage_feature(history: History, number: int, at: pd.Timestamp) -> float:
    """The feature of the model's matrix."""
    snapshots = pd.DataFrame({"opportunity": [number], "at": pd.Series([at], dtype=TIME)})
    return float(build(history, snapshots=snapshots)["key_person_coverage"].iloc[0])


def test_coverage_is_the_models() -> None:
    seen = []
    for opportunity_id in open_ids():
        people, deal = deal_of(opportunity_id).people, found(opportunity_id)
        assert people is not None
        feature = coverage_feature(simulated_history(), deal.number, deal.at)
        if people.coverage is None:
            assert pd.isna(feature)
        else:
            assert people.coverage == pytest.approx(feature, abs=1e-5)
        seen.append(people.coverage)
    assert None in seen
    assert len(set(seen)) > 10


@given(histories(most=2), times)
def test_coverage_is_the_models_whatever_is_recorded(history: History, at: pd.Timestamp) -> None:
    for number in range(len(history)):
        people = key_people(document_of(history, number, at), history.playbook)
        told = None if people is None else people.coverage
        feature = coverage_feature(history, number, at)
        assert (told is None) == pd.isna(feature)
        if told is not None:
            assert told == pytest.approx(feature, abs=1e-3)


def test_influence_is_shared_by_role_and_weight() -> None:
    weights = {role.code: role.weight for role in GRADES.roles}
    seen = group([person("Li", "recommender"), person("Wang", "decision_maker", influence=3)])
    whole = 3 * weights["decision_maker"] + weights["recommender"]
    assert [each.name for each in seen.people] == ["Wang", "Li"]
    shares = [3 * weights["decision_maker"] / whole, weights["recommender"] / whole]
    assert [each.share for each in seen.people] == pytest.approx(shares)


def test_a_person_is_as_last_described() -> None:
    rows = [person("Wang", "coach", stance="against"), person("Wang", "decision_maker", stance="for")]
    [wang] = group(rows).people
    assert wang.stance is not None
    assert (wang.role.in_language("en"), wang.stance.in_language("en")) == ("Decision maker", "for us")


def test_who_was_reached_had_an_effective_contact() -> None:
    contacts = [visit("Wang", effective=False), visit("Li"), visit("Li", "2026-03-01T08:00Z", False)]
    people = {each.name: each for each in group(GROUP, contacts).people}
    assert {name: each.reached for name, each in people.items()} == {"Wang": False, "Li": True, "Zhao": False}
    assert people["Li"].last_contact == datetime.fromisoformat("2026-03-01T08:00Z")
    assert people["Wang"].last_contact == datetime.fromisoformat("2026-02-01T08:00Z")
    assert people["Zhao"].last_contact is None


def test_what_is_missing_is_named_the_most_important_first() -> None:
    assert missing(group([])) == [
        "Decision maker: not identified",
        "Recommender: not identified",
        "Coach (insider): not identified",
    ]
    assert missing(group(GROUP, [visit("Li")])) == [
        "Decision maker: not reached",
        "Coach (insider): not reached",
    ]
    assert missing(group(GROUP, [visit("Wang"), visit("Li"), visit("Zhao")])) == []


def test_one_of_a_role_who_was_reached_is_enough() -> None:
    others = [person("Qian", "decision_maker", stance="for"), person("Sun", "other", stance="for")]
    contacts = [visit("Qian"), visit("Li"), visit("Zhao")]
    assert missing(group([*GROUP, *others], contacts)) == []


def test_who_has_no_stance_is_named() -> None:
    rows = [*GROUP[:2], person("Zhao", "coach"), person("Sun", "other")]
    contacts = [visit(name) for name in ("Wang", "Li", "Zhao")]
    assert missing(group(rows, contacts)) == ["Stance not recorded: Zhao, Sun"]


def test_where_contacts_are_not_kept_the_crm_says_who_was_reached() -> None:
    said = [person("Wang", "decision_maker", reached=True), person("Li", "recommender", reached=False)]
    seen = group(said)
    assert [each.reached for each in seen.people] == [True, False]
    assert seen.coverage == pytest.approx(seen.people[0].share)
    silent = group([*said, person("Zhao", "coach")])
    assert silent.coverage is None
    assert "Coach (insider): not reached" not in missing(silent)


def test_nobody_identified_covers_nothing() -> None:
    assert (group([]).people, group([]).coverage) == ((), None)
    assert key_people(document(stage="intent"), GRADES) is None
