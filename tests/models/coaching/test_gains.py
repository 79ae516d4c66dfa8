from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from bundles import simulated_history, trained_bundle
from histories import histories, times
from hypothesis import given
from hypothesis import strategies as st

from winprob.features.build import build, catalogue
from winprob.features.checking import read_document
from winprob.features.document import SHORT_FORMS, Document
from winprob.features.history import History
from winprob.features.playbook import Playbook, load_playbook
from winprob.features.record import document_of, history_of, snapshots_of
from winprob.models.coaching.gains import CAUTION, levers, log_odds_added
from winprob.models.coaching.levers import actions

AT = "2026-03-31T00:00Z"
PLAYBOOK = load_playbook()
SCORES = {item.code: score for item, score in zip(PLAYBOOK.risk_items, [0, 1, 2] * 3, strict=True)}

LEVERS = {feature.name for feature in catalogue(PLAYBOOK) if feature.lever}

day = st.dates(pd.Timestamp("2026-01-01").date(), pd.Timestamp("2026-05-31").date()).map(str)
short_forms = st.fixed_dictionaries(
    {"as_of": st.just(AT)},
    optional={
        "stage": st.sampled_from([*PLAYBOOK.stage_codes, "verbal"]),
        "expected_close": day,
        "last_contact_at": day.filter(lambda text: text <= AT),
        "next_contact_at": day,
        "competitor_count": st.integers(0, 3),
        "risk_scores": st.dictionaries(st.sampled_from(sorted(SCORES)), st.integers(0, 2)),
        "checkpoints": st.lists(
            st.fixed_dictionaries(
                {"at": st.just(AT), "checkpoint": st.sampled_from(PLAYBOOK.checkpoint_codes)}
            )
        ),
        "key_persons": st.lists(
            st.fixed_dictionaries(
                {"role": st.sampled_from(["decision_maker", "recommender", "facilitator", "coach", "other"])},
                optional={
                    "reached": st.none() | st.booleans(),
                    "influence": st.floats(0.1, 5),
                    "stance": st.sampled_from(["for", "neutral", "against"]),
                    "person_id": st.sampled_from(["p1", "coach 1", "key person 2"]),
                },
            ),
            max_size=4,
        ),
    },
)


def document(playbook: Playbook = PLAYBOOK, **fields: Any) -> Document:
    return read_document({"as_of": AT, **fields}, playbook, unknown_stages=True)


def by_code(subject: Document) -> dict[str, Document]:
    return {action.code: action.document for action in actions(subject, PLAYBOOK)}


def features_of(*documents: Document) -> pd.DataFrame:
    return build(history_of(documents, PLAYBOOK), snapshots=snapshots_of(documents))


def changes(subject: Document, code: str) -> dict[str, tuple[Any, Any]]:
    """The lever features that an action moves, before and after; `None` is missing."""
    moved = features_of(subject, by_code(subject)[code])[sorted(LEVERS)].astype(object)
    before, after = moved.where(moved.notna(), None).to_dict("records")
    return {str(name): (before[name], after[name]) for name in before if before[name] != after[name]}


@given(short_forms)
def test_changed_short_forms_can_be_scored(fields: dict[str, Any]) -> None:
    check_actions(document(**fields))


@given(histories(PLAYBOOK), times)
def test_changed_tables_can_be_scored(history: History, at: pd.Timestamp) -> None:
    for row in history.open_at(at):
        check_actions(document_of(history, int(row), at).model_copy(update={"attributes": {}}))


def check_actions(subject: Document) -> None:
    found = list(actions(subject, PLAYBOOK))
    assert len({action.code for action in found}) == len(found)
    if not found:
        return
    before, *after = features_of(subject, *(action.document for action in found)).to_dict("records")
    for action, then in zip(found, after, strict=True):
        read_document(action.document, PLAYBOOK, unknown_stages=True)
        assert forms(action.document) == forms(subject)
        assert action.document.as_of == subject.as_of
        assert action.feature in LEVERS
        assert not pd.isna(then[action.feature])
        assert then[action.feature] != before[action.feature]
        newly = [name for name in before if pd.isna(before[name]) and not pd.isna(then[name])]
        assert not {"competitors", "log_amount", "risk_total", "checkpoints_met"}.intersection(newly)


def forms(subject: Document) -> set[str]:
    """Which tables a document has, and which short forms."""
    names = {name for name in [*SHORT_FORMS, *SHORT_FORMS.values()] if getattr(subject, name) is not None}
    return names - {"last_contact_at", "next_contact_at"} | ({"contact"} if _contact(subject) else set())


