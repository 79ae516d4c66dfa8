"""An attribute: a column of ``opportunities`` that the contract does not name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from winprob.features.contract import OPPORTUNITIES, column_names


@dataclass(frozen=True)
class Attribute:
    """A column of ``opportunities`` that the contract does not name.

    Attributes
    ----------
    name : str
        The column's name.
    kind : {"number", "category"}
        How its values are read.

    Examples
    --------
    >>> Attribute("company_size", "category").kind
    'category'
    """

    name: str
    kind: Literal["number", "category"]


def attributes_of(opportunities: pd.DataFrame, names: Sequence[str] = ()) -> tuple[Attribute, ...]:
    """List the attributes that a table of opportunities has.

    Parameters
    ----------
    opportunities : pandas.DataFrame
        Typed as `winprob.features.typed_table.complete` does it.
    names : sequence of str
        Columns that only name things, of which no feature is made.

    Examples
    --------
    >>> attributes_of(pd.DataFrame({"opportunity_id": ["A"], "size": [3.0]}))
    (Attribute(name='size', kind='number'),)
    """
    known = {*column_names(OPPORTUNITIES), *names}
    own = [name for name in opportunities if name not in known]
    return tuple(
        Attribute(str(name), "number" if pd.api.types.is_numeric_dtype(opportunities[name]) else "category")
        for name in own
    )
