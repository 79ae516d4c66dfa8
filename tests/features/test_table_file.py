from __future__ import annotations

import datetime
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from winprob.features.breach import Breach
from winprob.features.table_file import UnreadableFile, read_table_file


def csv(folder: Path, content: str | bytes) -> Path:
    file = folder / "amounts.csv"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return file


def parquet(folder: Path, **columns: object) -> Path:
    file = folder / "amounts.parquet"
    pq.write_table(pa.table(columns), file)
    return file


def refusal(file: Path) -> list[str]:
    with pytest.raises(UnreadableFile) as refused:
        read_table_file(file)
    return [str(breach) for breach in refused.value.breaches]


def test_values_of_a_csv_stay_as_they_are_written(tmp_path: Path) -> None:
    table, breaches = read_table_file(csv(tmp_path, 'id,n,note\n007,1.50,"a, ""b"""\n008,NA,\n'))
    assert breaches == []
    assert table.index.tolist() == [2, 3]
    assert table.loc[2].tolist() == ["007", "1.50", 'a, "b"']
    assert table.loc[3, "n"] == "NA"
    assert pd.isna(table.loc[3, "note"])


@pytest.mark.parametrize(
    "content",
    [
        "id,n\nA,1\nB,2\n",
        "id,n\r\nA,1\r\nB,2\r\n",
        b"\xef\xbb\xbfid,n\nA,1\nB,2",
        '"id","n"\n"A","1"\n"B","2"\n',
    ],
)
def test_ways_to_write_the_same_csv(tmp_path: Path, content: str | bytes) -> None:
    table, breaches = read_table_file(csv(tmp_path, content))
    assert breaches == []
    assert table.to_dict("list") == {"id": ["A", "B"], "n": ["1", "2"]}


@pytest.mark.parametrize(
    "content",
    [
        "id;n\nA;1,5\nB;2\n",
        "id\tn\nA\t1,5\nB\t2\n",
        'id,n\nA,"1,5"\nB,2\n',
        "sep=;\nid;n\nA;1,5\nB;2\n",
        "sep=;\r\nid;n\r\nA;1,5\r\nB;2\r\n",
        '"sep=;"\nid;n\nA;1,5\nB;2\n',
        b"\xef\xbb\xbfsep=;\nid;n\nA;1,5\nB;2\n",
        "sep=|\nid|n\nA|1,5\nB|2\n",
        "sep=\t\nid\tn\nA\t1,5\nB\t2\n",
        'sep=,\nid,n\nA,"1,5"\nB,2\n',
    ],
)
def test_what_separates_columns_is_recognised(tmp_path: Path, content: str | bytes) -> None:
    table, breaches = read_table_file(csv(tmp_path, content))
    assert breaches == []
    assert table.to_dict("list") == {"id": ["A", "B"], "n": ["1,5", "2"]}


def test_marks_within_quoted_names_separate_nothing(tmp_path: Path) -> None:
    table, _ = read_table_file(csv(tmp_path, '"id, a, b, c";n\nA;1\n'))
    assert list(table) == ["id, a, b, c", "n"]


def test_a_column_alone_needs_nothing_to_separate_it(tmp_path: Path) -> None:
    table, _ = read_table_file(csv(tmp_path, "id\nA\n"))
    assert table.to_dict("list") == {"id": ["A"]}


def test_a_delimiter_that_is_named_goes_before_what_a_file_looks_like(tmp_path: Path) -> None:
    table, _ = read_table_file(csv(tmp_path, "id;a,n;b\nA,1\n"), delimiter=",")
    assert table.to_dict("list") == {"id;a": ["A"], "n;b": ["1"]}


def test_a_first_line_that_names_the_delimiter_counts_as_a_row(tmp_path: Path) -> None:
    table, breaches = read_table_file(csv(tmp_path, "sep=;\nid;n\nA;1\nB\n\nC;3\n"))
    assert table["id"].to_dict() == {3: "A", 6: "C"}
    assert breaches == [Breach("amounts", 4, None, None, "1: 'B'", "2 values, one per column")]
    (line,) = refusal(csv(tmp_path, 'sep=;\nid;n\n"A;1\n'))
    assert line.startswith("amounts, row 3: expected every quotation mark")
    (line,) = refusal(csv(tmp_path, b"sep=;\nid;n\n\xbb;1\n"))
    assert line.startswith("amounts, row 3: expected text in UTF-8")


def test_a_first_line_that_names_the_delimiter_is_no_header(tmp_path: Path) -> None:
    (line,) = refusal(csv(tmp_path, "sep=;\n"))
    assert line.startswith("amounts: expected a CSV table with a header, found ")


def test_rows_keep_the_numbers_that_a_spreadsheet_gives_them(tmp_path: Path) -> None:
    table, _ = read_table_file(csv(tmp_path, 'id,n\nA,1\n\nB,"2\nlines"\n,\nC,3\n\n'))
    assert table["id"].to_dict() == {2: "A", 4: "B", 6: "C"}


def test_every_ragged_row_is_set_aside_and_listed(tmp_path: Path) -> None:
    table, breaches = read_table_file(csv(tmp_path, "id,n\nA\nB,2\nC,3,4\nD,5\n"))
    assert table["id"].to_dict() == {3: "B", 5: "D"}
    assert breaches == [
        Breach("amounts", 2, None, None, "1: 'A'", "2 values, one per column"),
        Breach("amounts", 4, None, None, "3: 'C,3,4'", "2 values, one per column"),
    ]