def _contact(subject: Document) -> bool:
    return subject.last_contact_at is not None or subject.next_contact_at is not None


def test_an_empty_record_cannot_be_acted_upon() -> None:
    assert by_code(document()) == {}
    assert by_code(document(stage="intent", competitor_count=2, amount=5.0)) == {}


@pytest.mark.parametrize(
    ("planned", "stays"), [("2026-04-02", True), ("2026-03-31T00:00Z", True), ("2026-03-20", False)]
)
def test_a_contact_keeps_the_next_one_that_is_still_to_come(planned: str, stays: bool) -> None:
    coach = [{"role": "coach", "reached": False}]
    short = document(key_persons=coach, last_contact_at="2026-03-01", next_contact_at=planned)
    after = by_code(short)["reach_coach"]
    assert str(after.last_contact_at) == "2026-03-31 00:00:00+00:00"
    assert after.next_contact_at == (short.next_contact_at if stays else None)
    visits = [
        {"at": "2026-03-20", "next_at": planned, "effective": False},
        {"at": "2026-03-01", "next_at": "2026-06-02", "effective": False},
    ]
    table = document(key_persons=[{"role": "coach", "person_id": "c"}], activities=visits)
    (added,) = (by_code(table)["reach_coach"].activities or [])[2:]
    assert (added.at, added.effective, added.person_id) == (table.as_of, True, "c")
    assert added.next_at == (short.next_contact_at if stays else None)


def test_an_action_with_a_contact_has_a_control_that_reaches_nobody() -> None:
    subject = document(key_persons=[{"role": "other", "stance": "against"}], activities=[])
    found = {action.code: action.control for action in actions(subject, PLAYBOOK)}
    assert found["identify_decision_maker"] is found["win_over"] is None
    control = found["find_coach"]
    assert control is not None
    assert [person.role for person in control.key_persons or ()] == ["other"]
    (contact,) = control.activities or ()
    assert (contact.at, contact.effective, contact.person_id) == (subject.as_of, True, None)
    unknown = document(key_persons=[{"role": "coach", "reached": False}])
    (reach,) = (action for action in actions(unknown, PLAYBOOK) if action.code == "reach_coach")
    assert reach.control is not None  # contacts are not recorded: nothing changes
    assert (reach.control.last_contact_at, reach.control.activities) == (None, None)
    assert [person.reached for person in reach.control.key_persons or ()] == [False]


@pytest.mark.parametrize("role", ["decision_maker", "recommender", "facilitator", "coach"])
def test_each_role_is_reached_where_nobody_is(role: str) -> None:
    short = document(key_persons=[{"role": role, "reached": False}, {"role": "other", "reached": True}])
    assert changes(short, f"reach_{role}")[f"{role}_reached"] == (0.0, 1.0)
    table = document(
        key_persons=[{"role": role}, {"role": role, "influence": 3.0, "person_id": "head"}],
        activities=[{"at": "2026-03-20", "person_id": "head", "effective": False}],
    )
    assert changes(table, f"reach_{role}")[f"{role}_reached"] == (0.0, 1.0)
    added = (by_code(table)[f"reach_{role}"].activities or [])[-1]
    assert (added.person_id, added.effective) == ("head", True)
    reached = document(key_persons=[{"role": role, "reached": False}, {"role": role, "reached": True}])
    assert f"reach_{role}" not in by_code(reached)


def test_to_reach_somebody_is_a_contact_where_contacts_are_recorded() -> None:
    short = document(key_persons=[{"role": "coach", "reached": False}], last_contact_at="2026-03-01")
    assert changes(short, "reach_coach")["days_since_contact"] == (30.0, 0.0)
    table = document(key_persons=[{"role": "coach"}], activities=[])
    assert changes(table, "reach_coach")["coach_reached"] == (0.0, 1.0)


def test_nobody_is_reached_where_that_is_not_recorded() -> None:
    assert set(by_code(document(key_persons=[{"role": "coach"}]))) == {"identify_decision_maker"}


def test_a_person_is_as_last_described() -> None:
    rows = [
        {"role": "decision_maker", "person_id": "p", "identified_at": "2026-03-01", "stance": "for"},
        {"role": "decision_maker", "person_id": "p", "identified_at": "2026-01-01", "stance": "against"},
        {"role": "coach", "person_id": "p", "stance": "against"},
    ]
    found = by_code(document(key_persons=rows, activities=[]))
    assert "reach_decision_maker" in found
    assert not {"identify_decision_maker", "reach_coach", "win_over"} & set(found)
    assert "find_coach" in found


