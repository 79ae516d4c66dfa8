"""How a company's files and documents write what the contract leaves open: a part of its playbook."""

from __future__ import annotations

from typing import Literal, TypeAlias

from pydantic import Field

from winprob.features.playbook_part import Part

Declared: TypeAlias = Literal["text", "number"]
"""What the values of a column of ``opportunities`` are."""

MISSING = ("NA", "N/A", "#N/A", "<NA>", "NULL", "\\N", "NaN", "NaT", "None", "-")
"""What databases, spreadsheets and pandas write where there is no value."""


class InputFormat(Part):
    r"""The table ``[input]`` of a playbook or a mapping; the same for files and documents.

    Attributes
    ----------
    missing : tuple of str
        Spellings, in any case, that mean that nothing is recorded; an empty value always does. A list that is
        given takes the place of the default one: NA, N/A, #N/A, <NA>, NULL, \N, NaN, NaT, None and -.
    decimal : {".", ","}, optional
        The decimal mark of numbers written as text; the other one may then separate groups of three digits.
        If left out it is the point, groups are not allowed, and numbers that could also be meant in another
        way, such as a column of 170.000 and 410.000, are asked about.
    columns : dict of str to {"text", "number"}
        What further columns of ``opportunities`` are; if left out, a number where every value is one and none
        begins with a needless zero (01234), else text.
    currencies : dict of str to str
        The currency that each spelling means, such as ``RMB = "CNY"``.

    Examples
    --------
    >>> InputFormat(decimal=",", columns={"postcode": "text"}).decimal
    ','
    """

    missing: tuple[str, ...] = MISSING
    decimal: Literal[".", ","] | None = None
    columns: dict[str, Declared] = Field(default_factory=dict)
    currencies: dict[str, str] = Field(default_factory=dict)

    def __hash__(self) -> int:
        """Hash it, so that a playbook can be a key."""
        return hash(self.model_dump_json())