@pytest.mark.parametrize("count", [0, 1, 3, 4, 5, 1000])
def test_every_ragged_row_is_counted(tmp_path: Path, count: int) -> None:
    table, breaches = read_table_file(csv(tmp_path, "id,n\n" + "A;1\n" * count + "B,2\n"))
    assert table["id"].to_dict() == {count + 2: "B"}
    assert sum(breach.rows for breach in breaches) == count
    assert len(breaches) == min(count, 4)


def test_ragged_rows_are_numbered_right_far_down_a_long_file(tmp_path: Path) -> None:
    rows = [f"O{i},{i}" if i % 50_000 else f"O{i}" for i in range(2, 300_001)]
    table, breaches = read_table_file(csv(tmp_path, "id,n\n" + "\n".join(rows)))
    assert [(breach.row, breach.rows) for breach in breaches] == [
        (50_000, 1),
        (100_000, 1),
        (150_000, 1),
        (200_000, 3),
    ]
    assert breaches[-1].found == "3 further rows that have not, such as 1: 'O200000'"
    assert not table.index.isin(range(50_000, 300_001, 50_000)).any()
    assert table.loc[299_999].tolist() == ["O299999", "299999"]


@pytest.mark.parametrize(
    "content",
    [
        'id,n\nA,1\nB,"2\n',
        'id,n\nA,1\n"B,2\nC,"3"\nD,4\n',
        'id,n\nA,1\nB,"2\n' + "C,3\n" * 500_000,
    ],
)
def test_a_quote_left_open_swallows_nothing(tmp_path: Path, content: str) -> None:
    (line,) = refusal(csv(tmp_path, content))
    assert line == 'amounts, row 3: expected every quotation mark (") closed, found one that is not'


@pytest.mark.parametrize("content", ["", "\n\n"])
def test_an_empty_file_has_no_header(tmp_path: Path, content: str) -> None:
    (line,) = refusal(csv(tmp_path, content))
    assert line == "amounts: expected a header with the names of the columns, found an empty file"


def test_a_header_alone_is_an_empty_table(tmp_path: Path) -> None:
    table, breaches = read_table_file(csv(tmp_path, "id,n\n"))
    assert (table.shape, breaches) == ((0, 2), [])


@pytest.mark.parametrize(
    ("encoding", "place"),
    [
        ("gbk", r"amounts, row 3: expected text in UTF-8, found b'\xbb'"),
        ("utf-16", "amounts, row 1: expected text in UTF-8, found text in UTF-16"),
    ],
)
def test_text_that_is_not_utf_8_is_found_by_row(tmp_path: Path, encoding: str, place: str) -> None:
    (line,) = refusal(csv(tmp_path, "id,n\nA,1\n华强,2\n".encode(encoding)))
    assert line == f"{place}; save the file as UTF-8 (Excel: 'CSV UTF-8'; editors: encoding UTF-8)"


def test_columns_need_names_of_their_own(tmp_path: Path) -> None:
    assert refusal(csv(tmp_path, "id,,n,id\nA,1,2,3\n")) == [
        "amounts: expected a name for every column, found a column without name (number 2)",
        "amounts, column id: expected one, found 2 columns of this name",
    ]


def test_parquet_rows_count_from_one_and_keep_their_types(tmp_path: Path) -> None:
    file = parquet(
        tmp_path,
        id=[1, 2],
        at=[datetime.datetime(2026, 3, 31, 8, tzinfo=datetime.UTC), None],
        day=[datetime.date(2026, 3, 31), None],
        price=[Decimal("1.5"), None],
        kind=pa.array(["a", "b"]).dictionary_encode(),
        nothing=pa.nulls(2),
    )
    table, breaches = read_table_file(file)
    assert breaches == []
    assert table.index.tolist() == [1, 2]
    assert pd.api.types.is_datetime64_any_dtype(table["at"].dtype)
    assert table["day"].tolist() == [datetime.date(2026, 3, 31), None]  # a day is more than its midnight
    assert table["price"].tolist() == [Decimal("1.5"), None]


def test_truth_values_in_parquet_stay_truth_values(tmp_path: Path) -> None:
    table, _ = read_table_file(parquet(tmp_path, whole=[True, False], gaps=[True, None]))
    assert table["whole"].tolist() == [True, False]
    assert table["gaps"].tolist() == [True, None]


def test_a_pandas_index_in_parquet_is_no_column(tmp_path: Path) -> None:
    file = tmp_path / "amounts.parquet"
    pd.DataFrame({"id": ["A", "B"]}, index=[5, 6]).to_parquet(file)
    assert list(read_table_file(file)[0]) == ["id"]


def test_a_named_index_in_parquet_is_a_column(tmp_path: Path) -> None:
    file = tmp_path / "amounts.parquet"
    pd.DataFrame({"n": [1]}, index=pd.Index(["A"], name="id")).to_parquet(file)
    assert set(read_table_file(file)[0]) == {"id", "n"}


def test_nested_values_and_bytes_are_refused(tmp_path: Path) -> None:
    assert refusal(parquet(tmp_path, id=["A"], tags=[["x"]], blob=[b"x"])) == [
        "amounts, column tags: expected text, numbers, true/false or times, found list<element: string>",
        "amounts, column blob: expected text, numbers, true/false or times, found binary",
    ]


def test_a_parquet_file_that_is_none(tmp_path: Path) -> None:
    file = tmp_path / "amounts.parquet"
    file.write_text("id,n\nA,1\n")
    (line,) = refusal(file)
    assert line.startswith("amounts: expected a Parquet file, found Parquet magic bytes not found")


def test_a_file_that_is_gone(tmp_path: Path) -> None:
    (line,) = refusal(tmp_path / "amounts.csv")
    assert line == "amounts: expected a file that can be read, found No such file or directory"
