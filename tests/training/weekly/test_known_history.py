from __future__ import annotations

import pandas as pd
import pytest
from small import history

from winprob.training.weekly.known_history import TooLittleHistory, known_history

DEALS = [
    {"opportunity_id": "A", "created_at": "2026-01-05", "closed_at": "2026-02-05", "outcome": "won"},
    {"opportunity_id": "B", "created_at": "2026-01-07", "product": "valve"},
    {"opportunity_id": "C", "created_at": "2026-03-02"},
]


def test_what_comes_later_is_not_known() -> None:
    known = known_history(history(opportunities=DEALS), "2026-01-31")
    assert known.opportunities["opportunity_id"].tolist() == ["A", "B"]
    assert known.opportunities["outcome"].isna().all()
    whole = known_history(history(opportunities=DEALS))
    assert whole.opportunities["outcome"].tolist()[:1] == ["won"]
    assert len(whole) == 3


def test_what_is_left_out_is_not_known() -> None:
    known = known_history(history(opportunities=DEALS), leave_out=["product"])
    assert known.opportunities["product"].isna().all()


def test_opportunities_of_an_implausible_time_are_left_out() -> None:
    created = pd.date_range("2026-01-01", periods=60, freq="D").astype(str)
    deals = [{"opportunity_id": day, "created_at": day} for day in created]
    wrong = {"opportunity_id": "wrong", "created_at": "1900-01-01"}
    known = known_history(history(opportunities=[*deals, wrong]))
    assert known.opportunities["opportunity_id"].tolist() == list(created)


def test_before_the_first_creation_there_is_nothing() -> None:
    with pytest.raises(
        TooLittleHistory,
        match=r"^as_of: expected a time after the first creation, found 2025-12-31; choose a later one$",
    ):
        known_history(history(opportunities=DEALS), "2025-12-31")
