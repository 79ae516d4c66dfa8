"""The input contract as a schema that a table's values are held against."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from winprob.features.contract import Column
from winprob.features.event_table import declared_columns
from winprob.features.playbook import Playbook

if TYPE_CHECKING:
    import pandera.pandas as pandera

Codes = tuple[str, ...]


@dataclass(frozen=True)
class Rule:
    """What the values of a column must keep.

    Attributes
    ----------
    holds : callable
        Takes the values that are not missing; tells of each whether it keeps the rule.
    expected : str
        What should be there.
    """

    holds: Callable[[pd.Series], npt.ArrayLike]
    expected: str


PLAYBOOK_PARTS = {
    "stage": "stages",
    "buyer_stage": "buyer_stages",
    "item": "risk_items",
    "checkpoint": "checkpoints",
}
"""The part of a playbook that holds the codes of each kind of column."""


def known_codes(column: Column, playbook: Playbook) -> Codes | None:
    """Give the only values that a column of text may have.

    Parameters
    ----------
    column : Column
        A column of the contract.
    playbook : Playbook
        Knows the codes.

    Returns
    -------
    tuple of str, or None
        `None` if any text will do; empty if the playbook knows no codes of this kind.

    Examples
    --------
    >>> from winprob.features.playbook import load_playbook
    >>> known_codes(Column("stage", "stage"), load_playbook())
    ('target', 'qualified', 'shortlisted', 'intent', 'near_won')
    """
    if column.kind == "checkpoint":
        return playbook.checkpoint_codes
    if column.kind in PLAYBOOK_PARTS:
        return tuple(part.code for part in getattr(playbook, PLAYBOOK_PARTS[column.kind]))
    return column.choices if column.kind == "category" and column.choices else None


def names_of(column: Column, playbook: Playbook) -> dict[str, str]:
    """Give the names that a playbook gives to the codes of a column, in either language.

    Parameters
    ----------
    column : Column
        A column of the contract.
    playbook : Playbook
        Knows the names.

    Returns
    -------
    dict of str to str
        The code of each name that belongs to one code alone and is no code itself.

    Examples
    --------
    >>> from winprob.features.playbook import load_playbook
    >>> names = names_of(Column("stage", "stage"), load_playbook())
    >>> names["意向客户"], names["Intent"]
    ('intent', 'intent')
    """
    if column.kind == "checkpoint":
        parts = [point for stage in playbook.stages for point in stage.checkpoints]
    elif column.kind in PLAYBOOK_PARTS:
        parts = list(getattr(playbook, PLAYBOOK_PARTS[column.kind]))
    else:
        return {}
    codes = {part.code for part in parts}
    named = [(name, part.code) for part in parts for name in {part.name.zh, part.name.en}]
    often = Counter(name for name, _ in named)
    return {name: code for name, code in named if often[name] == 1 and name not in codes}


OUTCOME_WORDS = (
    "won",
    "lost",
    "closed_won",
    "closed_lost",
    "closed won",
    "closed lost",
    "赢单",
    "输单",
    "丢单",
)
"""What CRMs call the end of an opportunity, in a column of stages."""


def remedy_for(column: Column, value: object) -> str:
    """Say what to do with a code that is not known.

    Parameters
    ----------
    column : Column
    value : object
        What stands there.

    Returns
    -------
    str
        Empty if there is nothing to add to what is expected.

    Examples
    --------
    >>> remedy_for(Column("stage", "stage"), "Closed Won")
    'an outcome is no stage: put it into outcome and closed_at of opportunities, leave this out'
    """
    if column.kind in ("stage", "buyer_stage") and str(value).casefold() in OUTCOME_WORDS:
        return "an outcome is no stage: put it into outcome and closed_at of opportunities, leave this out"
    return ""


def is_valid(name: str, table: pd.DataFrame, playbook: Playbook, ids: pd.Series | None) -> bool:
    """Tell whether all values of a table are allowed; where not, `schema` finds which are not.

    Parameters
    ----------
    name, table, playbook, ids
        As for `schema`.

    Examples
    --------
    >>> from winprob.features.playbook import load_playbook
    >>> is_valid("amounts", pd.DataFrame({"amount": [7.0, -1.0]}), load_playbook(), None)
    False
    """
    for column, rules in _rules(name, table, playbook, ids).items():
        values = table[column.name]
        gaps = values.isna()
        if column.required and gaps.any():
            return False
        present = values[~gaps] if gaps.any() else values
        if not all(np.all(rule.holds(present)) for rule in rules):
            return False
    return True


def schema(
    name: str, table: pd.DataFrame, playbook: Playbook, ids: pd.Series | None
) -> pandera.DataFrameSchema:
    """Say which values each column of a table may have.

    Parameters
    ----------
    name : str
        The table's name.
    table : pandas.DataFrame
        Its values as `winprob.features.values` reads them.
    playbook : Playbook
        Knows the codes.
    ids : pandas.Series of str, or None
        The ids of the table ``opportunities``; `None` if they are not known.

    Returns
    -------
    pandera.pandas.DataFrameSchema
        Its checks carry what is expected as their ``error``.
    """
    import pandera.pandas as pandera  # takes half a second, and only tables with faults need it

    columns = {
        column.name: pandera.Column(
            checks=[pandera.Check(rule.holds, error=rule.expected) for rule in rules],
            nullable=not column.required,
        )
        for column, rules in _rules(name, table, playbook, ids).items()
    }
    return pandera.DataFrameSchema(columns)


def one_of(choices: Codes) -> str:
    """Write out the values to choose from.

    Parameters
    ----------
    choices : tuple of str
        The values.

    Examples
    --------
    >>> one_of(("won", "lost"))
    'one of won, lost'
    """
    return f"one of {', '.join(choices)}"


def _rules(
    name: str, table: pd.DataFrame, playbook: Playbook, ids: pd.Series | None
) -> dict[Column, list[Rule]]:
    contract = {column.name: column for column in declared_columns(name, playbook)}
    found = {}
    for column_name in table:
        column = contract.get(str(column_name), Column(str(column_name), "number"))
        rules = _of_number(column) if pd.api.types.is_float_dtype(table[column_name]) else []
        codes = known_codes(column, playbook)
        if codes:
            rules.append(_is_one_of(codes, one_of(codes)))
        if column.name == "opportunity_id":
            rules += _of_id(name, ids)
        found[column] = rules
    return found


def _is_one_of(choices: Sequence[str | float], expected: str) -> Rule:
    return Rule(lambda values: values.isin(choices), expected)


def _of_number(column: Column) -> list[Rule]:
    rules = [Rule(np.isfinite, "a finite number")]
    if column.choices:
        rules.append(_is_one_of([float(choice) for choice in column.choices], one_of(column.choices)))
    minimum = column.minimum
    if minimum is not None:
        rules.append(Rule(lambda values: values >= minimum, f"a number not below {minimum:g}"))
    if column.positive:
        rules.append(Rule(lambda values: values > 0, "a number above 0"))
    return rules


def _of_id(name: str, ids: pd.Series | None) -> list[Rule]:
    if name == "opportunities":
        return [Rule(lambda values: ~values.duplicated(), "an id that no other row has")]
    if ids is None:
        return []
    import pyarrow as pa  # where tables are read: documents do without
    import pyarrow.compute as pc

    known = pa.array(ids, pa.large_string())

    def is_known(values: pd.Series) -> pd.Series:
        # pandas would take what to look for apart, one by one, for every table.
        found = pc.is_in(pa.array(values, pa.large_string()), known)
        return pd.Series(found.to_numpy(zero_copy_only=False), index=values.index)

    return [Rule(is_known, "an opportunity_id of the table opportunities")]
