from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from small import seen


def dates(*rows: tuple[str, str]) -> list[dict[str, Any]]:
    return [{"at": at, "expected_close": expected} for at, expected in rows]


def test_the_age_is_counted_from_the_creation() -> None:
    assert seen("2026-01-01T00:00")["age"] == 0
    assert seen("2026-01-11T12:00")["age"] == 10.5


@pytest.mark.parametrize(
    ("expected", "days", "overdue"), [("2026-05-30", 60, 0), ("2026-03-31", 0, 0), ("2026-03-21", -10, 1)]
)
def test_the_expected_win_is_ahead_or_overdue(expected: str, days: int, overdue: int) -> None:
    features = seen(close_dates=dates(("2026-01-05", expected)))
    assert (features["days_to_expected_win"], features["expected_win_overdue"]) == (days, overdue)


PUSHED = dates(
    ("2026-01-05", "2026-03-01"),
    ("2026-02-01", "2026-03-31"),
    ("2026-02-10", "2026-03-31"),
    ("2026-02-20", "2026-03-21"),
    ("2026-03-01", "2026-04-10"),
)


def test_a_push_is_a_move_to_a_later_day() -> None:
    """Saying the same day again is none, and drawing it forward is none."""
    features = seen(close_dates=PUSHED)
    assert (features["pushes"], features["days_pushed"]) == (2, 40)
    assert features["days_to_expected_win"] == 10


@pytest.mark.parametrize(
    ("at", "pushes", "days"), [("2026-01-05", 0, 0), ("2026-02-01", 1, 30), ("2026-02-20", 1, 20)]
)
def test_a_push_counts_from_when_it_was_recorded(at: str, pushes: int, days: int) -> None:
    features = seen(at, close_dates=PUSHED)
    assert (features["pushes"], features["days_pushed"]) == (pushes, days)


def test_a_date_drawn_forward_is_pushed_by_less_than_nothing() -> None:
    features = seen(close_dates=dates(("2026-01-05", "2026-05-01"), ("2026-02-01", "2026-04-21")))
    assert (features["pushes"], features["days_pushed"]) == (0, -10)


def test_the_first_date_of_an_opportunity_is_no_push_of_anothers() -> None:
    features = seen(
        opportunity=1,
        opportunities=[{"opportunity_id": "A"}, {"opportunity_id": "B"}],
        close_dates=[
            *PUSHED,
            *(row | {"opportunity_id": "B"} for row in dates(("2026-03-01", "2026-12-31"))),
        ],
    )
    assert (features["pushes"], features["days_pushed"]) == (0, 0)


def test_dates_that_are_not_recorded_are_missing_and_no_date_is_no_push() -> None:
    names = ["days_to_expected_win", "days_pushed", "expected_win_overdue"]
    assert all(pd.isna(features[name]) for features in (seen(), seen(close_dates=[])) for name in names)
    assert pd.isna(seen()["pushes"])
    assert seen(close_dates=[])["pushes"] == 0
