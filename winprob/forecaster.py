"""Forecasts in a notebook: what is predicted, why, what has changed since, what if, and a picture of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from winprob.features.history import History
from winprob.features.instant import Instant
from winprob.features.playbook import Language
from winprob.models.bundle.trained_model import TrainedModel
from winprob.models.forecast.change import Change, change
from winprob.models.forecast.explained import Explained, explain
from winprob.models.forecast.forecast import Forecast, forecast
from winprob.models.forecast.period import By
from winprob.models.forecast.pipeline import pipeline
from winprob.models.forecast.supposition import Supposition
from winprob.models.forecast.what_if import WhatIf, what_if

if TYPE_CHECKING:
    from plotly.graph_objects import Figure


@dataclass(frozen=True)
class Forecaster:
    """A trained model that forecasts what will be won.

    Attributes
    ----------
    bundle : TrainedModel
        Such as ``wp.train(history).bundle`` or ``wp.load()``.
    """

    bundle: TrainedModel

    def predict(
        self,
        history: History,
        as_of: Instant | None = None,
        by: By = "quarter",
        count: int = 1,
        group: str | None = None,
    ) -> Predicted:
        """Forecast the periods ahead of a moment.

        Parameters
        ----------
        history : History
        as_of : str, datetime or pandas.Timestamp, optional
            Nothing recorded later is known; the end of the history if left out.
        by, count, group
            As in `winprob.models.forecast.forecast.forecast`.

        Raises
        ------
        winprob.features.mistake.Mistake
            If there is no such period or group, or the history has another playbook than the model.
        """
        return Predicted(forecast(pipeline(self.bundle, history, as_of), by, count, group))


@dataclass(frozen=True, eq=False)
class Predicted:
    """What was predicted, and questions to ask of it.

    Attributes
    ----------
    forecast : Forecast
        With its open deals, their probabilities and periods.
    """

    forecast: Forecast

    @property
    def table(self) -> pd.DataFrame:
        """The forecast per period, currency and group: see `winprob.models.forecast.forecast.Forecast`."""
        return self.forecast.table

    def explain(self) -> Explained:
        """Say what the expected values are made of, family by family, down to the deals."""
        return explain(self.forecast)

    def change(self, earlier: Predicted) -> Change:
        """Say why it is no longer what it was: parts that add up to the difference."""
        return change(earlier.forecast, self.forecast)

    def what_if(self, changes: Mapping[str, Mapping[str, Any] | Supposition]) -> WhatIf:
        """Forecast anew as if something else had been recorded of open deals.

        Parameters
        ----------
        changes : mapping of str to mapping or Supposition
            By opportunity_id, such as ``{"D-1042": {"stage": "near_won"}}``.

        Raises
        ------
        winprob.models.forecast.supposition.InvalidSupposition
            Naming every opportunity and every field that is wrong.
        """
        return what_if(self.forecast, changes)

    def plot(self, currency: str | None = None, language: Language = "en") -> Figure:
        """Draw it after what came before it, with Plotly (``pip install 'winprob[training]'``).

        Parameters
        ----------
        currency : str, optional
            Which one; if left out, a menu chooses.
        language : str
        """
        from winprob.models.present.figures.fan import fan  # Plotly is not needed for anything else here

        return fan(self.forecast, currency=currency, language=language)
