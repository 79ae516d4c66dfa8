from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from histories import histories, times
from hypothesis import given
from hypothesis import strategies as st
from small import history, served

from winprob.features.history import History
from winprob.features.instant import TIME, instant, microseconds
from winprob.features.track_record import COLUMN_OF, TrackRecord, TrackRecordCounter, Whose, track_record

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
        ("2026-02-01T23:59:59.999998", [0, 0, 4]),
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


@given(histories(most=6), times, st.sampled_from(list(COLUMN_OF)))
def test_a_counter_counts_as_the_features_do(found: History, at: pd.Timestamp, whose: Whose) -> None:
    """For each opportunity of the history alone, and for one that the history does not have."""
    counter = TrackRecordCounter(found)
    own = found.opportunities
    moment = microseconds(pd.Series([at], dtype=TIME))
    for number, name in enumerate(own[COLUMN_OF[whose]]):
        record = track_record(found, whose, np.array([number]), moment)
        if pd.isna(name):
            assert np.isnan([record.won[0], record.lost[0], record.open[0]]).all()
            continue
        counted = {"won": record.won[0], "lost": record.lost[0], "open": record.open[0]}
        assert counter.count(whose, name, own["opportunity_id"][number], at.to_pydatetime()) == counted
        unknown = counter.count(whose, name, "another", at.to_pydatetime())
        assert unknown == counted | {"open": counted["open"] + 1}


@pytest.mark.parametrize("whose", ["customer", "owner", "team"])
def test_of_a_name_that_a_history_does_not_have_only_the_opportunity_itself_counts(whose: Whose) -> None:
    counter = TrackRecordCounter(company(COLUMN_OF[whose]))
    moment = instant("2026-03-31").to_pydatetime()
    assert counter.count(whose, "z", "new", moment) == {"won": 0, "lost": 0, "open": 1}
    assert counter.count(whose, "z", "open", moment) == {"won": 0, "lost": 0, "open": 0}
    assert counter.count(whose, "x", "new", moment) == {"won": 2, "lost": 1, "open": 2}
