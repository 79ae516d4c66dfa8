"""Tables as records: what rows of answers are made of."""

from __future__ import annotations

from typing import Any

import pandas as pd


def records(table: pd.DataFrame, group: str | None = None) -> list[dict[str, Any]]:
    """Take a table apart into rows.

    Parameters
    ----------
    table : pandas.DataFrame
    group : str, optional
        The column that is called ``group`` in answers, whatever its name.

    Returns
    -------
    list of dict
        By column; None where a value is missing.

    Examples
    --------
    >>> records(pd.DataFrame({"team": [None, "north"], "won": [3.0, 2.0]}), "team")
    [{'group': None, 'won': 3.0}, {'group': 'north', 'won': 2.0}]
    """
    named = table if group is None else table.rename(columns={group: "group"})
    known = named.astype(object).where(named.notna(), None)
    return [{str(name): value for name, value in row.items()} for row in known.to_dict("records")]