def test_who_decides_is_found_out_where_nobody_is_known_to() -> None:
    empty = document(key_persons=[])
    assert changes(empty, "identify_decision_maker") == {
        "decision_maker_identified": (0.0, 1.0),
        "key_persons_identified": (0.0, 1.0),
    }
    others = document(key_persons=[{"role": "coach", "reached": True, "person_id": "decision_maker 1"}])
    (new,) = (by_code(others)["identify_decision_maker"].key_persons or [])[1:]
    assert (new.person_id, new.reached) == ("decision_maker 2", False)
    assert "identify_decision_maker" not in by_code(document(key_persons=[{"role": "decision_maker"}]))


def test_a_coach_is_found_where_there_is_none() -> None:
    short = document(key_persons=[{"role": "decision_maker", "reached": False}])
    assert changes(short, "find_coach")["coach_reached"] == (0.0, 1.0)
    table = document(key_persons=[], activities=[])
    assert changes(table, "find_coach")["coach_reached"] == (0.0, 1.0)
    assert "find_coach" not in by_code(document(key_persons=[{"role": "coach", "reached": False}]))


def test_the_strongest_opponent_is_won_over() -> None:
    persons = [
        {"role": "other", "stance": "against"},
        {"role": "decision_maker", "stance": "against", "influence": 2.0},
        {"role": "coach", "stance": "for"},
    ]
    subject = document(key_persons=persons)
    assert [person.stance for person in by_code(subject)["win_over"].key_persons or []] == [
        "against",
        "neutral",
        "for",
    ]
    assert changes(subject, "win_over")["key_persons_against"] == (2.0, 1.0)
    assert "win_over" not in by_code(document(key_persons=persons[2:]))


def test_the_first_open_check_point_of_the_stage_is_met() -> None:
    first, second = PLAYBOOK.stages[1].checkpoints
    met = [{"at": "2026-03-01", "checkpoint": first.code}]
    subject = document(stage="qualified", checkpoints=met)
    assert changes(subject, f"checkpoint.{second.code}") == {"checkpoints_met": (0.5, 1.0)}
    (action,) = actions(subject, PLAYBOOK)
    assert action.words.en == f"Meet the check point of this stage: {second.name.en}"
    assert action.words.zh == f"达成本阶段检查点：{second.name.zh}"
    moved = [{"at": "2026-03-10", "stage": "target"}, {"at": "2026-03-01", "stage": "intent"}]
    back = document(stage_changes=moved, checkpoints=met)
    assert f"checkpoint.{PLAYBOOK.stages[0].checkpoints[0].code}" in by_code(back)
    assert by_code(document(stage="qualified")) == {}
    assert by_code(document(stage="near_won", checkpoints=met)) == {}


def test_without_a_stage_the_check_points_say_which_it_is() -> None:
    target, qualified = PLAYBOOK.stages[:2]
    met = [checkpoint.code for checkpoint in (*target.checkpoints, qualified.checkpoints[1])]
    rows = [{"at": "2026-03-01", "checkpoint": code} for code in met]
    assert by_code(document(checkpoints=rows)) == {}  # still in the first stage, whose check points are met
    assert by_code(document(checkpoints=rows[-1:], stage="verbal")) == {}


def test_risk_items_that_can_be_influenced_rise_one_step() -> None:
    scores = {"edge_price": 0, "fit": 1, "relationship": 2, "budget": 0, "entry_timing": 0}
    for subject in (
        document(risk_scores=scores),
        document(
            assessments=[{"at": "2026-03-02", "item": item, "score": score} for item, score in scores.items()]
            + [{"at": "2026-03-01", "item": "edge_price", "score": 2}]
        ),
    ):
        assert set(by_code(subject)) == {"risk.edge_price", "risk.fit"}
        assert changes(subject, "risk.edge_price") == {"risk.edge_price": (0.0, 1.0)}
        assert changes(subject, "risk.fit") == {"risk.fit": (1.0, 2.0)}


@pytest.mark.parametrize(
    ("table", "rows"),
    [
        ("close_dates", [{"expected_close": "2026-06-01"}, {"expected_close": "2026-03-01"}]),
        ("assessments", [{"item": "budget", "score": 2}, {"item": "budget", "score": 0}]),
        ("stage_changes", [{"stage": "qualified"}, {"stage": "target"}]),
        ("activities", [{"next_at": "2026-06-01"}, {}]),
        ("activities", [{"next_at": "2026-03-10", "effective": True}, {"next_at": "2026-06-01"}]),
    ],
)
def test_of_rows_at_one_time_levers_look_at_the_one_that_counts(
    table: str, rows: list[dict[str, Any]]
) -> None:
    at = [{"at": "2026-02-01"} | row for row in rows]
    one, other = (document(checkpoints=[], **{table: order}) for order in (at, at[::-1]))
    assert [action.code for action in actions(one, PLAYBOOK)] == [
        action.code for action in actions(other, PLAYBOOK)
    ]
    for order in (one, other):
        check_actions(order)


