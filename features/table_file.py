"""A file of the history folder, CSV or Parquet, as the table that it holds."""

from __future__ import annotations

import codecs
import io
import re
import reprlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import csv, parquet

from winprob.features.breach import MOST_VALUES, Breach
from winprob.features.mistake import Mistake
from winprob.features.text_file import NotText, decode

SUFFIXES = (".csv", ".parquet")
"""Endings of the files that hold tables."""

DELIMITERS = (",", ";", "\t")
"""What separates the columns of CSV files; of those that a header has equally often the first."""


class UnreadableFile(Mistake):
    """A file that is no table at all.

    Parameters
    ----------
    *breaches : Breach
        Why not.
    """

    def __init__(self, *breaches: Breach) -> None:
        self.breaches = list(breaches)
        super().__init__("\n".join(map(str, breaches)))


def read_table_file(path: Path, delimiter: str | None = None) -> tuple[pd.DataFrame, list[Breach]]:
    """Read a table as it stands in its file.

    Parameters
    ----------
    path : Path
        A CSV file (UTF-8, header) or a Parquet file, named after the table.
    delimiter : str, optional
        One character between the columns of a CSV file. If left out it is the one of a first line ``sep=;``,
        as Excel writes it, else whichever of comma, semicolon and tab the header has most of.

    Returns
    -------
    table : pandas.DataFrame
        Its index gives the rows as `winprob.features.breach.Breach` numbers them. Values of a CSV file are
        text; empty ones are missing, and rows that are empty throughout are left out.
    breaches : list of Breach
        Rows that do not have one value per column; they are not in the table. After a few, the rest of them
        is one breach.

    Raises
    ------
    UnreadableFile
        If the file holds no table.
    """
    try:
        return _csv(path, delimiter) if _is_csv(path) else (_parquet(path), [])
    except OSError as error:
        raise UnreadableFile(_whole(path, str(error.strerror or error), "a file that can be read")) from error
    except pa.ArrowInvalid as error:
        expected = "a CSV table with a header" if _is_csv(path) else "a Parquet file"
        raise UnreadableFile(_whole(path, str(error), expected)) from error


def _csv(path: Path, delimiter: str | None) -> tuple[pd.DataFrame, list[Breach]]:
    content = path.read_bytes()
    if not content.strip():
        raise UnreadableFile(_whole(path, "an empty file", "a header with the names of the columns"))
    _expect_utf_8(path, content)
    _expect_closed_quotes(path, content)
    content, header, recognised = _header(content)
    ragged: list[Any] = []

    def set_aside(row: Any) -> str:
        ragged.append(row)
        return "skip"

    # One thread: only then does the reader number the rows that it sets aside.
    how = {
        "read_options": csv.ReadOptions(use_threads=False),
        "parse_options": csv.ParseOptions(
            delimiter=delimiter or recognised,
            newlines_in_values=True,
            ignore_empty_lines=False,
            invalid_row_handler=set_aside,
        ),
    }
    names = csv.open_csv(io.BytesIO(content), **how).schema.names
    _expect_names(path, names)
    ragged.clear()
    as_text = csv.ConvertOptions(
        column_types=dict.fromkeys(names, pa.string()),
        null_values=[""],
        strings_can_be_null=True,
    )
    table = csv.read_csv(io.BytesIO(content), **how, convert_options=as_text).to_pandas()
    table.index = _numbers(header, len(table), [row.number + header - 1 for row in ragged])
    return table.dropna(how="all"), list(_ragged(path, ragged, header))


def _parquet(path: Path) -> pd.DataFrame:
    stored = parquet.ParquetFile(path).read()
    stored = stored.drop_columns(
        [name for name in stored.column_names if re.match(r"__index_level_\d+__$", name)]
    )
    _expect_names(path, stored.column_names)
    unusable = [field for field in stored.schema if not _is_plain(field.type)]
    if unusable:
        expected = "text, numbers, true/false or times"
        raise UnreadableFile(
            *(Breach(path.stem, None, None, field.name, str(field.type), expected) for field in unusable)
        )
    table: pd.DataFrame = stored.to_pandas(ignore_metadata=True)
    table.index = pd.RangeIndex(1, len(table) + 1)
    return table


def _is_csv(path: Path) -> bool:
    return path.suffix.lower() == ".csv"


def _is_plain(kind: pa.DataType) -> bool:
    value = kind.value_type if pa.types.is_dictionary(kind) else kind
    tests = (
        pa.types.is_string,
        pa.types.is_large_string,
        pa.types.is_string_view,
        pa.types.is_integer,
        pa.types.is_floating,
        pa.types.is_decimal,
        pa.types.is_boolean,
        pa.types.is_timestamp,
        pa.types.is_date,
        pa.types.is_null,
    )
    return any(test(value) for test in tests)


def _expect_utf_8(path: Path, content: bytes) -> None:
    try:
        decode(content)
    except NotText as error:
        found = error.problem
        breach = Breach(path.stem, error.line, None, None, found.found, found.expected, remedy=found.remedy)
        raise UnreadableFile(breach) from error


def _expect_closed_quotes(path: Path, content: bytes) -> None:
    if content.count(b'"') % 2 == 0:
        return
    # The reader would take all that follows an open quote for one value, without a word.
    open_since = None
    for number, line in enumerate(content.split(b"\n"), 1):
        if line.count(b'"') % 2:
            open_since = number if open_since is None else None
    raise UnreadableFile(
        Breach(path.stem, open_since, None, None, "one that is not", 'every quotation mark (") closed')
    )


def _expect_names(path: Path, names: list[str]) -> None:
    blank = [position for position, name in enumerate(names, 1) if not name.strip()]
    breaches = [_whole(path, f"a column without name (number {n})", "a name for every column") for n in blank]
    twice = [name for name, count in Counter(names).items() if count > 1 and name.strip()]
    breaches += [
        Breach(path.stem, None, None, name, f"{names.count(name)} columns of this name", "one")
        for name in twice
    ]
    if breaches:
        raise UnreadableFile(*breaches)


def _header(content: bytes) -> tuple[bytes, int, str]:
    """The content from the header on, the header's row, and the delimiter that it seems to have."""
    content = content.removeprefix(codecs.BOM_UTF8)
    hint = re.match(rb'"?sep=(.)"?\r?\n', content)
    if hint:
        return content[hint.end() :], 2, hint[1].decode()
    names = re.sub(rb'"[^"]*"', b"", content.split(b"\n", 1)[0])
    return content, 1, max(DELIMITERS, key=lambda mark: names.count(mark.encode()))


def _numbers(header: int, kept: int, set_aside: list[int]) -> pd.Index:
    first = header + 1
    numbers = np.arange(first, first + kept + len(set_aside))
    return pd.Index(np.delete(numbers, np.array(set_aside, dtype=np.int64) - first))


def _ragged(path: Path, rows: list[Any], header: int) -> Iterator[Breach]:
    """Rows without one value per column: a line for each of the first, one for the rest."""
    for place, row in enumerate(rows[: MOST_VALUES + 1]):
        found, count = f"{row.actual_columns}: {reprlib.repr(row.text)}", 1
        if place == MOST_VALUES and len(rows) > place + 1:
            count = len(rows) - place
            found = f"{count:,} further rows that have not, such as {found}"
        expected = f"{row.expected_columns} values, one per column"
        yield Breach(path.stem, row.number + header - 1, None, None, found, expected, count)


def _whole(path: Path, found: str, expected: str) -> Breach:
    return Breach(path.stem, None, None, None, found, expected)
