"""What was read of a column, and what could not be."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd


@dataclass(frozen=True)
class Fault:
    """Values of a column that are not what is expected there.

    Attributes
    ----------
    rows : numpy.ndarray of bool, shape (n,)
        Where they stand.
    expected, remedy : str
        What should be there, and what to do.
    """

    rows: npt.NDArray[np.bool_]
    expected: str
    remedy: str


@dataclass(frozen=True)
class ColumnRead:
    """What was read of a column.

    Attributes
    ----------
    values : pandas.Series
        float64, boolean, datetime64[us, UTC] or str; missing where nothing stands or it could not be read.
    faults : tuple of Fault
        Values that could not be read.
    missing : dict of str to int
        Spellings that were taken as missing, with how often; the empty value is not among them.
    doubt : str
        What a person should know of how the column was read; empty if nothing.
    """

    values: pd.Series
    faults: tuple[Fault, ...] = ()
    missing: dict[str, int] | None = None
    doubt: str = ""
