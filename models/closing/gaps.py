"""Rows in which much is left out, so that a model learns to do without what a CRM does not record."""

from __future__ import annotations

import numpy as np
import pandas as pd

ROWS = 1 / 3
"""Share of the rows in which something is left out: enough to learn from, and where all is recorded the
answers were as good as without."""


def with_gaps(X: pd.DataFrame) -> pd.DataFrame:
    """Leave out what some rows say.

    Of a third of the rows, drawn at random, each column is left out with a chance that is drawn for the row:
    mostly high, since whoever records little records very little.

    Parameters
    ----------
    X : pandas.DataFrame, shape (n, k)
        Numbers and categories.

    Returns
    -------
    pandas.DataFrame, shape (n, k)
        The same with more missing values; numbers as float64.

    Examples
    --------
    >>> X = pd.DataFrame({"stage_position": np.arange(9.0), "source": ["fair"] * 9})
    >>> with_gaps(X).isna().any(axis=1).sum().item()
    2
    """
    rng = np.random.default_rng(0)
    chance = np.where(rng.random(len(X)) < ROWS, np.cbrt(rng.random(len(X))), 0.0)
    left_out = rng.random(X.shape) < chance[:, np.newaxis]
    columns = {}
    for place, name in enumerate(X):
        column = X[name]
        number = pd.api.types.is_numeric_dtype(column.dtype)
        columns[name] = (column.astype("float64") if number else column).mask(left_out[:, place])
    return pd.DataFrame(columns, index=X.index)
