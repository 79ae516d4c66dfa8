"""Cause-specific hazards: the chance per day of closing in one way, by period ahead and by row."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Self

import lightgbm
import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field, model_validator

from winprob.features.calendar import Calendar
from winprob.features.timeline import Flags
from winprob.models.closing.periods import ENDS, PERIODS, STARTS, TOGETHER, ending_in, spent
from winprob.models.closing.seasonality import Seasonality
from winprob.models.measure.outcomes import Floats
from winprob.models.win.boosting import THREADS
from winprob.models.win.columns import Columns

TREES, LEARNING_RATE, LEAVES, COLUMN_SHARE = 200, 0.1, 8, 0.6
MINIMUM_LEAF = 10.0
"""Endings to be expected in a leaf at least."""
RIDGE = 10.0
"""Shrinkage of leaves: one in which as many endings are expected is believed half."""
HALF_BELIEVED = 1000.0
"""Opportunities with which the trees learn half as fast as with very many. Rows of one opportunity share its
ending, which trees cannot know: what they find in a few hundred opportunities is largely luck."""
ROUNDS = 2
"""How often rates and factors of days are estimated, each given the other."""
PRIOR_ENDINGS = 5.0
"""Endings that the expected rates are worth in each period."""


class Hazard(BaseModel):
    """The chance per day that an open opportunity closes in one way, won or lost, by period ahead.

    Attributes
    ----------
    usual : tuple of float
        For each period the rate of all rows on an average day.
    seasonality : Seasonality
        How much higher or lower it is by the company's calendar.
    trees : str
        What multiplies it, as LightGBM's text: the logarithm, given a row's columns and the start of the
        period in days. Empty if there were too few endings to tell rows apart.

    Notes
    -----
    A rate that is constant within a period and the same up to a factor that depends on the row: the piecewise
    exponential model (Friedman, Annals of Statistics 10, 1982). Its likelihood is that of a Poisson
    regression of the endings in each period on the days spent there (Holford, Biometrics 36, 1980), which
    boosted trees maximise. Rows whose opportunity is still open count for the days that they were followed.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    usual: Annotated[tuple[Annotated[float, Field(gt=0)], ...], Field(min_length=PERIODS, max_length=PERIODS)]
    seasonality: Seasonality
    trees: str

    @model_validator(mode="after")
    def _readable(self) -> Self:
        try:
            _ = self._booster
        except lightgbm.basic.LightGBMError as error:
            raise ValueError(f"trees: expected text that LightGBM {lightgbm.__version__} reads") from error
        return self

    @classmethod
    def fit(
        cls,
        values: Floats,
        columns: Columns,
        since: Floats,
        followed: Floats,
        ended: Flags,
        weight: Floats,
        expected: Floats,
        calendar: Calendar,
    ) -> Self:
        """Fit rates.

        Parameters
        ----------
        values : numpy.ndarray of float64, shape (n, k)
            The encoded matrix.
        columns : Columns
            What its columns are.
        since : numpy.ndarray of float64, shape (n,)
            The moment of each row, in days as of `winprob.features.company_days.company_days`.
        followed : numpy.ndarray of float64, shape (n,)
            Days to the ending, or for as long as the row was followed without one.
        ended : numpy.ndarray of bool, shape (n,)
            Whether it ended then, in this way.
        weight : numpy.ndarray of float64, shape (n,)
            How many opportunities each row stands for.
        expected : numpy.ndarray of float64, shape (PERIODS,)
            Rates that are believed until endings tell.
        calendar : Calendar
            The company's.
        """
        ending = ending_in(followed) & ended[:, np.newaxis]
        time, seasonality = spent(followed), Seasonality.none()
        for _ in range(ROUNDS):
            usual = shrunk_rates(time, ending, weight, expected, PRIOR_ENDINGS)
            seasonality = Seasonality.learn(calendar, since, followed, ended, weight, usual)
            time = _exposure(seasonality, calendar, since, followed)
        usual = shrunk_rates(time, ending, weight, expected, PRIOR_ENDINGS)
        enough = (weight @ ending).sum() >= 2 * MINIMUM_LEAF
        trees = _grow(values, columns, time, ending, weight, usual) if enough else ""
        return cls(usual=tuple(usual.tolist()), seasonality=seasonality, trees=trees)

    @property
    def columns(self) -> int | None:
        """How many columns the trees look at, the start of the period among them; none without trees."""
        return None if self._booster is None else int(self._booster.num_feature())

    def of(self, values: Floats) -> Floats:
        """Give the rates of rows.

        Parameters
        ----------
        values : numpy.ndarray of float64, shape (n, k)
            The encoded matrix.

        Returns
        -------
        numpy.ndarray of float64, shape (n, PERIODS)
            Chance per average day, above 0.
        """
        rates = np.tile(self.usual, (len(values), 1))
        if self._booster is not None:
            for first in range(0, len(values), TOGETHER):
                block = slice(first, first + TOGETHER)
                rates[block] *= _factors(self._booster, values[block])
        return rates

    @cached_property
    def _booster(self) -> lightgbm.Booster | None:
        return lightgbm.Booster(model_str=self.trees) if self.trees else None


