"""Values of a feature in words, for evidence."""

from __future__ import annotations

import reprlib

import pandas as pd

from winprob.features.timeline import Flags

MOST_VALUES = 3


def said(column: pd.Series, rows: Flags) -> str:
    """Say in words what some rows of a column have in common.

    Parameters
    ----------
    column : pandas.Series, shape (n,)
        Numbers or categories.
    rows : numpy.ndarray of bool, shape (n,)
        At least one.

    Examples
    --------
    >>> import numpy as np
    >>> said(pd.Series([3.0, None, 9.0, 0.0]), np.array([True, False, True, False]))
    'from 3 to 9'
    >>> said(pd.Series([3.0, None]), np.array([True, False]))
    'recorded'
    """
    recorded = column.notna().to_numpy()
    if (rows == recorded).all():
        return "recorded"
    if not recorded[rows].any():
        return "empty"
    values = column[rows & recorded]
    or_empty = " or empty" if (rows & ~recorded).any() else ""
    if pd.api.types.is_numeric_dtype(values):
        low, high = value_said(values.min()), value_said(values.max())
        return (low if low == high else f"from {low} to {high}") + or_empty
    counts = values.astype("str").value_counts()
    usual = [value_said(value) for value in counts.index[:MOST_VALUES]]
    more = len(counts) - len(usual)
    return ", ".join(usual) + (f" or one of {more:,} more" if more else "") + or_empty


def value_said(value: float | str) -> str:
    """Write a value down.

    Examples
    --------
    >>> value_said(1200.0), value_said("in progress")
    ('1200', "'in progress'")
    """
    return reprlib.repr(value) if isinstance(value, str) else f"{value:g}"
