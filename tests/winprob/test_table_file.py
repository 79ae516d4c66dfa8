from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import typer
from disks import largest_file
from workbooks import cells

from winprob import table_file
from winprob.features.durable import NotWritten
from winprob.features.mistake import Mistake
from winprob.table_file import WRITERS, writable, write_table, write_tables

TEXTS = [
    "00012",
    "12345678901234567890",
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\tx",
    "\rx",
    "{=1}",
    "http://a.b/c",
]


def table() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "opportunity_id": TEXTS,
            "as_of": pd.Timestamp("2026-06-13T23:59:59.999999Z"),
            "=day": date(2026, 6, 30),
            "amount": [-5.5, np.nan, *np.arange(2, len(TEXTS))],
        }
    )


def test_every_text_of_a_workbook_is_a_text_and_every_number_a_number(tmp_path: Path) -> None:
    write_table(table(), tmp_path / "a.xlsx")
    header, *rows = cells(tmp_path / "a.xlsx")
    assert [header[column] for column in "ABCD"] == [("s", name) for name in table()]
    assert [row["A"] for row in rows] == [("s", text.replace("\r", "_x000D_")) for text in TEXTS]
    assert {row["B"] for row in rows} == {("s", "2026-06-13 23:59:59.999999+00:00")}
    assert {row["C"] for row in rows} == {("n", "46203")}
    assert rows[0]["D"] == ("n", "-5.5")
    assert "D" not in rows[1] or rows[1]["D"][1] == ""


def test_csv_is_what_pandas_writes(tmp_path: Path) -> None:
    write_table(table(), tmp_path / "a.csv")
    table().to_csv(tmp_path / "b.csv", index=False)
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()


def test_parquet_keeps_the_kinds(tmp_path: Path) -> None:
    write_table(table(), tmp_path / "a.parquet")
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "a.parquet"), table())


@pytest.mark.parametrize("ending", [".csv", ".parquet"])
def test_a_table_in_parts_is_the_table(tmp_path: Path, ending: str) -> None:
    parts = (table().iloc[begin : begin + 3] for begin in range(0, len(TEXTS), 3))
    assert write_tables(parts, tmp_path / f"parts{ending}") == len(TEXTS)
    write_table(table(), tmp_path / f"whole{ending}")
    read = pd.read_csv if ending == ".csv" else pd.read_parquet
    pd.testing.assert_frame_equal(read(tmp_path / f"parts{ending}"), read(tmp_path / f"whole{ending}"))


@pytest.mark.parametrize("ending", WRITERS)
def test_a_mistake_on_the_way_leaves_nothing(tmp_path: Path, ending: str) -> None:
    def parts() -> Iterator[pd.DataFrame]:
        yield table()
        raise Mistake("expected another part")

    with pytest.raises(Mistake):
        write_tables(parts(), tmp_path / f"a{ending}")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("ending", WRITERS)
def test_a_table_without_rows_has_its_columns(tmp_path: Path, ending: str) -> None:
    write_table(table().iloc[:0], tmp_path / f"a{ending}")
    assert (tmp_path / f"a{ending}").stat().st_size > 0


def test_more_rows_than_excel_has_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_file, "MOST_ROWS", 9)
    with pytest.raises(Mistake, match=r"expected at most 9 rows for Excel, found 10; write \.csv"):
        write_table(table(), tmp_path / "a.xlsx")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("ending", WRITERS)
def test_two_at_once_do_not_hinder_each_other(tmp_path: Path, ending: str) -> None:
    file = tmp_path / f"a{ending}"
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        assert list(pool.map(write_table, [table()] * 40, [file] * 40)) == [None] * 40
    assert [path.name for path in tmp_path.iterdir()] == [file.name]


@pytest.mark.parametrize("ending", WRITERS)
def test_a_full_disk_is_told_with_the_file_and_leaves_what_was_there(tmp_path: Path, ending: str) -> None:
    file = tmp_path / f"a{ending}"
    file.write_bytes(b"before")
    with (
        largest_file(10),
        pytest.raises(NotWritten, match=rf"a\{ending}: expected to write it, found File too"),
    ):
        write_table(table(), file)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {file.name: b"before"}


def test_a_place_that_can_be_written_to_is_left_as_it_is(tmp_path: Path) -> None:
    assert writable(None) is None
    assert writable(tmp_path / "a.xlsx") == tmp_path / "a.xlsx"
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_to_is_told_before_the_work(tmp_path: Path) -> None:
    (tmp_path / "folder.csv").mkdir()
    (tmp_path / "file").touch()
    for file, expected in {
        tmp_path / "a.txt": r"expected a file ending in .csv, .xlsx, .parquet, found .*a\.txt",
        tmp_path / "folder.csv": r"expected a file, found the folder .*folder\.csv; add a name",
        tmp_path
        / "nowhere"
        / "a.csv": r"can be written to, found .*nowhere: No such file or directory; make",
        tmp_path / "file" / "a.csv": r"can be written to, found .*file: Not a directory; make it",
        Path("/proc/a.csv"): r"can be written to, found /proc: .*; make it, or choose another one",
    }.items():
        with pytest.raises(typer.BadParameter, match=expected):
            writable(file)
