"""Cells: sums that a forecast is split into, by currency and by group."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from winprob.features.contract import OPPORTUNITIES
from winprob.features.history import History
from winprob.features.timeline import Floats, Integers
from winprob.models.forecast.group import group_of


@dataclass(frozen=True, eq=False)
class Cells:
    """Sums, and which of them each opportunity counts for.

    Attributes
    ----------
    names : pandas.DataFrame
        One row per cell, sorted: ``currency`` (empty where none is recorded), and the group if there is one.
    cell : numpy.ndarray of int64, shape (n,)
        The cell of every opportunity of the history.
    """

    names: pd.DataFrame
    cell: Integers

    @classmethod
    def of(cls, history: History, group: str | None = None) -> Cells:
        """Split a history.

        Parameters
        ----------
        history : History
        group : str, optional
            A column of ``opportunities``; by currency alone if left out.

        Returns
        -------
        Cells
            Those that any opportunity counts for.

        Raises
        ------
        winprob.features.mistake.Mistake
            If there is no such column.

        Examples
        --------
        >>> from winprob.features.playbook import load_playbook
        >>> day = pd.to_datetime(["2026-01-05"] * 3, utc=True)
        >>> history = History.of(load_playbook(), {"opportunities": pd.DataFrame(
        ...     {"opportunity_id": ["A", "B", "C"], "created_at": day, "currency": ["EUR", "CNY", "EUR"]})})
        >>> cells = Cells.of(history)
        >>> cells.names["currency"].tolist(), cells.cell.tolist()
        (['CNY', 'EUR'], [1, 0, 1])
        """
        keys = {"currency": history.texts(OPPORTUNITIES, "currency").filled("")}
        if group is not None:
            keys[group] = group_of(history, group)
        sizes = [len(key.levels) for key in keys.values()]
        joint = np.ravel_multi_index([key.codes for key in keys.values()], sizes)
        kinds, number = np.unique(joint, return_inverse=True)
        names = {
            name: np.array(key.levels, dtype=object)[places]
            for (name, key), places in zip(keys.items(), np.unravel_index(kinds, sizes), strict=True)
        }
        return cls(pd.DataFrame(names, dtype="str"), number)

    def __len__(self) -> int:
        """Count the cells."""
        return len(self.names)

    def add(self, opportunity: Integers, values: npt.ArrayLike) -> Floats:
        """Add up values of opportunities.

        Parameters
        ----------
        opportunity : numpy.ndarray of int64, shape (m,)
            Row numbers in the history's opportunities.
        values : array-like of float, shape (m,)
            One for each of them.

        Returns
        -------
        numpy.ndarray of float64, shape (cells,)
        """
        weights = np.asarray(values, dtype=np.float64)
        return np.bincount(self.cell[opportunity], weights, len(self)).astype(np.float64)
