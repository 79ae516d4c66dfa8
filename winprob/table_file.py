"""A table written to a file: CSV for programs, a workbook for Excel, Parquet."""

from __future__ import annotations

import os
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import typer

from features.durable import NotWritten, write_durably
from features.mistake import Mistake

if TYPE_CHECKING:
    import pandas as pd

FILE = "FILE.csv|.xlsx|.parquet"
MOST_ROWS = 1_048_575
"""Rows that fit on a sheet of Excel below the header."""


def writable(file: Path | None) -> Path | None:
    """See that a table can be written to a file, before the work begins."""
    if file is None:
        return None
    if file.suffix not in WRITERS:
        raise typer.BadParameter(f"expected a file ending in {', '.join(WRITERS)}, found {file}")
    if file.is_dir():
        raise typer.BadParameter(f"expected a file, found the folder {file}; add a name")
    if not file.absolute().parent.is_dir():
        raise typer.BadParameter(f"expected a folder that is there, found none at {file.absolute().parent}")
    if not os.access(file.absolute().parent, os.W_OK):
        raise typer.BadParameter(f"expected a folder that can be written to, found {file.absolute().parent}")
    return file


def write_table(table: pd.DataFrame, file: Path) -> None:
    """Write a table; the file appears complete, and is on the disk, or not at all."""
    content = WRITERS[file.suffix](table)
    beside = file.with_name(f".{file.name}.{uuid4().hex}")
    try:
        write_durably(beside, content)
        beside.replace(file)
    except NotWritten as error:
        raise NotWritten(file, error.cause) from error
    except OSError as error:
        raise NotWritten(file, error) from error
    finally:
        beside.unlink(missing_ok=True)


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
    options = {"strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
    content = BytesIO()
    with pd.ExcelWriter(content, engine="xlsxwriter", engine_kwargs={"options": options}) as writer:
        plain.to_excel(writer, sheet_name="winprob", index=False, freeze_panes=(1, 0))
    return content.getvalue()


WRITERS: dict[str, Callable[[pd.DataFrame], bytes]] = {".csv": _csv, ".xlsx": _workbook, ".parquet": _parquet}
