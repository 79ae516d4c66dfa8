"""Contacts on a calendar, and by the 1-15-30 rule."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from bundles import simulated_history
from deals import CHINA, NOW, deal_of, document, found, open_ids
from small import GRADES

from winprob.features.calendar import Calendar
from winprob.serving.deals.contacts import WEEKS, Contacts, Mark, contacts_of

UTC = Calendar()


def contacts(*rows: dict[str, Any], calendar: Calendar = UTC) -> Contacts:
    """Contacts of these rows, seen on Tuesday 31 March 2026."""
    seen = contacts_of(document(activities=list(rows)), GRADES.contact, calendar)
    assert seen is not None
    return seen


@pytest.mark.parametrize(
    ("days", "mark"),
    [
        (0, Mark.IN_TIME),
        (14, Mark.IN_TIME),
        (15, Mark.FOLLOW_UP),
        (29, Mark.FOLLOW_UP),
        (30, Mark.DECIDE),
        (400, Mark.DECIDE),
    ],
)
def test_the_mark_turns_on_the_15th_and_the_30th_day(days: int, mark: Mark) -> None:
    at = date(2026, 3, 31) - timedelta(days=days)
    seen = contacts({"at": f"{at}T11:00Z"})
    assert (seen.days_since, seen.mark) == (days, mark)
    assert seen.last == at
    assert seen.due == at + timedelta(days=15)


def test_the_rule_is_the_playbooks() -> None:
    rule = GRADES.contact.model_copy(update={"follow_up_days": 3, "decide_days": 5})
    seen = [
        contacts_of(document(activities=[{"at": f"2026-03-{day}T11:00Z"}]), rule, UTC) for day in (29, 28, 26)
    ]
    assert [each and each.mark for each in seen] == [Mark.IN_TIME, Mark.FOLLOW_UP, Mark.DECIDE]


def test_days_are_the_companys() -> None:
    late = {"at": "2026-03-15T20:00Z"}  # the 16th in China
    assert contacts(late).days_since == 16
    assert contacts(late, calendar=CHINA).days_since == 15
    assert [day.day for day in contacts(late, calendar=CHINA).days] == [date(2026, 3, 16)]


def test_without_a_contact_there_is_none_to_follow_up() -> None:
    seen = contacts()
    assert (seen.mark, seen.last, seen.due, seen.planned, seen.days) == (Mark.NEVER, None, None, None, ())
    assert not seen.is_overdue


def test_contacts_that_are_not_recorded_are_not_told() -> None:
    assert contacts_of(document(stage="intent"), GRADES.contact, UTC) is None


@pytest.mark.parametrize(
    ("planned", "overdue"), [("2026-03-30", True), ("2026-03-31", False), ("2026-04-01", False)]
)
def test_a_plan_is_overdue_from_the_day_after(planned: str, overdue: bool) -> None:
    seen = contacts({"at": "2026-03-20", "next_at": planned})
    assert seen.planned == date.fromisoformat(planned)
    assert seen.is_overdue is overdue
    assert seen.days[-1].is_planned


def test_the_last_contact_says_what_is_planned() -> None:
    first, second = {"at": "2026-03-20T09:00Z", "next_at": "2026-04-10"}, {"at": "2026-03-24T09:00Z"}
    assert contacts(first, second).planned is None
    assert contacts(second, {**first, "at": "2026-03-25T09:00Z"}).planned == date(2026, 4, 10)


def test_contacts_of_a_day_are_together_and_one_effective_is_enough() -> None:
    rows = [
        {"at": "2026-03-20T09:00Z", "kind": "call", "effective": False},
        {"at": "2026-03-20T15:00Z", "kind": "visit", "effective": True, "next_at": "2026-03-20"},
        {"at": "2026-03-23T15:00Z", "effective": False, "next_at": "2026-03-20"},
    ]
    first, second = contacts(*rows).days
    assert [activity.kind for activity in first.activities] == ["call", "visit"]
    assert (first.is_effective, first.is_planned) == (True, False)  # took place, though it was planned
    assert (second.day, second.is_effective) == (date(2026, 3, 23), False)


def test_the_calendar_begins_on_a_monday_half_a_year_ago() -> None:
    monday = date(2026, 3, 30) - timedelta(weeks=WEEKS)
    on_it, before = ({"at": f"{day}T11:00Z"} for day in (monday, monday - timedelta(days=1)))
    seen = contacts(before, on_it)
    assert (seen.first_monday, seen.first_monday.weekday()) == (monday, 0)
    assert [day.day for day in seen.days] == [monday]
    old = contacts(before)
    assert (old.days, old.last, old.mark) == ((), monday - timedelta(days=1), Mark.DECIDE)


def test_they_are_those_of_the_history() -> None:
    table = simulated_history().events["activities"]
    calendar = simulated_history().playbook.calendar
    for opportunity_id in open_ids()[::7]:
        mine = table[(table["opportunity"] == found(opportunity_id).number) & (table["at"] <= NOW)]
        seen = deal_of(opportunity_id).contacts
        assert seen is not None
        days = sorted({calendar.day(at) for at in mine["at"]})
        assert [day.day for day in seen.days if not day.is_planned] == [
            day for day in days if day >= seen.first_monday
        ]
        assert seen.last == (days[-1] if days else None)
