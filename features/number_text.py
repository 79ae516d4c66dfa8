"""Numbers written as text: with a decimal point, with another mark, or such that they could mean two."""

from __future__ import annotations

import re
from typing import Literal

NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|[+-]?inf(inity)?", re.ASCII | re.IGNORECASE)
GROUPED = {
    ".": re.compile(r"[+-]?([1-9]\d{0,2}(,\d{3})+(\.\d*)?|\d*\.?\d+)", re.ASCII),
    ",": re.compile(r"[+-]?([1-9]\d{0,2}(\.\d{3})+(,\d*)?|\d*,?\d+)", re.ASCII),
}
AMBIGUOUS = re.compile(r"[+-]?[1-9]\d{0,2}(\.\d{3})+", re.ASCII)
FOREIGN = re.compile(r"[+-]?(\d{1,3}([.,' \u00a0\u202f]\d{3})+([.,]\d+)?|\d+,\d+)", re.ASCII)
DECLARE_DECIMAL = 'declare decimal = "." or "," in [input] of the playbook, or at the top of a mapping'


def parse_number(written: str, decimal: Literal[".", ","] | None = None) -> float | None:
    """Read a number; what is ambiguous is read with a decimal point.

    Parameters
    ----------
    written : str
    decimal : {".", ","}, optional
        The decimal mark that is declared: the other mark may then separate groups of three digits, and do
        nothing else. If left out the mark is the point and there are no groups.

    Returns
    -------
    float or None
        Possibly infinite; none if it is no number.

    Examples
    --------
    >>> parse_number("1234.5"), parse_number("1.234,5", ","), parse_number("1,5"), parse_number("1_000")
    (1234.5, 1234.5, None, None)
    >>> parse_number("12.5", ","), parse_number("0.125", ",")  # no groups of three digits
    (None, None)
    """
    if decimal is not None and GROUPED[decimal].fullmatch(written):
        written = written.replace("," if decimal == "." else ".", "").replace(decimal, ".")
    elif decimal == "," and "." in written:
        return None
    return float(written) if NUMBER.fullmatch(written) else None


def is_ambiguous(written: str) -> bool:
    """Tell whether a text is a number with a decimal point or one with points between groups of digits.

    Examples
    --------
    >>> is_ambiguous("170.000"), is_ambiguous("0.125"), is_ambiguous("170.5")
    (True, False, False)
    """
    return AMBIGUOUS.fullmatch(written) is not None


def is_foreign(written: str) -> bool:
    """Tell whether a text looks like a number that is written with other marks.

    Examples
    --------
    >>> is_foreign("1.234,50"), is_foreign("1,5"), is_foreign("1.5"), is_foreign("A1")
    (True, True, False, False)
    """
    return FOREIGN.fullmatch(written) is not None and NUMBER.fullmatch(written) is None


def has_leading_zero(written: str) -> bool:
    """Tell whether a text of digits begins with a zero that a number would lose.

    Examples
    --------
    >>> has_leading_zero("01234"), has_leading_zero("0.5"), has_leading_zero("0")
    (True, False, False)
    """
    return re.match(r"[+-]?0\d", written) is not None
