"""Forecasts of one history: questions in, forecasts out, each made once. It knows nothing of HTTP."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

import numpy as np
import pandas as pd

from winprob.features.contract import OPPORTUNITIES
from winprob.features.history import History
from winprob.features.mistake import Mistake
from winprob.features.nearest import nearest
from winprob.features.notice import Notice
from winprob.features.problem import Problem
from winprob.models.attention.deals import Attention, deals_to_look_at
from winprob.models.bundle.scoring import unrecorded
from winprob.models.forecast.change import Change, change
from winprob.models.forecast.explained import Explained, explain
from winprob.models.forecast.forecast import Forecast, forecast, forecast_periods
from winprob.models.forecast.group import group_names
from winprob.models.forecast.period import By
from winprob.models.forecast.pipeline import Pipeline, pipeline
from winprob.models.forecast.what_if import WhatIf, what_if, without_biggest
from winprob.serving.forecast.once import once
from winprob.serving.forecast.question import (
    ChangeQuestion,
    ForecastQuestion,
    PeriodsQuestion,
    WhatIfQuestion,
)
from winprob.serving.load.history_source import HistorySource
from winprob.serving.load.served_model import ServedModel
from winprob.serving.scores.answer import ModelName
from winprob.serving.wire.query import InvalidQuery

FARTHEST = timedelta(days=3653)
"""How far ahead dates can be asked for: ten years."""

PIPELINES = 4
"""Moments whose scored deals are kept: each holds a copy of the history."""

FORECASTS = 16
"""Forecasts that are kept: each holds a number for each deal and period."""

ACCOUNTS = 2
"""Explanations and changes that are kept: each holds a row for each deal, period and part."""

MOST_ROWS_BY_GROUP = 10_000
"""Periods × values of a group in a forecast: each takes a millisecond of a thread. A year by month of 800
customers is answered; by week it would keep others waiting for a minute."""

VALUES = 32
"""Groups of which it is kept how many values they have."""

FOUR_WEEKS = timedelta(days=28)
"""What a forecast is compared with if nothing is said: a month ago, on the same day of the week."""

Asked = tuple[pd.Timestamp, By, int, str | None, date | None]


class CachedForecasts:
    """Answers questions about one history with one model.

    Parameters
    ----------
    served : ServedModel
        The model, and which version it is.
    source : HistorySource
        Asked once, now.

    Attributes
    ----------
    model : ModelName
        What every answer calls the model.
    history : winprob.features.history.History
    notices : tuple of winprob.features.notice.Notice
        What should be known of the history before its forecasts are used.
    calendar : winprob.features.calendar.Calendar
        Of the model's playbook: whose days are asked for.

    Raises
    ------
    winprob.features.mistake.Mistake
        If the history cannot be used, or not with this model.

    Examples
    --------
    See ``tests/serving/forecast/test_cached_forecasts.py``.
    """

    def __init__(self, served: ServedModel, source: HistorySource) -> None:
        self.model = ModelName(name=served.bundle.manifest.name, version=served.version)
        self._bundle = served.bundle
        self.calendar = served.bundle.playbook.calendar
        self.history: History = source.history(served.bundle.playbook)
        if not len(self.history):
            raise Mistake("opportunities: expected at least one, found none; add rows")
        self._first = self.history.first_creation
        self._last = self.history.last_event
        self._values = once(VALUES, self._count_values)
        self._pipeline = once(PIPELINES, self._make_pipeline)
        self._forecast = once(FORECASTS, self._make_forecast)
        self._explained = once(ACCOUNTS, self._make_explained)
        self._change = once(ACCOUNTS, self._make_change)
        self._findings = once(PIPELINES, self._make_findings)
        now = self._pipeline(self._last)
        unknown = [] if now.scores is None else unrecorded(self._bundle, now.scores.features)
        self.notices: tuple[Notice, ...] = (*self.history.notices, *unknown)

    def forecast(self, question: PeriodsQuestion) -> Forecast:
        """Make a forecast, or take it from those made before.

        Raises
        ------
        InvalidQuery
            Naming every parameter that does not suit the history.
        """
        return self._forecast(*self._asked(question))

    def explained(self, question: ForecastQuestion) -> Explained:
        """Explain a forecast.

        Raises
        ------
        InvalidQuery
            As `forecast`.
        """
        return self._explained(*self._asked(question))

    def change(self, question: ChangeQuestion) -> Change:
        """Explain why a forecast has moved.

        Returns
        -------
        Change
            Between the forecast that is asked for and one of the same periods made earlier.

        Raises
        ------
        InvalidQuery
            As `forecast`, or if the earlier moment is not known or not earlier.
        """
        at, by, count, _, begin = self._asked(question)
        asked = question.since
        since = max(at - FOUR_WEEKS, self._first) if asked is None else self.calendar.until(asked)
        if problems := list(_outside("since", since, self._first, at)):
            raise InvalidQuery(problems)
        return self._change(since, at, by, count, begin)

    def findings(self, as_of: date | None) -> Attention:
        """Find the deals to look at.

        Parameters
        ----------
        as_of : datetime.date or datetime.datetime, optional
            A day is its end; the time of the last event if left out.

        Raises
        ------
        InvalidQuery
            If the history does not know the moment.
        """
        return self._findings(self.moment(as_of))

    def pipeline(self, as_of: date | None = None) -> Pipeline:
        """Score what is open at a moment, or take it from what was scored before.

        Raises
        ------
        InvalidQuery
            If the history does not know the moment.
        """
        return self._pipeline(self.moment(as_of))

    def moment(self, as_of: date | None) -> pd.Timestamp:
        """Read a moment that is asked for.

        Parameters
        ----------
        as_of : datetime.date or datetime.datetime, optional
            A day is its end; the time of the last event if left out.

        Returns
        -------
        pandas.Timestamp
            In UTC.

        Raises
        ------
        InvalidQuery
            If the history does not know it.
        """
        at = self._moment(as_of)
        if problems := list(self._outside(at)):
            raise InvalidQuery(problems)
        return at

    def what_if(self, question: WhatIfQuestion) -> WhatIf:
        """Forecast anew as if something else had been recorded of open deals.

        Raises
        ------
        InvalidQuery
            As `forecast`.
        winprob.models.forecast.supposition.InvalidSupposition
            Naming every opportunity that is not open or not known, and every field that is unknown or wrong.
        """
        before = self.forecast(question)
        return without_biggest(before) if question.without_biggest else what_if(before, question.changes)

    def _asked(self, question: PeriodsQuestion) -> Asked:
        group = question.group if isinstance(question, ForecastQuestion) else None
        at = self._moment(question.as_of)
        times = list(self._outside(at)) or list(self._strange_dates(question, self.calendar.day(at)))
        known = group_names(self.history)
        if problems := [*times, *(_strange_group(group, known) or self._too_many_rows(question, group))]:
            raise InvalidQuery(problems)
        return at, question.by, question.periods, group, question.begin

    def _too_many_rows(self, question: PeriodsQuestion, group: str | None) -> list[Problem]:
        """Name a group that has too many values for so many periods."""
        periods = question.periods if isinstance(question.by, str) else len(question.by)
        values = 1 if group is None else self._values(group)
        if periods * values <= MOST_ROWS_BY_GROUP:
            return []
        fewer = max(MOST_ROWS_BY_GROUP // values, 1)
        remedy = (
            f"ask for at most {fewer} periods" if fewer * values <= MOST_ROWS_BY_GROUP else "leave it out"
        )
        expected = f"periods × values of {group} of at most {MOST_ROWS_BY_GROUP}"
        found = f"{periods} × {values} = {periods * values}"
        return [Problem("group", expected, found, f"{remedy}, or choose another group")]

    def _moment(self, as_of: date | None) -> pd.Timestamp:
        return self._last if as_of is None else self.calendar.until(as_of)

    def _outside(self, at: pd.Timestamp) -> Iterator[Problem]:
        """Name a moment that the history does not know; it knows the whole of its last day."""
        return _outside("as_of", at, self._first, self.calendar.end_of(self.calendar.day(self._last)))

    def _strange_dates(self, question: PeriodsQuestion, today: date) -> Iterator[Problem]:
        """Name the dates that are over, not later than the one before, or too far off."""
        dates: tuple[date, ...] = () if isinstance(question.by, str) else question.by
        earliest, latest = today, today + FARTHEST
        for place, day in enumerate(dates):
            if not earliest <= day <= latest:
                expected = f"a date from {earliest} to {latest}, after the one before and not before as_of"
                yield Problem(f"by[{place}]", expected, str(day), "correct the date")
            earliest = max(earliest, min(day, latest)) + timedelta(days=1)
        oldest = self.calendar.day(self._first).replace(month=1, day=1)
        if question.begin is not None and not oldest <= question.begin <= dates[0]:
            expected = f"a date from {oldest} to {dates[0]}, the first in by"
            yield Problem("from", expected, str(question.begin), "correct the date, or leave it out")

    def _count_values(self, group: str) -> int:
        return len(np.unique(self.history.texts(OPPORTUNITIES, group).codes))

    def _make_pipeline(self, at: pd.Timestamp) -> Pipeline:
        return pipeline(self._bundle, self.history, at)

    def _make_forecast(
        self, at: pd.Timestamp, by: By, count: int, group: str | None, begin: date | None
    ) -> Forecast:
        return forecast(self._pipeline(at), by, count, group, begin)

    def _make_explained(
        self, at: pd.Timestamp, by: By, count: int, group: str | None, begin: date | None
    ) -> Explained:
        return explain(self._forecast(at, by, count, group, begin))

    def _make_change(
        self, since: pd.Timestamp, at: pd.Timestamp, by: By, count: int, begin: date | None
    ) -> Change:
        now = self._forecast(at, by, count, None, begin)
        return change(forecast_periods(self._pipeline(since), now.periods), now)

    def _make_findings(self, at: pd.Timestamp) -> Attention:
        return deals_to_look_at(self._pipeline(at), self._pipeline)


def _outside(name: str, at: pd.Timestamp, first: pd.Timestamp, last: pd.Timestamp) -> Iterator[Problem]:
    """Name a moment that the history does not know."""
    if not first <= at <= last:
        expected = f"a time from {first.isoformat()} to {last.isoformat()}"
        yield Problem(name, expected, at.isoformat(), "choose another, or leave it out")


def _strange_group(group: str | None, known: Sequence[str]) -> list[Problem]:
    if group is None or group in known:
        return []
    expected = f"one of {', '.join(known) or 'none'}{nearest(group, known)}"
    return [Problem("group", expected, repr(group), "choose one, or leave it out")]
