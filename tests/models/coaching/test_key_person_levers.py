from __future__ import annotations

import pytest
from coaching import by_code, changes, document
from small import GRADES

from winprob.models.coaching.levers import actions


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
    found = {action.code: action.control for action in actions(subject, GRADES)}
    assert found["identify_decision_maker"] is found["win_over"] is None
    control = found["find_coach"]
    assert control is not None
    assert [person.role for person in control.key_persons or ()] == ["other"]
    (contact,) = control.activities or ()
    assert (contact.at, contact.effective, contact.person_id) == (subject.as_of, True, None)
    unknown = document(key_persons=[{"role": "coach", "reached": False}])
    (reach,) = (action for action in actions(unknown, GRADES) if action.code == "reach_coach")
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


def test_of_two_descriptions_at_one_time_levers_look_at_the_one_that_counts() -> None:
    rows = [
        {"person_id": "p", "role": role, "identified_at": "2026-02-01", "stance": stance}
        for role, stance in [("coach", "for"), ("other", "against")]
    ]
    for order in (rows, rows[::-1]):
        assert list(by_code(document(key_persons=order))) == ["identify_decision_maker"]
