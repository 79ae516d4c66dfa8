from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import pytest

from winprob.features.frames import Frames
from winprob.features.recorded_table import RecordedTable

TABLES = {name: RecordedTable.of(pd.DataFrame({name: [1.0]})) for name in ("amounts", "visits")}


def test_they_are_a_mapping_of_tables_by_name() -> None:
    frames = Frames(TABLES)
    assert isinstance(frames, Mapping)
    assert (list(frames), len(frames), "amounts" in frames, "tickets" in frames) == (
        [*TABLES],
        2,
        True,
        False,
    )
    assert {name: list(rows) for name, rows in frames.items()} == {name: [name] for name in TABLES}
    with pytest.raises(KeyError, match="tickets"):
        frames["tickets"]


def test_a_table_is_made_when_it_is_looked_at_and_once() -> None:
    tables = {name: RecordedTable(table.columns, table.dtypes) for name, table in TABLES.items()}
    frames = Frames(tables)
    assert frames["amounts"] is frames["amounts"]
    assert "frame" not in vars(tables["visits"])
