"""Seasonality: on which days of the company's calendar opportunities end more often than on others."""

from __future__ import annotations

from typing import Annotated, Self

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from winprob.features.calendar import FIRST, LAST, Calendar
from winprob.features.company_days import DAYS_A_WEEK, WEEKS, days_off, weeks_left
from winprob.features.instant import MICROSECONDS_PER_DAY
from winprob.features.timeline import Flags, Integers
from winprob.models.closing.periods import ENDS, STARTS
from winprob.models.measure.outcomes import Floats

SPREAD = 1.0
"""Standard deviation that is expected of the logarithm of the factor of days off, and of those of weeks at
first: at the end of a quarter, companies close some three times as much as in its middle."""
CYCLE = 1461
"""Days over which the mean factor is 1: four years, a leap day among them."""
STEPS, CLOSE_ENOUGH = 100, 1e-6
"""Steps of the fit at most, and the change of a logarithm that ends it."""
SMALL, FEWEST_FREE = 1e-300, 0.1
"""So that nothing is divided by 0: no endings at all, and as few weeks as there are effects."""

DAYS = FIRST // MICROSECONDS_PER_DAY, LAST // MICROSECONDS_PER_DAY
"""The first and the last day of the years 1 to 9999, since 1970; what lies beyond is like them."""

Factor = Annotated[float, Field(gt=0)]


