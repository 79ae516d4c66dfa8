from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from small import history, served

from features.history import History
from features.instant import TIME, instant, microseconds
from features.track_record import COLUMN_OF, TrackRecord, Whose, track_record

CLOSED = [
    {"opportunity_id": "won", "closed_at": "2026-02-01", "outcome": "won"},
    {"opportunity_id": "lost", "closed_at": "2026-02-10", "outcome": "lost"},
    {"opportunity_id": "later", "closed_at": "2026-03-01", "outcome": "won"},
]


def company(column: str) -> History:
    """Three opportunities of x that close, one of x that stays open, one of y, and one of nobody known."""
    rows = [row | {column: "x"} for row in CLOSED]
    rows += [
        {"opportunity_id": "open", column: "x", "created_at": "2026-01-15"},
        {"opportunity_id": "other", column: "y"},
        {"opportunity_id": "nobody's"},
    ]
    return history(opportunities=rows)


def counts(whose: Whose, at: str, opportunity: int) -> list[float]:
    moment = microseconds(pd.Series([instant(at)], dtype=TIME))
    record = track_record(company(COLUMN_OF[whose]), whose, np.array([opportunity]), moment)
    return [record.won[0], record.lost[0], record.open[0]]


@pytest.mark.parametrize("whose", ["customer", "owner", "team"])
@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2025-12-31", [0, 0, 0]),
        ("2026-01-01", [0, 0, 3]),
        ("2026-01-15", [0, 0, 4]),
        ("2026-01-31T23:59:59.999999", [0, 0, 4]),
        ("2026-02-01", [1, 0, 3]),
        ("2026-02-10", [1, 1, 2]),
        ("2026-03-01", [2, 1, 1]),
    ],
)
def test_an_opportunity_counts_as_open_until_it_closes_and_by_its_outcome_from_then_on(
    whose: Whose, at: str, expected: list[float]
) -> None:
    assert counts(whose, at, 3) == expected


@pytest.mark.parametrize("whose", ["customer", "owner", "team"])
def test_only_ones_own_opportunities_count(whose: Whose) -> None:
    assert counts(whose, "2026-03-31", 4) == [0, 0, 1]


@pytest.mark.parametrize("whose", ["customer", "owner", "team"])
def test_where_it_is_not_known_whose_it_is_nothing_is_counted(whose: Whose) -> None:
    assert np.isnan(counts(whose, "2026-03-31", 5)).all()


def test_a_win_rate_is_smoothed_towards_a_half() -> None:
    record = TrackRecord(np.array([0.0, 1.0, 8.0]), np.array([0.0, 0.0, 2.0]), np.zeros(3))
    assert record.win_rate.tolist() == [1 / 2, 2 / 3, 9 / 12]


def test_a_document_states_its_own_counts() -> None:
    features = served(
        customer_id="Huaqiang",
        track_records={
            "customer": {"won": 2, "lost": 1},
            "owner": {"won": 3, "lost": 5, "open": 12},
            "team": {"won": 30, "lost": 10},
        },
    )
    assert (features["customer_wins"], features["customer_losses"]) == (2, 1)
    assert features["seller_win_rate"] == (3 + 1) / (3 + 5 + 2)
    assert features["seller_open_opportunities"] == 12
    assert features["team_win_rate"] == (30 + 1) / (30 + 10 + 2)


def test_a_count_that_a_document_does_not_state_is_missing_even_if_it_is_known_whose() -> None:
    features = served(customer_id="Huaqiang", owner_id="li", track_records={"owner": {"won": 3}})
    missing = [
        "customer_wins",
        "customer_losses",
        "seller_win_rate",
        "seller_open_opportunities",
        "team_win_rate",
    ]
    assert all(pd.isna(features[name]) for name in missing)
