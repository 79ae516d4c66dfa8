"""The score table of a history in partitions is that of the same history in files, byte for byte."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from command import verb
from partitions import company


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("company")
    company(folder)
    return folder


def scores(home: Path, history: str, *options: str) -> bytes:
    file = home / "scores.csv"
    arguments = ["--out", str(file), "--model", str(home / "bundle"), "--explain", *options]
    done = verb("score", str(home / history), *arguments)
    assert done.exit_code == 0, done.output
    return file.read_bytes()


@pytest.mark.parametrize("as_of", [[], ["--as-of", "2024-03-04"]])
def test_partitions_are_scored_as_files_are(home: Path, as_of: list[str]) -> None:
    assert scores(home, "partitions", *as_of) == scores(home, "history", *as_of)


def test_before_anything_was_open_there_is_a_header(home: Path) -> None:
    before = ["--as-of", "2000-01-01"]
    assert scores(home, "partitions", *before) == scores(home, "history", *before)


def test_a_breach_in_any_partition_is_told_and_nothing_is_written(tmp_path: Path) -> None:
    company(tmp_path)
    for key in ("1", "3"):
        file = tmp_path / "partitions" / "amounts" / f"part={key}" / "amounts.parquet"
        rows = pd.read_parquet(file, partitioning=None)
        rows.assign(amount="-1").iloc[:1].to_parquet(file, index=False)
    out = tmp_path / "scores.csv"
    options = ["--out", str(out), "--model", str(tmp_path / "bundle"), "--as-of", "2024-03-04"]
    done = verb("score", str(tmp_path / "partitions"), *options)
    assert "breaks the input contract in 2 places" in str(done.exception)
    assert "amounts/part=1, row 1" in str(done.exception)
    assert "amounts/part=3, row 1" in str(done.exception)
    assert not out.exists()


def test_dask_wants_partitions(home: Path) -> None:
    options = ["--out", str(home / "a.csv"), "--model", str(home / "bundle"), "--engine", "dask"]
    done = verb("score", str(home / "history"), *options)
    assert done.exit_code == 2
    assert "expected a history in partitions" in done.output


def test_a_scheduler_without_dask_is_refused(home: Path) -> None:
    options = ["--out", str(home / "a.csv"), "--model", str(home / "bundle"), "--scheduler", "tcp://a:1"]
    done = verb("score", str(home / "history"), *options)
    assert done.exit_code == 2
    assert "expected nothing without --engine dask" in done.output
