from __future__ import annotations

import numpy as np
import pandas as pd

from benchmarks.hidden_interest.journal import Journal


def moments(*texts: str) -> np.ndarray:
    return np.array(texts, dtype="datetime64[us]")


def test_a_rival_may_come_back() -> None:
    journal = Journal(np.array(["A", "B"]), ("Nordwerk", "Castellan"))
    journal.enter(1, np.array([0, 1]), moments("2026-01-05", "2026-01-06"))
    journal.leave(1, np.array([0]), moments("2026-02-05"))
    journal.enter(1, np.array([0]), moments("2026-03-05"))
    table = journal.tables()["competitors"]
    assert table["opportunity_id"].tolist() == ["A", "A", "B"]
    assert set(table["competitor"]) == {"Castellan"}
    assert table["entered_at"].dt.strftime("%m-%d").tolist() == ["01-05", "03-05", "01-06"]
    assert table["left_at"].isna().tolist() == [False, True, True]
    assert str(table["left_at"].dtype) == "datetime64[us, UTC]"


def test_tables_are_sorted_by_deal_and_time_and_empty_ones_left_out() -> None:
    journal = Journal(np.array(["A", "B"]), ())
    journal.note("amounts", np.array([1, 0]), moments("2026-01-05", "2026-01-06"), amount=[3.0, 2.0])
    journal.note("amounts", np.array([1]), moments("2026-01-02"), amount=1.0)
    journal.note("assessments", np.empty(0, int), moments(), item="fit", score=np.empty(0))
    tables = journal.tables()
    assert list(tables) == ["amounts"]
    assert tables["amounts"]["amount"].tolist() == [2.0, 1.0, 3.0]
    assert tables["amounts"]["at"].iloc[0] == pd.Timestamp("2026-01-06", tz="UTC")
