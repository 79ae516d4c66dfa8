"""The wire models of parts that add up, and of the deals behind them."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

import pandas as pd

from winprob.features.nearest import nearest
from winprob.features.playbook import Language
from winprob.features.problem import Problem
from winprob.serving.forecast.question import Opening
from winprob.serving.forecast.records import records
from winprob.serving.wire.part import Part
from winprob.serving.wire.query import InvalidQuery


class PartAmount(Part):
    """One of the parts that add up.

    Attributes
    ----------
    part, name : str
        Its code, and what people call it.
    amount : float
        In the row's currency.
    """

    part: str
    name: str
    amount: float


class DealAmount(PartAmount):
    """What a deal has to do with a part.

    Attributes
    ----------
    opportunity_id : str, optional
        Null for deals that are not created yet.
    period_start : date
        Of which period, by its first day.
    group : str, optional
        The deal's group; null if none was asked for.
    currency : str
        Empty where none is recorded.
    """

    opportunity_id: str | None
    period_start: datetime.date
    group: str | None = None
    currency: str


def parts_by_row(parts: pd.DataFrame, rows: int, language: Language) -> list[list[PartAmount]]:
    """Take a table of parts apart by the rows that they add up to.

    Parameters
    ----------
    parts : pandas.DataFrame
        ``part``, ``name_en``, ``name_zh`` and ``amount``: the same parts for each row, one row after another.
    rows : int
        How many rows there are.
    language : str

    Returns
    -------
    list of list of PartAmount
        One list per row.

    Examples
    --------
    >>> parts = pd.DataFrame({"part": ["a", "b"], "name_en": ["A", "B"], "amount": [1.0, 2.0]})
    >>> [part.amount for part in parts_by_row(parts, 1, "en")[0]]
    [1.0, 2.0]
    """
    each = len(parts) // max(rows, 1)
    told = list(zip(parts["part"], parts[f"name_{language}"], parts["amount"], strict=True))
    amounts = [PartAmount(part=part, name=name, amount=amount) for part, name, amount in told]
    return [amounts[first : first + each] for first in range(0, len(amounts), each or 1)]


def open_parts(
    deals: pd.DataFrame, parts: pd.DataFrame, group: str | None, opening: Opening, language: Language
) -> tuple[list[DealAmount], int]:
    """Open parts down to the deals.

    Parameters
    ----------
    deals, parts : pandas.DataFrame
        As `winprob.models.forecast.explained.Explained` and `winprob.models.forecast.change.Change` have
        them.
    group : str, optional
        The column with the groups.
    opening : Opening
        Which part, and how many rows.
    language : str

    Returns
    -------
    list of DealAmount
        By period and currency, the largest amounts first, whether they raise or lower it.
    int
        How many rows were left out.

    Raises
    ------
    InvalidQuery
        If there is no such part, currency or period; lists those that there are.
    """
    chosen = deals
    for name in ("part", "currency", "period_start"):
        wanted = getattr(opening, name)
        if wanted is not None:
            _check(name, wanted, parts[name].unique().tolist())
            chosen = chosen[chosen[name] == wanted]
    by_size = chosen.iloc[chosen["amount"].abs().argsort(kind="stable")[::-1]]
    ordered = by_size.sort_values(["period_start", "currency"], kind="stable")
    shown = ordered.groupby(["period_start", "currency"], sort=False).head(opening.limit)
    names = dict(zip(parts["part"], parts[f"name_{language}"], strict=True))
    rows = [DealAmount(name=names[row["part"]], **row) for row in records(shown, group)]
    return rows, len(chosen) - len(shown)


def _check(name: str, wanted: str | datetime.date, known: Sequence[str | datetime.date]) -> None:
    if wanted not in known:
        found, there = str(wanted), list(map(str, known))
        expected = f"one of {', '.join(map(repr, there)) or 'none'}{nearest(found, there)}"
        raise InvalidQuery([Problem(name, expected, repr(found), "choose one, or leave it out")])
