"""What breaks no rule of the contract, but should be known before the numbers of a history are used."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Notice:
    """One thing to know of how a history was read.

    Attributes
    ----------
    code : str
        The kind of notice: does not change between versions.
    place : str
        The table, and the column where there is one.
    found : str
        What is there, and how often.
    taken : str
        What was made of it.
    remedy : str
        What to do if that is not right.

    Examples
    --------
    >>> print(Notice("missing", "opportunities, column size", "7 x 'NULL'", "not recorded", "correct it"))
    opportunities, column size: 7 x 'NULL', taken as not recorded; correct it
    """

    code: str
    place: str
    found: str
    taken: str
    remedy: str

    def __str__(self) -> str:
        """One line that says it all."""
        return f"{self.place}: {self.found}, taken as {self.taken}; {self.remedy}"
