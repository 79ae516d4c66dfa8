from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.random_splits import twins
from winprob.training.flat.flat_table import FlatTable, read_flat_table
from winprob.training.flat.mapping import parse_mapping

MAPPING = parse_mapping('outcome = {column = "Status", won = ["Won"], lost = ["Lost"]}', "map.toml")


def table(folder: Path, sizes: list[int]) -> FlatTable:
    rows = [f"{size},{'Won' if number % 2 else 'Lost'}" for number, size in enumerate(sizes)]
    (folder / "deals.csv").write_text("\n".join(["Size,Status", *rows]) + "\n")
    return read_flat_table(folder / "deals.csv", MAPPING)


def test_rows_that_are_all_different_have_no_twins(tmp_path: Path) -> None:
    assert twins(table(tmp_path, list(range(50)))) == 0


def test_a_twin_is_among_the_others_as_often_as_they_are_drawn(tmp_path: Path) -> None:
    paired = table(tmp_path, list(np.arange(100) // 2))
    assert twins(paired) == pytest.approx(0.8, abs=0.03)
