"""A table written to a file: CSV for programs, a workbook for Excel, Parquet."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, BinaryIO

import typer

from winprob.features.durable import new_file
from winprob.features.mistake import Mistake

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

FILE = "FILE.csv|.xlsx|.parquet"
MOST_ROWS = 1_048_575
"""Rows that fit on a sheet of Excel below the header."""


def writable(file: Path | None) -> Path | None:
    """See that a table can be written to a file, before the work begins.

    Returns
    -------
    pathlib.Path or None
        The same.

    Raises
    ------
    typer.BadParameter
        If its ending is not known, it is a folder, or nothing can be written into its folder.

    Examples
    --------
    >>> writable(Path("scores.txt"))
    Traceback (most recent call last):
    ...
    typer...BadParameter: expected a file ending in .csv, .xlsx, .parquet, found scores.txt
    """
    if file is None:
        return None
    if file.suffix not in WRITERS:
        raise typer.BadParameter(f"expected a file ending in {', '.join(WRITERS)}, found {file}")
    return placeable(file)


def placeable(file: Path) -> Path:
    """See that a file can be written where it is to be, before the work begins."""
    if file.is_dir():
        raise typer.BadParameter(f"expected a file, found the folder {file}; add a name")
    try:
        with TemporaryFile(dir=file.parent):
            pass
    except OSError as error:
        raise typer.BadParameter(
            f"expected a folder that can be written to, found {file.parent}: {error.strerror}; "
            "make it, or choose another one"
        ) from error
    return file


def write_table(table: pd.DataFrame, file: Path) -> None:
    """Write a table; the file appears complete, and is on the disk, or not at all.

    Parameters
    ----------
    table : pandas.DataFrame
    file : pathlib.Path
        As for `write_tables`.

    Examples
    --------
    >>> import pandas as pd
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder, "scores.csv")
    ...     write_table(pd.DataFrame({"opportunity_id": ["007"], "probability": [0.5]}), file)
    ...     file.read_text().splitlines()
    ['opportunity_id,probability', '007,0.5']
    """
    write_tables([table], file)


def write_tables(tables: Iterable[pd.DataFrame], file: Path) -> int:
    """Write a table that comes in parts, none of which is kept but for a workbook.

    Parameters
    ----------
    tables : iterable of pandas.DataFrame
        One at least, all with the same columns. The index is not written. Times with a zone are texts in a
        workbook, as in CSV.
    file : pathlib.Path
        Its ending, one of `WRITERS`, says how. It appears complete, and is on the disk, or not at all.

    Returns
    -------
    int
        How many rows there are.

    Raises
    ------
    winprob.features.durable.NotWritten
        If it cannot be written, such as on a full disk.
    winprob.features.mistake.Mistake
        If it has more rows than a sheet of Excel.

    Examples
    --------
    >>> import pandas as pd
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder, "scores.csv")
    ...     write_tables((pd.DataFrame({"probability": [share]}) for share in (0.25, 0.5)), file)
    ...     file.read_text().splitlines()
    2
    ['probability', '0.25', '0.5']
    """
    rows = 0

    def counted() -> Iterator[pd.DataFrame]:
        nonlocal rows
        for table in tables:
            rows += len(table)
            yield table

    with new_file(file) as content:
        WRITERS[file.suffix](counted(), content)
    return rows


def _csv(tables: Iterator[pd.DataFrame], content: BinaryIO) -> None:
    from winprob.csv_rows import csv_rows

    for number, table in enumerate(tables):
        content.write(csv_rows(table, header=number == 0))


def _parquet(tables: Iterator[pd.DataFrame], content: BinaryIO) -> None:
    from pyarrow.parquet import ParquetWriter

    first = _arrow(next(tables))
    with ParquetWriter(content, first.schema) as writer:
        writer.write_table(first)
        for table in tables:
            writer.write_table(_arrow(table, first.schema))


def _arrow(table: pd.DataFrame, schema: pa.Schema | None = None) -> pa.Table:
    import pyarrow as pa
    from pandas.errors import Pandas4Warning

    with warnings.catch_warnings():
        # Arrow asks for the values of times in a way that pandas means to change, and hides itself.
        warnings.simplefilter("ignore", Pandas4Warning)
        return pa.Table.from_pandas(table, schema, preserve_index=False)


def _workbook(tables: Iterator[pd.DataFrame], content: BinaryIO) -> None:
    """A sheet in which every text is a text: no long id becomes a number, and nothing is a formula."""
    import pandas as pd

    table = pd.concat(tables, ignore_index=True)
    if len(table) > MOST_ROWS:
        raise Mistake(
            f"--out: expected at most {MOST_ROWS:,} rows for Excel, found {len(table):,}; write .csv"
        )
    zoned = [name for name in table if isinstance(table[name].dtype, pd.DatetimeTZDtype)]
    # Excel knows no time zones: the times are written as they are in CSV.
    plain = table.assign(**{str(name): table[name].astype("str") for name in zoned})
    options = {
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
        "in_memory": True,  # no files elsewhere, where the disk may be full
    }
    book = BytesIO()
    with pd.ExcelWriter(book, engine="xlsxwriter", engine_kwargs={"options": options}) as writer:
        plain.to_excel(writer, sheet_name="winprob", index=False, freeze_panes=(1, 0))
    content.write(book.getvalue())


WRITERS: dict[str, Callable[[Iterator[pd.DataFrame], BinaryIO], None]] = {
    ".csv": _csv,
    ".xlsx": _workbook,
    ".parquet": _parquet,
}
"""By the ending of a file, how the parts of a table become its content."""
