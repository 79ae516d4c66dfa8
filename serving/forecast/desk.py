"""The forecasting desk: questions in, forecasts out, each made once. It knows nothing of HTTP."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from threading import Condition
from typing import ParamSpec, TypeVar

import pandas as pd
from cachetools import LRUCache, cached

from features.history import History
from features.instant import instant
from features.mistake import Mistake
from features.nearest import nearest
from features.problem import Problem
from models.forecast.forecast import Forecast, forecast
from models.forecast.group import group_names
from models.forecast.period import By
from models.forecast.pipeline import Pipeline, pipeline
from serving.answer import ModelName
from serving.forecast.question import ForecastQuestion
from serving.history_source import HistorySource
from serving.query import InvalidQuery
from serving.served_model import ServedModel

FARTHEST = timedelta(days=3653)
"""How far ahead dates can be asked for: ten years."""

PIPELINES = 4
"""Moments whose scored deals are kept: each holds a copy of the history."""

FORECASTS = 64
"""Forecasts that are kept: each holds a number for each deal and period."""

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


class ForecastDesk:
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
    history : features.history.History

    Raises
    ------
    features.mistake.Mistake
        If the history cannot be used, or not with this model.

    Examples
    --------
    See ``tests/serving/forecast/test_desk.py``.
    """

    def __init__(self, served: ServedModel, source: HistorySource) -> None:
        self.model = ModelName(name=served.bundle.manifest.name, version=served.version)
        self._bundle = served.bundle
        self.history: History = source.history(served.bundle.playbook)
        if not len(self.history):
            raise Mistake("opportunities: expected at least one, found none; add rows")
        self._first = self.history.opportunities["created_at"].min()
        self._last = self.history.last_event
        self._pipeline = _once(PIPELINES, self._score)
        self._forecast = _once(FORECASTS, self._add_up)
        self._pipeline(self._last)

    def forecast(self, question: ForecastQuestion) -> Forecast:
        """Make a forecast, or take it from those made before.

        Parameters
        ----------
        question : ForecastQuestion

        Returns
        -------
        Forecast

        Raises
        ------
        InvalidQuery
            Naming every parameter that does not suit the history.
        """
        if problems := [*self._strange_moment("as_of", question), *self._strange_group(question)]:
            raise InvalidQuery(problems)
        at = self._last if question.as_of is None else instant(question.as_of)
        if problems := list(_strange_dates(question, at)):
            raise InvalidQuery(problems)
        return self._forecast(at, question.by, question.periods, question.group)

    def _strange_moment(self, name: str, question: ForecastQuestion) -> Iterator[Problem]:
        at = question.as_of
        if at is not None and not self._first <= at <= self._last:
            expected = f"a time from {self._first.isoformat()} to {self._last.isoformat()}, as the history"
            yield Problem(name, expected, at.isoformat(), "choose one, or leave it out for the latest")

    def _strange_group(self, question: ForecastQuestion) -> Iterator[Problem]:
        known = group_names(self.history)
        if question.group is not None and question.group not in known:
            expected = f"one of {', '.join(known) or 'none'}{nearest(question.group, known)}"
            yield Problem("group", expected, repr(question.group), "choose one, or leave it out")

    def _score(self, at: pd.Timestamp) -> Pipeline:
        return pipeline(self._bundle, self.history, at)

    def _add_up(self, at: pd.Timestamp, by: By, count: int, group: str | None) -> Forecast:
        return forecast(self._pipeline(at), by, count, group)


def _strange_dates(question: ForecastQuestion, at: pd.Timestamp) -> Iterator[Problem]:
    """Name the dates that are over, not later than the one before, or too far ahead."""
    earliest, latest = at.date(), at.date() + FARTHEST
    for place, day in enumerate(() if isinstance(question.by, str) else question.by):
        if not earliest <= day <= latest:
            expected = f"a date from {earliest} to {latest}, after the one before and not before as_of"
            yield Problem(f"by[{place}]", expected, str(day), "correct the date")
        earliest = max(earliest, min(day, latest)) + timedelta(days=1)


def _once(most: int, work: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """Do the same work once, also if it is asked for while under way; keep the latest results."""
    remembering: Callable[Parameters, Result] = cached(LRUCache(most), condition=Condition())(work)
    return remembering
