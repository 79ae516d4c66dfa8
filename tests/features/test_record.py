"""Documents become histories. That both give the same features, whatever was recorded, is in test_build."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from small import AT, EIGHT_STEPS, GRADES, history, look, present, seen, served

from winprob.features.attribute import Attribute
from winprob.features.build import build
from winprob.features.checking import read_document
from winprob.features.contract import EVENT_TABLES, TIME_OF
from winprob.features.document import Document
from winprob.features.record import document_of, history_of, snapshots_of


def documents(*found: dict[str, Any]) -> list[Document]:
    return [read_document({"as_of": AT, **fields}, GRADES) for fields in found]


def matrix(read: list[Document]) -> pd.DataFrame:
    return build(history_of(read, GRADES), snapshots=snapshots_of(read))


def test_of_an_empty_document_every_feature_is_missing() -> None:
    assert present(served()) == {}
    assert present(served(playbook=EIGHT_STEPS)) == {}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"stage": "intent"}, {"stage_position": 3, "stage_percentage": 0.75}),
        ({"created_at": "2026-03-01"}, {"age": 30}),
        ({"amount": 0}, {"log_amount": 0}),
        ({"expected_close": "2026-04-10"}, {"days_to_expected_win": 10, "expected_win_overdue": 0}),
        ({"expected_close": "2026-03-30"}, {"days_to_expected_win": -1, "expected_win_overdue": 1}),
        (
            {"last_contact_at": "2026-03-21"},
            {"days_since_contact": 10, "follow_up_step": 1},
        ),
        (
            {"next_contact_at": "2026-04-02"},
            {"next_contact_planned": 1, "next_contact_overdue": 0, "days_to_next_contact": 2},
        ),
        (
            {"last_contact_at": "2026-03-21", "next_contact_at": "2026-03-29"},
            {
                "days_since_contact": 10,
                "follow_up_step": 1,
                "next_contact_planned": 0,
                "next_contact_overdue": 1,
                "days_to_next_contact": -2,
            },
        ),
        ({"competitor_count": 0}, {"competitors": 0, "competition_rule": 0.80}),
        ({"competitor_count": 2}, {"competitors": 2, "competition_rule": 1 / 3}),
        (
            {"risk_scores": {"budget": 2, "fit": 0}},
            {
                "risk_total": 2,
                "risk_answered": 2 / 9,
                "risk_passed": 0,
                "risk_veto": 0,
                "risk.budget": 2,
                "risk.fit": 0,
            },
        ),
        ({"industry": "machinery", "region": "east"}, {"industry": "machinery", "region": "east"}),
        (
            {"customer_id": "Huaqiang", "owner_id": "li", "team": "north", "currency": "CNY"},
            {"currency": "CNY"},
        ),
        (
            {"track_records": {"customer": {"won": 2}}},
            {"customer_wins": 2, "customer_won_before": 1, "customer_only_lost_before": 0},
        ),
        ({"track_records": {"customer": {"won": 0}}}, {"customer_wins": 0, "customer_won_before": 0}),
        ({"track_records": {"owner": {"open": 7}}}, {"seller_open_opportunities": 7}),
    ],
    ids=str,
)
def test_a_short_form_gives_what_it_says_and_leaves_the_rest_missing(
    fields: dict[str, Any], expected: dict[str, Any]
) -> None:
    assert present(served(**fields)) == expected


def person(role: str, **columns: Any) -> dict[str, Any]:
    return {"role": role, **columns}


IDENTIFIED = {"key_persons_identified": 2, "decision_maker_identified": 1}
NOBODY_ELSE = {"recommender_reached": 0, "facilitator_reached": 0}


@pytest.mark.parametrize(
    ("decision_maker", "coach", "expected"),
    [
        (True, True, {"decision_maker_reached": 1, "coach_reached": 1, "key_person_coverage": 1}),
        (
            True,
            False,
            {"decision_maker_reached": 1, "coach_reached": 0, "key_person_coverage": pytest.approx(8 / 11)},
        ),
        (False, False, {"decision_maker_reached": 0, "coach_reached": 0, "key_person_coverage": 0}),
        (None, True, {"coach_reached": 1}),
        (None, False, {"coach_reached": 0}),
    ],
)
def test_a_crm_may_say_itself_who_was_reached(
    decision_maker: bool | None, coach: bool, expected: dict[str, Any]
) -> None:
    """Of whom it does not say so it is not known; contacts themselves stay missing."""
    group = [person("decision_maker", reached=decision_maker), person("coach", reached=coach)]
    assert present(served(key_persons=group)) == IDENTIFIED | NOBODY_ELSE | expected


@pytest.mark.parametrize("contact", [{}, {"last_contact_at": AT}, {"next_contact_at": AT}])
def test_a_crm_may_not_say_who_was_reached(contact: dict[str, Any]) -> None:
    """A last contact does not tell with whom it was."""
    found = present(served(key_persons=[person("decision_maker"), person("coach")], **contact))
    assert {
        name: value for name, value in found.items() if "contact" not in name and name != "follow_up_step"
    } == (IDENTIFIED)


def test_a_role_is_reached_if_anybody_in_it_was() -> None:
    group = [person("coach"), person("coach", reached=True)]
    assert served(key_persons=group)["coach_reached"] == 1
    assert pd.isna(served(key_persons=[person("coach"), person("coach", reached=False)])["coach_reached"])


def test_reached_and_the_last_contact_go_together() -> None:
    features = served(key_persons=[person("coach", reached=True)], last_contact_at="2026-03-21")
    assert (features["coach_reached"], features["days_since_contact"]) == (1, 10)
    assert pd.isna(features["effective_share"])
    assert pd.isna(features["contacts_in_30_days"])


def test_contacts_say_who_was_reached() -> None:
    visits = [{"at": "2026-03-01", "person_id": "Zhao", "effective": True}]
    features = served(
        key_persons=[person("coach", person_id="Zhao"), person("recommender")], activities=visits
    )
    assert (features["coach_reached"], features["recommender_reached"]) == (1, 0)
    assert features["contacts_in_90_days"] == 1


def test_persons_without_an_id_are_persons_of_their_own() -> None:
    group = [person("coach", stance="for"), person("coach", stance="against", influence=2)]
    features = served(key_persons=group)
    assert (features["key_persons_identified"], features["key_persons_against"]) == (2, 1)
    assert features["key_person_stance"] == pytest.approx((1 - 2) / 3)


@pytest.mark.parametrize(
    ("table", "zero"),
    [
        ("stage_changes", ["stage_moves_forward", "stage_moves_back"]),
        ("close_dates", ["pushes"]),
        (
            "activities",
            ["contacts_in_7_days", "contacts_in_90_days", "negotiation_rounds", "next_contact_planned"],
        ),
        ("key_persons", ["key_persons_identified", "decision_maker_identified"]),
        ("competitors", ["competitors", "competitors_left", "competitors_entered_lately"]),
        ("assessments", ["risk_answered"]),
    ],
)
def test_an_empty_table_is_recorded_as_having_nothing(table: str, zero: list[str]) -> None:
    empty, absent = served(**{table: []}), served()
    assert [empty[name] for name in zero] == [0] * len(zero)
    assert all(pd.isna(absent[name]) for name in zero)
    assert present(served(created_at="2026-01-01", **{table: []})) == present(seen(**{table: []}))


def test_rows_of_tables_have_their_times() -> None:
    changes = [{"at": "2026-01-01", "stage": "target"}, {"at": "2026-03-01", "stage": "intent"}]
    features = served(stage_changes=changes)
    assert (features["days_in_stage"], features["stage_moves_forward"]) == (30, 1)


def test_documents_do_not_see_each_other() -> None:
    one = {
        "stage": "intent",
        "customer_id": "c",
        "owner_id": "o",
        "competitor_count": 1,
        "created_at": "2026-01-01",
    }
    two = {
        "amounts": [{"at": "2026-01-01", "amount": 3}],
        "customer_id": "c",
        "owner_id": "o",
        "key_persons": [person("coach", person_id="Zhao")],
        "region": "east",
    }
    three = {"activities": [{"at": "2026-03-01", "person_id": "Zhao", "effective": True}], "region": "west"}
    together = matrix(documents(one, {}, two, three))
    for number, fields in enumerate([one, {}, two, three]):
        row = {str(name): value for name, value in together.iloc[number].items()}
        assert present(row) == present(served(**fields))


def test_a_contact_with_somebody_in_one_document_says_nothing_of_the_persons_of_another() -> None:
    group = [person("other", reached=True), person("coach")]
    unnamed = [{"at": "2026-03-01", "effective": True}]
    first, _ = matrix(documents({"key_persons": group}, {"activities": unnamed}))["coach_reached"]
    assert pd.isna(first)


def test_the_same_document_twice_gives_the_same_row_twice() -> None:
    rows = matrix(documents({"stage": "intent"}, {"stage": "intent"}))
    assert rows.iloc[0].equals(rows.iloc[1])
    assert rows.index.get_level_values("opportunity_id").tolist() == ["opportunity"] * 2


def test_no_documents_are_a_history_of_none() -> None:
    assert matrix([]).shape == (0, len(served()))


def test_each_document_has_a_moment_of_its_own() -> None:
    read = documents({"as_of": "2026-02-01T00:00"}, {"as_of": "2026-03-01T08:00:00+08:00"})
    assert snapshots_of(read)["at"].astype(str).tolist() == [
        "2026-02-01 00:00:00+00:00",
        "2026-03-01 00:00:00+00:00",
    ]
    assert snapshots_of(read)["opportunity"].tolist() == [0, 1]


def test_a_history_of_documents_has_every_table_typed_as_any_history() -> None:
    read = documents({"stage": "intent"}, {"activities": [{"at": AT}]})
    made, usual = (
        history_of(read, GRADES, [Attribute("size", "number")]),
        history(opportunities=[{"size": 3}]),
    )
    assert made.opportunities.dtypes.to_dict() == usual.opportunities.dtypes.to_dict()
    for table in EVENT_TABLES:
        assert made.events[table].dtypes.to_dict() == usual.events[table].dtypes.to_dict()
    assert made.recorded["stage_changes"].tolist() == [True, False]
    assert made.recorded["activities"].tolist() == [False, True]
    assert len(made) == 2


def test_what_an_export_would_send_of_an_opportunity() -> None:
    made = history(
        opportunities=[
            {"owner_id": "li", "size": 3, "segment": "b"},
            {"opportunity_id": "B", "owner_id": "li", "closed_at": "2026-02-01", "outcome": "won"},
        ],
        amounts=[
            {"at": "2026-01-01", "amount": 5},
            {"at": "2026-03-30", "amount": 6},
            {"at": "2026-04-01", "amount": 7},
        ],
        competitors=[{"competitor": "c", "entered_at": "2026-01-01", "left_at": "2026-04-02"}],
        checkpoints=[],
    )
    document = document_of(made, 0, AT)
    assert (document.opportunity_id, document.as_of.isoformat()) == ("A", "2026-03-31T00:00:00+00:00")
    assert document.attributes == {"size": 3, "segment": "b"}
    assert [row.amount for row in document.amounts or ()] == [5, 6]
    assert [row.left_at for row in document.competitors or ()] == [None]
    assert (document.checkpoints, document.activities) == ([], None)
    owner = document.track_records.owner
    assert (owner.won, owner.lost, owner.open) == (1, 0, 1)
    assert document.track_records.customer.won is None
    assert document_of(made, 0, "2026-03-29").amounts == (document.amounts or [])[:1]
    assert document_of(made, 1, "2026-01-15").outcome is None


def test_a_document_of_a_history_reads_back_to_its_features() -> None:
    made = history(
        opportunities=[{"owner_id": "li", "size": 3, "partner": "yes"}],
        stage_changes=[{"at": "2026-02-01", "stage": "intent"}],
        key_persons=[{"person_id": "Zhao", "role": "coach", "identified_at": "2026-02-01"}],
        activities=[{"at": "2026-03-01", "person_id": "Zhao", "effective": True, "next_at": "2026-04-01"}],
    )
    sent = document_of(made, 0, AT).model_dump_json()
    read = read_document(Document.model_validate_json(sent), GRADES, made.attributes)
    again = history_of([read], GRADES, made.attributes)
    assert present(look(again)) == present(look(made))
    for table in EVENT_TABLES:
        assert again.events[table].shape == made.events[table].shape
        assert TIME_OF[table] in again.events[table]


def test_numbers_of_any_kind_can_be_sent() -> None:
    made = history(opportunities=[{"size": 3}])
    whole = made.opportunities.assign(size=np.array([3], np.int64), partner=np.array([True]))
    attributes = (Attribute("size", "number"), Attribute("partner", "number"))
    document = document_of(replace(made.with_table("opportunities", whole), attributes=attributes), 0, AT)
    assert document.attributes == {"size": 3, "partner": 1}
    assert '"attributes":{"size":3,"partner":true}' in document.model_dump_json()
