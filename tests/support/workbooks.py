"""What a workbook holds, cell by cell."""

from __future__ import annotations

from pathlib import Path
from typing import IO
from xml.etree import ElementTree
from zipfile import ZipFile

NAMESPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def cells(file: Path | IO[bytes]) -> list[dict[str, tuple[str, str]]]:
    """By row of a workbook's sheet, each column's kind (``s`` is a text, ``n`` a number) and value."""
    with ZipFile(file) as book:
        texts = [
            "".join(part.text or "" for part in item.iter(f"{NAMESPACE}t"))
            for item in ElementTree.fromstring(book.read("xl/sharedStrings.xml"))
        ]
        sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    assert not list(sheet.iter(f"{NAMESPACE}f")), "a formula"
    rows = []
    for row in sheet.iter(f"{NAMESPACE}row"):
        found = {}
        for cell in row:
            kind, value = cell.get("t", "n"), cell.findtext(f"{NAMESPACE}v", "")
            found[str(cell.get("r"))[0]] = (kind, texts[int(value)] if kind == "s" else value)
        rows.append(found)
    return rows
