"""Text files that people write: UTF-8 with or without a byte-order mark, one remedy for all others."""

from __future__ import annotations

import codecs
import re
import tomllib
from collections.abc import Mapping
from typing import Any

from winprob.features.problem import Problem

REMEDY = "save the file as UTF-8 (Excel: 'CSV UTF-8'; editors: encoding UTF-8)"


class NotText(ValueError):
    """A file that is not text in UTF-8, or not TOML.

    Parameters
    ----------
    line : int
        Where, counted from 1.
    expected, found, remedy : str
        What should be there, what is, and what to do.
    """

    def __init__(self, line: int, expected: str, found: str, remedy: str) -> None:
        self.line = line
        self.problem = Problem(f"line {line}", expected, found, remedy)
        super().__init__(str(self.problem))


def decode(content: bytes) -> str:
    """Read the text of a file.

    Returns
    -------
    str
        Without a byte-order mark.

    Raises
    ------
    NotText
        If it is not UTF-8, such as a file in GBK or UTF-16.

    Examples
    --------
    >>> decode(codecs.BOM_UTF8 + b"code"), decode("阶段".encode())
    ('code', '阶段')
    """
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise NotText(1, "text in UTF-8", "text in UTF-16", REMEDY)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        found = repr(content[error.start : error.end])
        raise NotText(line, "text in UTF-8", found, REMEDY) from error


def parse_toml(text: str) -> Mapping[str, Any]:
    """Read TOML.

    Raises
    ------
    NotText
        If it is not TOML; says where.

    Examples
    --------
    >>> parse_toml("code = 'mine'")
    {'code': 'mine'}
    """
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        named = re.search(r"at line (\d+)", str(error))
        line = int(named[1]) if named else len(text.splitlines())
        raise NotText(line, "TOML", str(error), "correct the file there") from error