def shrunk_rates(spent: Floats, ended: Flags, weight: Floats, expected: Floats, worth: float) -> Floats:
    """Divide endings by the days in which they could come, period by period.

    Parameters
    ----------
    spent : numpy.ndarray of float64, shape (n, PERIODS)
        Days that each row was followed in each period.
    ended : numpy.ndarray of bool, shape (n, PERIODS)
        Whether it ended there.
    weight : numpy.ndarray of float64, shape (n,)
        How many opportunities each row stands for.
    expected : numpy.ndarray of float64, shape (PERIODS,)
        The rates without any row.
    worth : float
        Endings after which half of a rate is what was seen.

    Returns
    -------
    numpy.ndarray of float64, shape (PERIODS,)
        The mean of a gamma distribution around `expected` after what was seen.

    Examples
    --------
    >>> seen = np.zeros((1, PERIODS))
    >>> shrunk_rates(seen, seen > 0, np.ones(1), np.full(PERIODS, 0.01), 5.0)[0].item()
    0.01
    """
    rates: Floats = (weight @ ended + worth) / (weight @ spent + worth / expected)
    return rates


def _exposure(seasonality: Seasonality, calendar: Calendar, since: Floats, followed: Floats) -> Floats:
    """Days that each row was followed in each period, each as often as its factor says."""
    starts = np.broadcast_to(STARTS, (len(since), PERIODS))
    ends = np.maximum(np.minimum(ENDS, followed[:, np.newaxis]), starts)
    return seasonality.exposure(calendar, since[:, np.newaxis] + starts, since[:, np.newaxis] + ends)


def _grow(
    values: Floats,
    columns: Columns,
    spent: Floats,
    ended: Flags,
    weight: Floats,
    usual: Floats,
) -> str:
    rows, period = np.nonzero(spent)
    opportunities = weight.sum()
    settings = {
        "objective": "poisson",
        "poisson_max_delta_step": 1e-3,
        "learning_rate": LEARNING_RATE * opportunities / (opportunities + HALF_BELIEVED),
        "num_leaves": LEAVES,
        "min_sum_hessian_in_leaf": MINIMUM_LEAF,
        "min_data_in_leaf": 1,
        "feature_fraction": COLUMN_SHARE,
        "lambda_l2": RIDGE,
        "max_bin": 63,
        "max_cat_to_onehot": 1 + max((len(levels) for levels in columns.levels.values()), default=0),
        "seed": 0,
        "deterministic": True,
        "force_row_wise": True,
        "num_threads": THREADS,
        "verbosity": -1,
    }
    table = lightgbm.Dataset(
        _table(values, rows, period),
        ended[rows, period].astype(np.float64),
        weight=weight[rows],
        init_score=np.log(spent[rows, period] * usual[period]),
        categorical_feature=list(columns.categories),
        params=settings,
    )
    return str(lightgbm.train(settings, table, num_boost_round=TREES).model_to_string())


def _factors(booster: lightgbm.Booster, values: Floats) -> Floats:
    rows, period = (places.ravel() for places in np.indices((len(values), PERIODS)))
    logarithm = booster.predict(_table(values, rows, period), raw_score=True, num_threads=THREADS)
    return np.exp(np.asarray(logarithm, dtype=np.float64).reshape(len(values), PERIODS))


def _table(values: Floats, rows: npt.NDArray[np.intp], period: npt.NDArray[np.intp]) -> Floats:
    return np.column_stack([values[rows], STARTS[period]])