class Seasonality(BaseModel):
    """Factors of a hazard by day, the same for all opportunities; 1 on average.

    Attributes
    ----------
    weeks_left : tuple of float, 13
        The factor of each week of the fiscal quarter, by how many whole weeks are left after the day: first
        that of the last seven days.
    day_off : float
        What multiplies it on days on which nobody works: weekends, and public holidays of the calendar's
        countries, but not the weekend days on which people work instead.
    level : float
        What multiplies all of them, so that their mean is 1.

    Notes
    -----
    Endings of a day are counts around its factor times those that would be expected without a calendar. What
    moves a week as a whole and has nothing to do with the calendar, such as a campaign or a clerk who closes
    many at once, gives the counts of a week a variance of ``m + d m²`` (a negative binomial regression;
    Hilbe, "Negative Binomial Regression", 2011) with the dispersion `d` by its moments. So one quarter says
    little of the next one, and many say much. The factors' logarithms are ridge estimates around 0; how far
    those of weeks are from it is told by themselves (empirical Bayes by the EM algorithm; Dempster, Laird and
    Rubin, Journal of the Royal Statistical Society B 39, 1977), so that a company whose buyers have no
    calendar is given none.

    Examples
    --------
    >>> usual = Seasonality.none()
    >>> usual.factors(Calendar(), np.arange(3)).tolist()
    [1.0, 1.0, 1.0]
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    weeks_left: Annotated[tuple[Factor, ...], Field(min_length=WEEKS, max_length=WEEKS)]
    day_off: Factor
    level: Factor

    @classmethod
    def none(cls) -> Self:
        """Give that of a company whose calendar says nothing."""
        return cls(weeks_left=(1.0,) * WEEKS, day_off=1.0, level=1.0)

    @classmethod
    def learn(
        cls, calendar: Calendar, since: Floats, followed: Floats, ended: Flags, weight: Floats, rates: Floats
    ) -> Self:
        """Learn it from opportunities that were followed.

        Parameters
        ----------
        calendar : Calendar
            Whose days, quarters and holidays.
        since : numpy.ndarray of float64, shape (n,)
            When each row begins, in days as of `winprob.features.company_days.company_days`.
        followed : numpy.ndarray of float64, shape (n,)
            Days to its ending, or for as long as it was followed without one.
        ended : numpy.ndarray of bool, shape (n,)
            Whether it ended then, in the way in question.
        weight : numpy.ndarray of float64, shape (n,)
            How many opportunities each row stands for.
        rates : numpy.ndarray of float64, shape (PERIODS,)
            Chance per day of that ending by period ahead, if all days are alike.
        """
        starts = np.floor(since[:, np.newaxis] + STARTS)
        ends = np.floor(since[:, np.newaxis] + np.minimum(ENDS, followed[:, np.newaxis]))
        open_in = ends > starts
        first = int(since.min())
        days = int(np.ceil((since + followed).max())) + 1 - first
        change = np.zeros(days + 1)
        hazard = weight[:, np.newaxis] * rates
        np.add.at(change, starts[open_in].astype(np.int64) - first, hazard[open_in])
        np.add.at(change, ends[open_in].astype(np.int64) - first, -hazard[open_in])
        last = np.ceil(since + followed)[ended].astype(np.int64) - 1 - first
        observed = np.bincount(np.maximum(last, 0), weight[ended], minlength=days).astype(np.float64)
        return cls.fit(calendar, first, observed, np.maximum(np.cumsum(change)[:-1], 0.0))

    @classmethod
    def fit(cls, calendar: Calendar, first: int, observed: Floats, expected: Floats) -> Self:
        """Learn it from the endings of days.

        Parameters
        ----------
        calendar : Calendar
            Whose days, quarters and holidays.
        first : int
            The first of n days, since 1970.
        observed : numpy.ndarray of float64, shape (n,)
            Opportunities that ended on each day.
        expected : numpy.ndarray of float64, shape (n,)
            How many would be expected if all days were alike.

        Examples
        --------
        Two years in which everything ends in the last week of a quarter:

        >>> days = np.arange(730)
        >>> last = weeks_left(Calendar(), days) == 0
        >>> found = Seasonality.fit(Calendar(), 0, np.where(last, 13.0, 0.0), np.ones(730))
        >>> [round(factor) for factor in found.weeks_left[:2]], round(found.day_off)
        ([13, 0], 1)
        """
        days = first + np.arange(len(observed))
        effects = _ridge(_design(calendar, days), days // DAYS_A_WEEK, observed, expected)
        *weeks_left, day_off = np.exp(effects).tolist()
        alike = cls(weeks_left=tuple(weeks_left), day_off=day_off, level=1.0)
        mean = alike.factors(calendar, first + np.arange(CYCLE)).mean()
        return alike.model_copy(update={"level": float(1 / mean)})

    def factors(self, calendar: Calendar, days: Integers) -> Floats:
        """Give the factors of days.

        Parameters
        ----------
        calendar : Calendar
        days : numpy.ndarray of int64, shape (n,)
            Since 1970, in the company's time zone.

        Returns
        -------
        numpy.ndarray of float64, shape (n,)
        """
        days = np.clip(days, *DAYS)
        week = np.array(self.weeks_left)[weeks_left(calendar, days)]
        return np.asarray(self.level * week * np.where(days_off(calendar, days), self.day_off, 1.0))

    def exposure(self, calendar: Calendar, since: Floats, until: Floats) -> Floats:
        """Count days, each as often as its factor says.

        Parameters
        ----------
        calendar : Calendar
        since, until : numpy.ndarray of float64, shape (...)
            From when to when, in days as of `winprob.features.company_days.company_days`; `until` not before
            `since`.

        Returns
        -------
        numpy.ndarray of float64, shape (...)
        """
        if not since.size:
            return np.zeros(since.shape)
        first, last = int(np.floor(since.min())), int(np.ceil(until.max()))
        total = np.append(0.0, np.cumsum(self.factors(calendar, np.arange(first, last))))
        by_since, by_until = (
            np.interp(days - first, np.arange(len(total)), total) for days in (since, until)
        )
        return np.asarray(by_until - by_since)


def _design(calendar: Calendar, days: Integers) -> Floats:
    return np.column_stack([np.eye(WEEKS)[weeks_left(calendar, days)], days_off(calendar, days)])


def _ridge(design: Floats, week: Integers, observed: Floats, expected: Floats) -> Floats:
    """Effects in logarithms, by Newton's method; dispersion and spread are estimated anew after each step."""
    _, week = np.unique(week, return_inverse=True)
    ended = np.bincount(week, observed)
    effects, dispersion, free = np.zeros(design.shape[1]), 0.0, 1.0
    spread = np.full(len(effects), SPREAD**2)
    for _ in range(STEPS):
        mean = expected * np.exp(np.einsum("nj,j->n", design, effects))
        weekly = np.bincount(week, mean)
        excess = (ended - weekly) ** 2 / free - weekly
        dispersion = max(0.0, float(excess.sum() / max((weekly**2).sum(), SMALL)))
        certainty = 1 / (1 + dispersion * weekly[week])
        slope = np.einsum("nj,n->j", design, (observed - mean) * certainty) - effects / spread
        told = np.einsum("ni,nj->ij", design, design * (mean * certainty)[:, np.newaxis])
        covariance = np.linalg.inv(told + np.diag(1 / spread))
        step = np.clip(covariance @ slope, -1.0, 1.0)
        free = max(1 - np.trace(covariance @ told) / len(ended), FEWEST_FREE)
        effects = effects + step
        spread[:WEEKS] = (effects**2 + np.diag(covariance))[:WEEKS].mean()
        if np.abs(step).max() < CLOSE_ENOUGH:
            break
    return effects
