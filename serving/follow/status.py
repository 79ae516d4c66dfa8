"""What is served and since when, and what is not."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from winprob.serving.engines import Engines
from winprob.serving.follow.rejected import Rejected
from winprob.serving.scores.answer import ModelName
from winprob.serving.wire.part import Part


class ServedName(ModelName):
    """The model that answers.

    Attributes
    ----------
    since : datetime
        When it was loaded, in UTC.
    """

    since: datetime


class ServedHistory(Part):
    """The history that forecasts are made of.

    Attributes
    ----------
    since : datetime
        When it was read, in UTC.
    until : datetime
        The time of its last event, in UTC.
    """

    since: datetime
    until: datetime


class Status(Part):
    """What is served.

    Attributes
    ----------
    model : ServedName
    history : ServedHistory, optional
        Null if the service was started without one.
    rejected : list of Rejected
        What is newer and not served all the same, or cannot be looked for; empty if there is nothing.
    """

    model: ServedName
    history: ServedHistory | None
    rejected: list[Rejected]

    @classmethod
    def of(cls, engines: Engines, rejected: tuple[Rejected, ...]) -> Self:
        """Tell it of engines.

        Parameters
        ----------
        engines : Engines
        rejected : tuple of Rejected
        """
        name = engines.scorer.model
        known = None if engines.forecasts is None else engines.forecasts.history
        return cls(
            model=ServedName(name=name.name, version=name.version, since=engines.model_since),
            history=None
            if known is None
            else ServedHistory(since=engines.history_since, until=known.last_event),
            rejected=list(rejected),
        )
