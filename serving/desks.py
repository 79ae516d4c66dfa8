"""The desks of a service: where documents are scored, and where forecasts are made."""

from __future__ import annotations

from dataclasses import dataclass

from winprob.features.notice import Notice
from winprob.serving.forecast.desk import ForecastDesk
from winprob.serving.load.history_source import HistoryFolder
from winprob.serving.scores.desk import Desk, open_desk
from winprob.serving.settings import Settings


@dataclass(frozen=True)
class Desks:
    """What there is to ask.

    Attributes
    ----------
    scores : Desk
    forecasts : ForecastDesk, optional
        None where there is no history.
    """

    scores: Desk
    forecasts: ForecastDesk | None = None

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What should be known of the history before its forecasts are used."""
        return () if self.forecasts is None else self.forecasts.notices


def open_desks(settings: Settings) -> Desks:
    """Load the model, and read the history if the settings name one.

    Raises
    ------
    winprob.models.bundle.bundle.InvalidBundle, winprob.serving.load.fetch.ModelNotFetched
        As `winprob.serving.load.served_model.open_model`.
    winprob.features.mistake.Mistake
        If the history cannot be used; lists all that is wrong.

    Examples
    --------
    ``open_desks(Settings(model="bundle/", history=Path("history/")))``
    """
    desk = open_desk(settings.model, settings.tracking_uri)
    if settings.history is None:
        return Desks(desk)
    forecasts = ForecastDesk(desk.served, HistoryFolder(settings.history))
    return Desks(Desk(desk.served, forecasts.history), forecasts)
