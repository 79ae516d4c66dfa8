"""Whether the ranges of forecasts made since a model learned have held what was won."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from winprob.features.history import History
from winprob.features.mistake import Mistake
from winprob.models.bundle.trained_model import TrainedModel
from winprob.models.forecast.forecast import Forecast, forecast_periods
from winprob.models.forecast.period import QUARTER, Period
from winprob.models.forecast.pipeline import pipeline
from winprob.training.backtest.comparison import compare
from winprob.training.backtest.spans import spans
from winprob.training.watch.e_value import coverage_evidence

LEVEL = 80
"""Percent: the range that is told beside every forecast."""


@dataclass(frozen=True, eq=False)
class Coverage:
    """Forecasts of quarters that began after a model had learned and are over.

    Attributes
    ----------
    periods : pandas.DataFrame
        One row for each quarter and currency, as `winprob.training.backtest.run.Backtest` has them, with
        ``held``: whether the 80 % range held what was won.
    """

    periods: pd.DataFrame

    def __len__(self) -> int:
        """Count the forecasts."""
        return len(self.periods)

    @property
    def held(self) -> int:
        """How many ranges held what was won."""
        return int(self.periods["held"].sum())

    @property
    def evidence(self) -> float:
        """The e-value against the ranges: the mean over currencies, which may move together; 1 if none."""
        if not len(self):
            return 1.0
        own = self.periods.sort_values("period_start").groupby("currency")["held"]
        return float(np.mean([coverage_evidence(held.to_numpy(np.float64), LEVEL / 100) for _, held in own]))


def coverage_since(model: TrainedModel, history: History, since: pd.Timestamp) -> Coverage:
    """Forecast each quarter since a model learned, as of its beginning.

    Parameters
    ----------
    model : TrainedModel
    history : History
        All that is known now.
    since : pandas.Timestamp
        When the data that the model learned from end, UTC.

    Examples
    --------
    ``coverage_since(bundle, history, bundle.manifest.data.as_of).held``
    """
    quarters = () if model.closing_times is None else _quarters(history, since)
    rows = [compare(history, _forecast(model, history, span)) for span in quarters]
    if not rows:
        return Coverage(pd.DataFrame(columns=["period_start", "currency", "held"]))
    periods = pd.concat(rows, ignore_index=True)
    held = periods["actual"].between(periods[f"low_{LEVEL}"], periods[f"high_{LEVEL}"])
    return Coverage(periods.assign(held=held))


def _forecast(model: TrainedModel, history: History, span: Period) -> Forecast:
    return forecast_periods(pipeline(model, history, span.calendar.start_of(span.start)), (span,))


def _quarters(history: History, since: pd.Timestamp) -> tuple[Period, ...]:
    try:
        return spans(history, QUARTER, QUARTER, since)
    except Mistake:  # none has begun and ended since
        return ()
