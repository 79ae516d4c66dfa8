"""The forecast: what will be won in periods ahead, with ranges, beside the rules and the sellers' dates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from winprob.features.timeline import Floats
from winprob.models.forecast.period import By, Period, periods
from winprob.models.forecast.pipeline import Pipeline
from winprob.models.forecast.table import table


@dataclass(frozen=True, eq=False)
class Forecast:
    """What will be won in periods ahead.

    Attributes
    ----------
    pipeline : Pipeline
        The open deals that it rests on.
    periods : tuple of Period
        In order of time; the moment lies in the first, unless that was asked to begin later.
    group : str, optional
        The column of ``opportunities`` that the rows are split by.
    chances : numpy.ndarray of float64, shape (n, m)
        How likely each open deal is won in each period, row by row as in ``pipeline.deals``.
    table : pandas.DataFrame
        Per period and currency one row of the whole, in which the group is missing, then one row for each
        group (empty text: not recorded) that has any deal, won or open, or expects one. Currencies are
        never added up; empty text is one not recorded. ``period_start`` and ``period_end`` are dates, first
        and last day in the company's time zone. In money: ``won`` in the period so far; ``expected``, which
        is ``won`` + ``open_expected`` (deals open now) + ``new_expected`` (deals not created yet); ``median``
        and the 50, 80 and 95 % ranges ``low_50`` … ``high_95`` of the sum; ``rule_expected`` and
        ``seller_expected``, ``won`` plus the amounts of open deals that sellers
        expect to win in the period (in the present one, also those that are overdue), times the playbook's
        percentage or as they are; ``commit``, ``best_case``, ``pipeline`` and ``omitted``, amounts of open
        deals by their chance to be won in the period. ``deals`` counts the open deals, ``without_amount``
        those of them that have none and count as 0. But for the ranges, groups add up to the whole.
    """

    pipeline: Pipeline
    periods: tuple[Period, ...]
    group: str | None
    chances: Floats
    table: pd.DataFrame

    @property
    def whole(self) -> pd.DataFrame:
        """The rows of the whole, without those of groups."""
        return self.table if self.group is None else self.table[self.table[self.group].isna()]


def forecast(
    pipeline: Pipeline,
    by: By = "quarter",
    count: int = 1,
    group: str | None = None,
    begin: date | None = None,
) -> Forecast:
    """Forecast what will be won.

    Parameters
    ----------
    pipeline : Pipeline
        The open deals of a moment, scored.
    by : str or sequence of datetime.date
        ``week``, ``month`` or ``quarter`` (of the fiscal year), or the last days of periods: the first begins
        with the fiscal quarter in which the moment lies, so that what was won in it counts.
    count : int
        How many weeks, months or quarters, from the present one on; dates tell it themselves.
    group : str, optional
        A column of ``opportunities`` to split the rows by.
    begin : datetime.date, optional
        The first day of the first period instead, if `by` are dates.

    Raises
    ------
    winprob.features.mistake.Mistake
        If there is no such group or unit, the periods lie in the past, or `begin` does not suit them.

    Examples
    --------
    ``forecast(pipeline(bundle, history), "quarter", 2, group="team").table``
    """
    return forecast_periods(pipeline, periods(pipeline.at, by, count, pipeline.calendar, begin), group)


def forecast_periods(pipeline: Pipeline, ahead: tuple[Period, ...], group: str | None = None) -> Forecast:
    """Forecast what will be won in given periods.

    Parameters
    ----------
    pipeline : Pipeline
        The open deals of a moment, scored.
    ahead : tuple of Period
        In order of time, none of them over, such as those of a forecast as of another moment.
    group : str, optional
        A column of ``opportunities`` to split the rows by.

    Raises
    ------
    winprob.features.mistake.Mistake
        If there is no such group.
    """
    chances = chances_in(pipeline, ahead)
    return Forecast(pipeline, ahead, group, chances, table(pipeline, ahead, chances, group))


def chances_in(pipeline: Pipeline, ahead: tuple[Period, ...]) -> Floats:
    """Say how likely each open deal is won in each of some periods.

    Parameters
    ----------
    pipeline : Pipeline
    ahead : tuple of Period

    Returns
    -------
    numpy.ndarray of float64, shape (n, len(ahead))
    """
    begins, ends = np.array([period.days_after(pipeline.at) for period in ahead]).T
    # Far ahead, where nothing more is won, rounding could leave less than nothing.
    return np.maximum(pipeline.won_within(ends) - pipeline.won_within(begins), 0.0)
