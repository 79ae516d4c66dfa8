from __future__ import annotations

import numpy as np
import pandas as pd
from bundles import simulated_history
from small import GRADES

from winprob.features.history import History
from winprob.training.flat.flat_table import read_flat_table
from winprob.training.flat.mapping import parse_mapping
from winprob.training.leaks import first_snapshots as module
from winprob.training.leaks.first_snapshots import first_snapshots, table_snapshots


def test_each_opportunity_is_seen_once_on_its_first_monday() -> None:
    history = simulated_history()
    found = first_snapshots(history)
    ids, at = (found.X.index.get_level_values(level) for level in (0, 1))
    assert ids.is_unique
    created = history.opportunities.set_index("opportunity_id")["created_at"].loc[ids]
    waited = at - pd.DatetimeIndex(created)
    assert (at.day_of_week == 0).all()
    assert (waited >= pd.Timedelta(0)).all()
    assert (waited < pd.Timedelta(days=7)).all()


def test_what_is_recorded_later_is_not_seen() -> None:
    created = pd.to_datetime(["2026-01-04"] * 2, utc=True)
    tables = {
        "opportunities": pd.DataFrame({"opportunity_id": ["A", "B"], "created_at": created}),
        "stage_changes": pd.DataFrame(
            {
                "opportunity_id": ["A", "B"],
                "at": pd.to_datetime(["2026-01-05", "2026-01-06"], utc=True),
                "stage": ["intent", "intent"],
            }
        ),
    }
    position = first_snapshots(History.of(GRADES, tables)).X["stage_position"]
    assert position.notna().tolist() == [True, False]


def test_columns_of_opportunities_are_undated_and_records_are_not() -> None:
    undated = first_snapshots(simulated_history()).undated
    assert {"industry", "attribute.company_size"} <= undated
    assert not {"stage_position", "log_amount", "age"} & undated


def test_endings_are_as_recorded() -> None:
    history = simulated_history()
    found = first_snapshots(history)
    outcome = history.opportunities.set_index("opportunity_id")["outcome"].loc[
        found.X.index.get_level_values(0)
    ]
    assert (found.closed == outcome.notna()).all()
    assert (found.ended == (outcome.dropna() == "won")).all()
    assert (found.times["days"].notna() == found.closed).all()


def test_of_very_many_a_part_is_looked_at(monkeypatch) -> None:
    everyone = len(first_snapshots(simulated_history()).X)
    monkeypatch.setattr(module, "MOST", 100)
    assert len(first_snapshots(simulated_history()).X) == -(-everyone // 3)


def test_a_history_in_which_nothing_was_open_on_a_monday_has_no_looks() -> None:
    days = pd.to_datetime(["2026-01-06", "2026-01-07"], utc=True)
    tables = {
        "opportunities": pd.DataFrame(
            {"opportunity_id": ["A"], "created_at": days[:1], "closed_at": days[1:], "outcome": ["won"]}
        )
    }
    found = first_snapshots(History.of(GRADES, tables))
    assert len(found.X) == 0
    assert found.dated
    assert found.too_few == "expected at least 10 opportunities won and 10 lost, found 0 and 0"


def test_a_flat_table_says_of_no_column_when_it_became_known(tmp_path) -> None:
    file = tmp_path / "deals.csv"
    file.write_text("Size,Status\n1,Won\n2,Lost\n", encoding="utf-8")
    mapping = parse_mapping('outcome = {column = "Status", won = ["Won"], lost = ["Lost"]}', "map.toml")
    found = table_snapshots(read_flat_table(file, mapping))
    assert found.undated == set(found.X)
    assert not found.dated
    np.testing.assert_array_equal(found.won, [1, 0])
