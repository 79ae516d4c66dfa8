"""A table of the contract with all its columns, each in its type."""

from __future__ import annotations

import pandas as pd

from winprob.features.column import dtype_of
from winprob.features.contract import column_names, columns_of


def complete(table: str, rows: pd.DataFrame) -> pd.DataFrame:
    """All columns of the contract in its order, missing where the table lacks them, then its own.

    Parameters
    ----------
    table : str
        A table of the contract, or of events that a playbook declares.
    rows : pandas.DataFrame
        The table with any of its columns.

    Returns
    -------
    pandas.DataFrame
        Each column of the contract in its type: times datetime64[us, UTC], numbers float64, flags boolean,
        everything else text.

    Examples
    --------
    >>> complete("amounts", pd.DataFrame({"opportunity_id": ["A"], "amount": [1]})).columns.tolist()
    ['opportunity_id', 'at', 'amount']
    """
    names = column_names(table)
    columns = {
        column.name: rows[column.name].astype(dtype_of(column.kind))
        if column.name in rows
        else pd.Series(index=rows.index, dtype=dtype_of(column.kind))
        for column in columns_of(table)
    }
    own = {name: _truth_as_text(rows[name]) for name in rows if name not in names}
    return pd.DataFrame(columns | own, index=rows.index, copy=False)


def _truth_as_text(values: pd.Series) -> pd.Series:
    """Truth values are categories, as in files and documents."""
    if not pd.api.types.is_bool_dtype(values.dtype):
        return values
    return values.map({True: "true", False: "false"}).astype("str")
