from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from small import AT, GRADES, seen

from winprob.features.playbook_part import ContactRule


def contact(at: str, **columns: Any) -> dict[str, Any]:
    return {"at": at, **columns}


@pytest.mark.parametrize(
    ("last", "days", "step"),
    [
        ("2026-03-31", 0, 0),
        ("2026-03-24", 7, 0),
        ("2026-03-23", 8, 1),
        ("2026-03-16", 15, 1),
        ("2026-03-15", 16, 2),
        ("2026-03-01", 30, 2),
        ("2026-02-28", 31, 3),
        ("2026-01-01", 89, 3),
    ],
)
def test_the_steps_of_the_1_15_30_rule(last: str, days: int, step: int) -> None:
    """S2: gone through every week, followed up by day 15, decided by day 30."""
    features = seen(activities=[contact(last)])
    assert (features["days_since_contact"], features["follow_up_step"]) == (days, step)


def test_the_steps_are_those_of_the_playbook() -> None:
    slow = GRADES.model_copy(
        update={"contact": ContactRule(review_days=14, follow_up_days=30, decide_days=60)}
    )
    assert seen(AT, slow, activities=[contact("2026-03-16")])["follow_up_step"] == 1
    assert seen(AT, slow, activities=[contact("2026-03-17")])["follow_up_step"] == 0


def test_contacts_are_counted_within_7_30_and_90_days() -> None:
    """A contact exactly 7 days ago is no longer within 7 days."""
    rows = [contact(at) for at in ("2025-12-31", "2026-01-01", "2026-03-02", "2026-03-24", "2026-03-25")]
    features = seen(activities=rows)
    assert [features[f"contacts_in_{days}_days"] for days in (7, 30, 90)] == [1, 3, 4]


def test_before_the_first_contact_there_are_none_and_no_age() -> None:
    features = seen(activities=[])
    assert [features[f"contacts_in_{days}_days"] for days in (7, 30, 90)] == [0, 0, 0]
    assert (features["next_contact_planned"], features["next_contact_overdue"]) == (0, 0)
    assert features["negotiation_rounds"] == 0
    names = ["days_since_contact", "follow_up_step", "effective_share", "days_to_next_contact"]
    assert all(pd.isna(features[name]) for name in names)


def test_contacts_that_are_not_recorded_are_not_none() -> None:
    features = seen()
    names = [f"contacts_in_{days}_days" for days in (7, 30, 90)]
    names += ["next_contact_planned", "next_contact_overdue", "negotiation_rounds", "days_since_contact"]
    assert all(pd.isna(features[name]) for name in names)


@pytest.mark.parametrize(
    ("next_at", "planned", "overdue", "days"),
    [("2026-04-05", 1, 0, 5), ("2026-03-31", 1, 0, 0), ("2026-03-28", 0, 1, -3)],
)
def test_the_next_contact_is_planned_until_it_is_overdue(
    next_at: str, planned: int, overdue: int, days: int
) -> None:
    features = seen(activities=[contact("2026-03-20", next_at=next_at)])
    assert (features["next_contact_planned"], features["next_contact_overdue"]) == (planned, overdue)
    assert features["days_to_next_contact"] == days


def test_the_last_contact_sets_the_next_one() -> None:
    """S1: the next contact is always planned before the last one ends."""
    features = seen(activities=[contact("2026-03-10", next_at="2026-04-05"), contact("2026-03-20")])
    assert (features["next_contact_planned"], features["next_contact_overdue"]) == (0, 0)
    assert pd.isna(features["days_to_next_contact"])


def test_the_share_of_effective_contacts_is_of_those_that_say_so() -> None:
    rows = [contact("2026-03-01", effective=flag) for flag in (True, False, False, None)]
    assert seen(activities=rows)["effective_share"] == 1 / 3
    assert pd.isna(seen(activities=[contact("2026-03-01")])["effective_share"])


def test_negotiations_are_counted_in_rounds() -> None:
    kinds = ["negotiation", "visit", "negotiation", None]
    features = seen(activities=[contact(f"2026-03-0{day}", kind=kind) for day, kind in enumerate(kinds, 1)])
    assert features["negotiation_rounds"] == 2


def test_effective_contacts_are_counted_within_30_days() -> None:
    rows = [
        contact("2026-03-02", effective=True),
        contact("2026-03-01", effective=True),
        contact("2026-03-24", effective=False),
        contact("2026-03-25"),
        contact("2026-03-26", effective=True),
    ]
    assert seen(activities=rows)["effective_contacts_in_30_days"] == 2
    assert seen(activities=[])["effective_contacts_in_30_days"] == 0
    assert pd.isna(seen()["effective_contacts_in_30_days"])
