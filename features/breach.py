"""What breaks the input contract, place by place."""

from __future__ import annotations

import reprlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from winprob.features.mistake import Mistake

MOST_VALUES = 3
"""So many different values with the same fault have a line each; of more the first one stands for all."""


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
    rows : int
        How many rows have the same fault, this one among them.
    remedy : str
        What to do about it, where that is not plain from what is expected.

    Examples
    --------
    >>> print(Breach("amounts", 7, "OPP-3", "amount", "-5", "a number not below 0", rows=3))
    amounts, row 7, opportunity OPP-3, column amount: expected a number not below 0, found -5, in 3 rows
    """

    table: str
    row: int | None
    opportunity_id: str | None
    column: str | None
    found: str
    expected: str
    rows: int = 1
    remedy: str = ""

    def __str__(self) -> str:
        """One line: where, what was expected, what was found, how often, what to do."""
        places = {"row": self.row, "opportunity": self.opportunity_id, "column": self.column}
        where = [self.table, *(f"{name} {place}" for name, place in places.items() if place is not None)]
        often = f", in {self.rows:,} rows" if self.rows > 1 else ""
        remedy = f"; {self.remedy}" if self.remedy else ""
        return f"{', '.join(where)}: expected {self.expected}, found {self.found}{often}{remedy}"


class InvalidHistory(Mistake):
    """A history that breaks the contract.

    Parameters
    ----------
    place : str
        The folder.
    breaches : sequence of Breach
        All of them; equal ones are one, with a count.

    Examples
    --------
    >>> raise InvalidHistory("history", [Breach("amounts", None, None, None, "an empty file", "a header")])
    Traceback (most recent call last):
    ...
    winprob.features.breach.InvalidHistory: history breaks the input contract in 1 place:
      amounts: expected a header, found an empty file
    """

    def __init__(self, place: str, breaches: Sequence[Breach]) -> None:
        self.place = place
        self.breaches = tuple(breaches)
        super().__init__(place, self.breaches)

    def __str__(self) -> str:
        """Every distinct breach on a line of its own."""
        count = sum(breach.rows for breach in self.breaches)
        title = f"{self.place} breaks the input contract in {count:,} place{'s' * (count != 1)}:"
        return "\n  ".join([title, *map(str, self.breaches)])


def breaches_at(
    table: str,
    raw: pd.DataFrame,
    column: str,
    rows: pd.Index,
    expected: str | Callable[[Any], str],
    remedy: str | Callable[[Any], str] = "",
) -> Iterator[Breach]:
    """Write down one fault of a column: a line for each value that has it, or one for all if they are many.

    Parameters
    ----------
    table : str
        The table's name.
    raw : pandas.DataFrame
        The table as it stands in its file, indexed by the numbers of its rows.
    column : str
        The column; need not be there.
    rows : pandas.Index
        The rows that have the fault.
    expected : str or callable
        What should be there, or what says it of a value.
    remedy : str or callable
        What to do, or what says it of a value.

    Examples
    --------
    >>> raw = pd.DataFrame({"opportunity_id": list("AAB"), "amount": ["x", "x", "y"]}, index=[2, 3, 4])
    >>> for breach in breaches_at("amounts", raw, "amount", raw.index, "a number"):
    ...     print(breach)
    amounts, row 2, opportunity A, column amount: expected a number, found 'x', in 2 rows
    amounts, row 4, opportunity B, column amount: expected a number, found 'y'
    """
    if not len(rows):
        return
    blank = pd.Series(index=raw.index, dtype="str")
    values = raw.get(column, blank)[rows]
    ids = raw.get("opportunity_id", blank)
    codes, distinct = pd.factorize(values, use_na_sentinel=False)
    many = len(distinct) > MOST_VALUES
    for number, value in enumerate(distinct[:1] if many else distinct):
        mine = rows if many else rows[codes == number]
        found = f"{written(value)} and {len(distinct) - 1:,} other values" if many else written(value)
        what, do = (say if isinstance(say, str) else say(value) for say in (expected, remedy))
        yield Breach(table, int(mine[0]), _id(ids[mine[0]]), column, found, what, len(mine), do)


def written(value: Any) -> str:
    """Write a value into a message.

    Examples
    --------
    >>> written("-5"), written(None), written(7)
    ("'-5'", 'nothing', '7')
    """
    if isinstance(value, str) and value:
        return reprlib.repr(value)
    return "nothing" if value == "" or pd.isna(value) else str(value)


def _id(value: Any) -> str | None:
    return None if pd.isna(value) or value == "" else str(value)
