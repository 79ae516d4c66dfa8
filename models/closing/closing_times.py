"""When open opportunities close, learned from those that closed and from those that are still open."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

import numpy as np
import numpy.typing as npt
import pandas as pd
from pydantic import BaseModel, ConfigDict, RootModel, model_validator

from winprob.features.calendar import DAYS_OF_UTC, Calendar
from winprob.features.company_days import company_days
from winprob.features.matrix import Matrix
from winprob.features.timeline import Integers
from winprob.models.closing.hazards import Hazard, shrunk_rates
from winprob.models.closing.outlook import Outlook
from winprob.models.closing.periods import PERIODS, ending_in, spent
from winprob.models.measure.outcomes import Floats, row_weights
from winprob.models.win.columns import Columns


class ClosingTimes(BaseModel):
    """How fast opportunities are won and lost, by what is known of them.

    Winning and losing are competing outcomes of which the first counts; each has its hazard. An opportunity
    that is still open tells that it did not end in the days that it was followed: without those, quick
    endings, which are known first, would make everything look quick.

    Hazards follow the company's calendar: buyers sign at the end of quarters, and nobody on days off.

    With few endings all rows have the same rates, shrunk towards those of all endings; with more, trees tell
    rows apart, also by what is not recorded (see `feature_dropout`). An ending that was never seen is
    expected to come when the other does.

    Attributes
    ----------
    calendar : Calendar
        Whose days, quarters and holidays.
    columns : Columns
        Names and vocabulary of the columns.
    won, lost : Hazard
        The hazards of both outcomes.

    Examples
    --------
    >>> X = pd.DataFrame({"stage_position": [0.0, 1.0, 2.0] * 20})
    >>> at = pd.Series(pd.date_range("2024-01-01", periods=60, freq="7D", tz="UTC"))
    >>> days, won = np.arange(60.0) + 1, np.array([1.0, 0.0, np.nan] * 20)
    >>> times = ClosingTimes.fit(X, at, days, won)
    >>> shares, _ = times.outlook(X[:1], at[:1]).shares_within([30, 365])
    >>> shares.round(1).tolist()
    [[0.4, 1.0]]
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    calendar: Calendar
    columns: Columns
    won: Hazard
    lost: Hazard

    @model_validator(mode="after")
    def _fit_together(self) -> Self:
        expected = len(self.columns.names) + 1
        for name, rates in (("won", self.won), ("lost", self.lost)):
            if rates.columns not in (None, expected):
                raise ValueError(f"{name}: expected trees of {expected} columns, found {rates.columns}")
        return self

    @classmethod
    def fit(
        cls,
        X: pd.DataFrame,
        at: pd.Series,
        days: npt.ArrayLike,
        won: npt.ArrayLike,
        sample_weight: npt.ArrayLike | None = None,
        calendar: Calendar = DAYS_OF_UTC,
        relative_to: Mapping[str, str] | None = None,
    ) -> Self:
        """Learn from moments, whatever has become of them.

        Parameters
        ----------
        X : pandas.DataFrame, shape (n, k)
            What was known at each moment: numbers and categories.
        at : pandas.Series of datetime64[us, UTC], shape (n,)
            The moments.
        days : array-like of shape (n,)
            From the moment to the ending, or for as long as it was followed without one.
        won : array-like of shape (n,)
            1 for won, 0 for lost, missing while it is open.
        sample_weight : array-like of shape (n,), optional
            How many opportunities each row stands for; 1 for every row if left out. It must not depend on
            the ending: a weight that is smaller the longer an opportunity lasted makes all look quick.
        calendar : Calendar
            The company's.
        relative_to : mapping of str to str, optional
            Of number columns, the category within which their values compare.

        Raises
        ------
        ValueError
            If nothing ended, an ending came after no time, or something is not as described.
        """
        weight = row_weights(sample_weight, len(X))
        followed, outcome = _checked(at, days, won, len(X))
        X = feature_dropout(X)
        columns = Columns.learn(X, relative_to)
        values, since = columns.encode(X), company_days(calendar, at)
        time, ended = spent(followed), ending_in(followed) & ~np.isnan(outcome)[:, np.newaxis]
        overall = (weight @ ended).sum() / (weight @ time).sum()
        usual = shrunk_rates(time, ended, weight, np.full(PERIODS, overall), worth=1.0)
        rates = {}
        for name, value in (("won", 1.0), ("lost", 0.0)):
            own = outcome == value
            share = ((weight @ own) + 1) / ((weight @ ended).sum() + 2)
            rates[name] = Hazard.fit(values, columns, since, followed, own, weight, usual * share, calendar)
        return cls(calendar=calendar, columns=columns, **rates)

    def outlook(self, X: pd.DataFrame | Matrix, at: pd.Series | Integers) -> Outlook:
        """Tell when rows will end.

        Parameters
        ----------
        X : pandas.DataFrame or winprob.features.matrix.Matrix, shape (n, k)
            The columns of the fit.
        at : pandas.Series of datetime64[us, UTC], or numpy.ndarray of int64, shape (n,)
            The moment of each row; numbers are microseconds since 1970 in UTC.
        """
        values, since = self.columns.encode(X), company_days(self.calendar, at)
        seasons = self.won.seasonality, self.lost.seasonality
        return Outlook(self.won.of(values), self.lost.of(values), since, seasons, self.calendar)


class SavedClosingTimes(RootModel[ClosingTimes | None]):
    """Closing times in a bundle; null where none are known."""


def _checked(at: pd.Series, days: npt.ArrayLike, won: npt.ArrayLike, rows: int) -> tuple[Floats, Floats]:
    followed, outcome = np.asarray(days, dtype=np.float64), np.asarray(won, dtype=np.float64)
    for name, column in (("at", at), ("days", followed), ("won", outcome)):
        if column.shape != (rows,):
            raise ValueError(f"{name}: expected one value for each of {rows} rows, found {column.shape}")
    ended = ~np.isnan(outcome)
    if not ended.any():
        raise ValueError("won: expected at least one ending, found none; wait for the first")
    wrong = np.flatnonzero(~(np.isfinite(followed) & (followed >= 0)) | (ended & (followed == 0)))
    if len(wrong):
        raise ValueError(
            f"days: expected finite days, more than 0 where it ended, found {followed[wrong[0]]} "
            f"in row {wrong[0]}; leave out moments that are not before the ending"
        )
    return followed, outcome


ROWS = 1 / 3
"""Share of the rows in which something is left out: enough to learn from, and where all is recorded the
answers were as good as without."""


def feature_dropout(X: pd.DataFrame) -> pd.DataFrame:
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
    >>> feature_dropout(X).isna().any(axis=1).sum().item()
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
