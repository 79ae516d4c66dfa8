"""The engines of a service: what scores documents, and what makes forecasts."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Concatenate, Literal, NamedTuple, TypeVar

from fastapi import Response

from winprob.features.notice import Notice
from winprob.serving.deals.deals import Deals
from winprob.serving.forecast.cached_forecasts import CachedForecasts
from winprob.serving.load.history_source import HistorySource
from winprob.serving.load.served_model import ServedModel
from winprob.serving.scores.example import example
from winprob.serving.scores.scorer import Scorer

ForecastWork = Callable[Concatenate[CachedForecasts, ...], Response]
"""Writes an answer of forecasts; is given what was asked as its further arguments."""

DealWork = Callable[Concatenate[Deals, ...], Response]
"""Writes an answer of deals, likewise."""

Source = TypeVar("Source", CachedForecasts, Deals)

Asked = tuple[Hashable, ...]


class FirstAsked(NamedTuple):
    """What is asked before anybody asks: of which engine, what writes the answer, its further arguments."""

    engine: Literal["forecasts", "deals"]
    work: ForecastWork | DealWork
    asked: Asked


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Engines:
    """What answers questions, once it is loaded: taken as a whole, of one model and one history.

    Attributes
    ----------
    scorer : Scorer
    forecasts : CachedForecasts, optional
        None where there is no history.
    deals : Deals, optional
        Likewise.
    model_since, history_since : datetime.datetime
        When the model and the history were loaded, in UTC.
    """

    scorer: Scorer
    forecasts: CachedForecasts | None = None
    deals: Deals | None = None
    model_since: datetime = field(default_factory=_now)
    history_since: datetime = field(default_factory=_now)

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What should be known of the history before its forecasts are used."""
        return () if self.forecasts is None else self.forecasts.notices


def make_engines(served: ServedModel, source: HistorySource | None) -> Engines:
    """Put a model to work, see that it scores, and read the history if there is one.

    Parameters
    ----------
    served : ServedModel
    source : HistorySource, optional
        Where the history comes from.

    Raises
    ------
    winprob.features.mistake.Mistake
        If the history cannot be used; lists all that is wrong.

    Examples
    --------
    ``make_engines(open_model("bundle/", ""), HistoryFolder(Path("history/")))``
    """
    scorer = Scorer(served)
    scorer.score(example(served.bundle.playbook), "en")
    if source is None:
        return Engines(scorer)
    forecasts = CachedForecasts(served, source)
    scorer = Scorer(served, forecasts.history)
    return Engines(scorer, forecasts, Deals(forecasts, scorer))