def test_of_two_descriptions_at_one_time_levers_look_at_the_one_that_counts() -> None:
    rows = [
        {"person_id": "p", "role": role, "identified_at": "2026-02-01", "stance": stance}
        for role, stance in [("coach", "for"), ("other", "against")]
    ]
    for order in (rows, rows[::-1]):
        assert list(by_code(document(key_persons=order))) == ["identify_decision_maker"]


def bundle_documents() -> Iterator[Document]:
    history = simulated_history()
    for row in history.open_at("2024-06-03")[:8]:
        yield document_of(history, int(row), "2024-06-03")
    yield document(
        stage="qualified",
        last_contact_at="2026-01-15",
        expected_close="2026-03-01",
        risk_scores=SCORES,
        key_persons=[{"role": "decision_maker", "reached": False}],
    )
    yield document()


def log_odds(*documents: Document) -> list[float]:
    bundle = trained_bundle()
    history = history_of(documents, bundle.playbook, bundle.attributes)
    X = build(history, snapshots=snapshots_of(documents))
    odds: list[float] = bundle.model.decision_function(X).tolist()
    return odds


def test_log_odds_added_are_those_of_the_changed_document_but_for_half_of_a_contact() -> None:
    contacts = 0
    for subject in bundle_documents():
        ((now, own),) = log_odds_added(trained_bundle(), [subject])
        assert now == log_odds(subject)[0]
        assert [action.code for action, _ in own] == list(by_code(subject))
        for action, added in own:
            contact = log_odds(action.control)[0] - now if action.control else 0.0
            assert added == pytest.approx(log_odds(action.document)[0] - now - contact / 2, abs=1e-12)
            contacts += contact != 0
    assert contacts > 5


def test_levers_are_halfway_between_the_deal_and_the_average() -> None:
    bundle = trained_bundle()
    usual = {"find_coach": 0.3, "risk.fit": -2.0, "reach_decision_maker": 0.7}
    bundle = replace(bundle, manifest=bundle.manifest.model_copy(update={"levers": usual}))
    listed = 0
    for subject in bundle_documents():
        ((now, own),) = log_odds_added(bundle, [subject])
        shrunk = {action.code: (added + usual.get(action.code, added)) / 2 for action, added in own}
        found = levers(bundle, [subject], top=100)[0]
        listed += len(found)
        before = 1 / (1 + np.exp(-now))
        for lever in found:
            assert lever.probability == pytest.approx(1 / (1 + np.exp(-now - shrunk[lever.code])))
            assert lever.gain == pytest.approx(lever.probability - before)
        assert {lever.code for lever in found} == {code for code, added in shrunk.items() if added > 0}
        assert [lever.gain for lever in found] == sorted((lever.gain for lever in found), reverse=True)
        assert levers(bundle, [subject])[0] == found[:3]
    assert listed > 20


def test_levers_of_many_are_those_of_each() -> None:
    documents = list(bundle_documents())
    assert levers(trained_bundle(), documents) == [levers(trained_bundle(), [one])[0] for one in documents]
    assert levers(trained_bundle(), []) == []
    assert levers(trained_bundle(), documents[-1:]) == [[]]


def test_only_what_the_catalogue_calls_a_lever_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    subject = next(one for one in bundle_documents() if len(levers(trained_bundle(), [one])[0]) > 1)
    first, *rest = levers(trained_bundle(), [subject], top=100)[0]
    moved = next(action.feature for action in actions(subject, PLAYBOOK) if action.code == first.code)
    fixed = [
        feature if feature.name != moved else type(feature)(**{**vars(feature), "lever": False})
        for feature in catalogue(trained_bundle().playbook, trained_bundle().attributes)
    ]
    monkeypatch.setattr("winprob.models.coaching.gains.catalogue", lambda *_: fixed)
    assert levers(trained_bundle(), [subject], top=100)[0] == rest


def test_the_caution_is_in_both_languages() -> None:
    assert "associations" in CAUTION.en
    assert "not promises" in CAUTION.en
    assert "统计关联" in CAUTION.zh
