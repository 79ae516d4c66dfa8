from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from bundles import simulated_company
from partitions import ROWS, company

from winprob.features.breach import InvalidHistory
from winprob.features.durable import NotWritten
from winprob.features.partitioning import partition
from winprob.features.playbook import load_playbook


def test_an_opportunity_has_all_its_rows_in_one_partition(tmp_path: Path) -> None:
    history, partitions, _ = company(tmp_path)
    made = pd.read_csv(history / "opportunities.csv", dtype="str")
    keys = dict(zip(made["opportunity_id"], made.index // ROWS, strict=True))
    for table in history.glob("*.csv"):
        rows = 0
        for file in (partitions / table.stem).glob("part=*/*.parquet"):
            own = pd.read_parquet(file, partitioning=None)
            assert {keys[name] for name in own["opportunity_id"]} == {int(file.parent.name[len("part=") :])}
            rows += len(own)
        assert rows == len(pd.read_csv(table))


def test_keys_have_as_many_digits_as_the_last(tmp_path: Path) -> None:
    simulated_company().write(tmp_path / "history")
    assert partition(tmp_path / "history", tmp_path / "out", load_playbook(), 20) == 15
    keys = sorted(path.name for path in (tmp_path / "out" / "opportunities").iterdir())
    assert keys == [f"part={number:02}" for number in range(15)]


def test_what_breaks_the_contract_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    simulated_company().write(tmp_path / "history")
    (tmp_path / "history" / "amounts.csv").write_text("opportunity_id,at,amount\nnobody,2023-01-05,1\n")
    with pytest.raises(InvalidHistory, match=r"amounts, row 2, opportunity nobody, column opportunity_id"):
        partition(tmp_path / "history", tmp_path / "out", load_playbook())
    assert not (tmp_path / "out").exists()


def test_a_folder_with_something_in_it_stays_as_it_is(tmp_path: Path) -> None:
    history, partitions, _ = company(tmp_path)
    with pytest.raises(NotWritten, match="partitions: expected to write it"):
        partition(history, partitions, load_playbook())
