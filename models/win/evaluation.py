"""Rows of a matrix, evaluated once: their probabilities, ranges and reasons come from one pass."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Protocol, Self

import numpy as np
import pandas as pd
from scipy.special import expit, ndtri

from winprob.features.matrix import Matrix
from winprob.models.measure.outcomes import Floats
from winprob.models.win.calibration import LogOddsCalibration
from winprob.models.win.explanation import Explanation

COVERAGE = 0.8
"""How many ranges are meant to hold the true probability."""


class Rows(Protocol):
    """Rows of a matrix as a model sees them, before they are calibrated."""

    @property
    def log_odds(self) -> Floats:
        """Log-odds of the rows, shape (n,)."""
        ...

    @property
    def standard_error(self) -> Floats:
        """How far these may be off, as standard deviations, shape (n,)."""
        ...

    @property
    def contributions(self) -> tuple[float, Floats]:
        """The base of the log-odds, and what each column adds to it, shape (n, k)."""
        ...

    def head(self, count: int) -> Self:
        """Take the first rows."""
        ...


@dataclass(frozen=True, eq=False)
class Evaluation:
    """What a model says of rows. Each part is computed when it is first asked for, and once.

    Attributes
    ----------
    rows : Rows
    calibration : LogOddsCalibration
        The line to the log-odds that are served.
    table : pandas.DataFrame or winprob.features.matrix.Matrix
        The rows.
    names : tuple of str
        Of the columns that have contributions.
    """

    rows: Rows
    calibration: LogOddsCalibration
    table: pd.DataFrame | Matrix
    names: tuple[str, ...]

    def head(self, count: int) -> Evaluation:
        """Take the first rows."""
        return Evaluation(self.rows.head(count), self.calibration, self.table.head(count), self.names)

    @cached_property
    def log_odds(self) -> Floats:
        """The log-odds that are served, shape (n,)."""
        return self.calibration.apply(self.rows.log_odds)

    @cached_property
    def probability(self) -> Floats:
        """The win probability, shape (n,)."""
        return np.asarray(expit(self.log_odds), dtype=np.float64)

    def range(self, coverage: float = COVERAGE) -> Floats:
        """Lower and upper end of the range that holds the true probability, shape (n, 2).

        Parameters
        ----------
        coverage : float
            How many of the ranges are meant to hold it, above 0 and below 1.

        Raises
        ------
        ValueError
            If `coverage` is not between 0 and 1.
        """
        if not 0 < coverage < 1:
            raise ValueError(f"coverage: expected a share above 0 and below 1, found {coverage}")
        width = ndtri(0.5 + coverage / 2) * self.calibration.slope * self.rows.standard_error
        ends = np.column_stack([self.log_odds - width, self.log_odds + width])
        return np.asarray(expit(ends), dtype=np.float64)

    @cached_property
    def contributions(self) -> tuple[float, Floats]:
        """The base, and what each column adds to it, shape (n, k): they add up to `log_odds`, to 1e-9."""
        base, shares = self.rows.contributions
        return float(self.calibration.apply(base)), self.calibration.slope * shares

    @property
    def explanation(self) -> Explanation:
        """The same as a table."""
        base, contributions = self.contributions
        return Explanation(base, pd.DataFrame(contributions, self.table.index, list(self.names)))
