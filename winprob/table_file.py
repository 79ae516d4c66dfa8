"""A table written to a file: CSV for programs, a workbook for Excel, Parquet."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING

import typer

from winprob.features.durable import write_durably
from winprob.features.mistake import Mistake

if TYPE_CHECKING:
    import pandas as pd

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
        Its index is not written. Times with a zone are texts in a workbook, as in CSV.
    file : pathlib.Path
        Its ending, one of `WRITERS`, says how.

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
    ...     write_table(pd.DataFrame({"opportunity_id": ["007"], "probability": [0.5]}), file)
    ...     file.read_text().splitlines()
    ['opportunity_id,probability', '007,0.5']
    """
    write_durably(file, WRITERS[file.suffix](table))


def _csv(table: pd.DataFrame) -> bytes:
    content = BytesIO()
    table.to_csv(content, index=False)
    return content.getvalue()


def _parquet(table: pd.DataFrame) -> bytes:
    content = BytesIO()
    table.to_parquet(content, index=False)
    return content.getvalue()


def _workbook(table: pd.DataFrame) -> bytes:
    """A sheet in which every text is a text: no long id becomes a number, and nothing is a formula."""
    import pandas as pd

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
    content = BytesIO()
    with pd.ExcelWriter(content, engine="xlsxwriter", engine_kwargs={"options": options}) as writer:
        plain.to_excel(writer, sheet_name="winprob", index=False, freeze_panes=(1, 0))
    return content.getvalue()


WRITERS: dict[str, Callable[[pd.DataFrame], bytes]] = {".csv": _csv, ".xlsx": _workbook, ".parquet": _parquet}
"""By the ending of a file, how a table becomes its content."""
