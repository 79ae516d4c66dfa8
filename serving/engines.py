"""The engines of a service: what scores documents, and what makes forecasts."""

from __future__ import annotations

from dataclasses import dataclass

from winprob.features.notice import Notice
from winprob.serving.forecast.cached_forecasts import CachedForecasts
from winprob.serving.load.history_source import HistoryFolder
from winprob.serving.scores.scorer import Scorer, load_scorer
from winprob.serving.settings import Settings


@dataclass(frozen=True)
class Engines:
    """What answers questions, once it is loaded.

    Attributes
    ----------
    scorer : Scorer
    forecasts : CachedForecasts, optional
        None where there is no history.
    """

    scorer: Scorer
    forecasts: CachedForecasts | None = None

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What should be known of the history before its forecasts are used."""
        return () if self.forecasts is None else self.forecasts.notices


def load_engines(settings: Settings) -> Engines:
    """Load the model, and read the history if the settings name one.

    Raises
    ------
    winprob.models.bundle.bundle.InvalidBundle, winprob.serving.load.fetch.ModelNotFetched
        As `winprob.serving.load.served_model.open_model`.
    winprob.features.mistake.Mistake
        If the history cannot be used; lists all that is wrong.

    Examples
    --------
    ``load_engines(Settings(model="bundle/", history=Path("history/")))``
    """
    scorer = load_scorer(settings.model, settings.tracking_uri)
    if settings.history is None:
        return Engines(scorer)
    forecasts = CachedForecasts(scorer.served, HistoryFolder(settings.history))
    return Engines(Scorer(scorer.served, forecasts.history), forecasts)
