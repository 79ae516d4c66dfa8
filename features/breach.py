"""What breaks the input contract, place by place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from features.mistake import Mistake


@dataclass(frozen=True)
class Breach:
    """One place where a history breaks the contract.

    Attributes
    ----------
    table : str
        The table, or the file's name where no table is meant.
    row : int or None
        The row as a spreadsheet numbers it: in a CSV file the header is row 1 and the first opportunity or
        event row 2; a Parquet file has no header, and its first row is row 1. `None`: the whole table.
    opportunity_id : str or None
        The opportunity that the row is about, where it says so.
    column : str or None
        The column; `None`: the whole row.
    found : str
        What is there.
    expected : str
        What should be there.

    Examples
    --------
    >>> print(Breach("amounts", 7, "OPP-3", "amount", "-5", "a number not below 0"))
    amounts, row 7, opportunity OPP-3, column amount: expected a number not below 0, found -5
    """

    table: str
    row: int | None
    opportunity_id: str | None
    column: str | None
    found: str
    expected: str

    def __str__(self) -> str:
        """One line: where, what was expected, what was found."""
        places = {"row": self.row, "opportunity": self.opportunity_id, "column": self.column}
        where = [self.table, *(f"{name} {place}" for name, place in places.items() if place is not None)]
        return f"{', '.join(where)}: expected {self.expected}, found {self.found}"


class InvalidHistory(Mistake):
    """A history that breaks the contract.

    Parameters
    ----------
    place : str
        The folder.
    breaches : sequence of Breach
        All of them.

    Examples
    --------
    >>> raise InvalidHistory("history", [Breach("amounts", None, None, None, "an empty file", "a header")])
    Traceback (most recent call last):
    ...
    features.breach.InvalidHistory: history breaks the input contract in 1 place:
      amounts: expected a header, found an empty file
    """

    def __init__(self, place: str, breaches: Sequence[Breach]) -> None:
        self.place = place
        self.breaches = tuple(breaches)
        super().__init__(place, self.breaches)

    def __str__(self) -> str:
        """Every breach on a line of its own."""
        count = len(self.breaches)
        title = f"{self.place} breaks the input contract in {count} place{'s' * (count != 1)}:"
        return "\n  ".join([title, *map(str, self.breaches)])
