"""Parts that add up, as a table for people: one line per part, one column per period and currency."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from winprob.serving.forecast.change import ChangeRow
from winprob.serving.forecast.explained import ExplainedRow
from winprob.serving.forecast.parts import PartAmount

Row = TypeVar("Row", ExplainedRow, ChangeRow)

LEAST = 0.5
"""Amounts below it are written as 0: lines and columns that have no others are not shown."""


@dataclass(frozen=True)
class PartsTable(Generic[Row]):
    """A table of parts.

    Attributes
    ----------
    columns : list of ExplainedRow or ChangeRow
        What the parts add up to.
    lines : list of tuple of PartAmount
        Of each part its amount in each column.
    """

    columns: list[Row]
    lines: list[tuple[PartAmount, ...]]


def parts_table(rows: Sequence[Row]) -> PartsTable[Row]:
    """Turn rows of an answer into columns.

    Parameters
    ----------
    rows : sequence of ExplainedRow or ChangeRow
        All with the same parts.

    Examples
    --------
    >>> parts_table([]).lines
    []
    """
    columns = [row for row in rows if _something(row.parts)]
    lines = zip(*(row.parts for row in columns), strict=True)
    return PartsTable(columns, [line for line in lines if _something(line)])


def _something(amounts: Sequence[PartAmount]) -> bool:
    return any(abs(each.amount) >= LEAST for each in amounts)
