"""Forecasts of the same months by a champion and by its challenger."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self

import pandas as pd

from winprob.features.company_features import in_terms_of
from winprob.features.history import History
from winprob.features.mistake import Mistake
from winprob.models.bundle.bundle import Bundle
from winprob.models.bundle.common_factor import CommonFactor
from winprob.models.bundle.trained_model import TrainedModel
from winprob.models.forecast.forecast import forecast_periods
from winprob.models.forecast.period import MONTH, Period
from winprob.models.forecast.pipeline import pipeline
from winprob.training.backtest.accuracy import accuracy
from winprob.training.backtest.comparison import compare
from winprob.training.backtest.spans import spans
from winprob.training.fit import Trained
from winprob.training.judge.evaluation import MODEL
from winprob.training.track.comparison import CHAMPION

MOST_MONTHS = 6
"""The latest months, each of which takes a second or two."""


@dataclass(frozen=True)
class Accuracy:
    """How good the forecasts of one model were, over all currencies.

    Attributes
    ----------
    wmape : float
        Sum of absolute errors divided by what was won.
    bias : float
        The same of errors, forecast minus actual.
    coverage_80 : float
        Share of the 80 % ranges that held.
    """

    wmape: float
    bias: float
    coverage_80: float

    @classmethod
    def of(cls, periods: pd.DataFrame) -> Self:
        """Sum up periods of `winprob.training.backtest.comparison.compare`."""
        measured = accuracy(periods, {"forecast": "expected"}).iloc[0]
        return cls(float(measured["wmape"]), float(measured["bias"]), float(measured["coverage_80"]))


@dataclass(frozen=True)
class PairedForecasts:
    """Two models' forecasts of the same months, made when each began.

    Attributes
    ----------
    months : int
        At most `MOST_MONTHS`.
    model, champion : Accuracy
    """

    months: int
    model: Accuracy
    champion: Accuracy

    @classmethod
    def of(cls, models: Mapping[str, TrainedModel], history: History, since: pd.Timestamp) -> Self | None:
        """Forecast months that are over, and began when neither model knew anything of them.

        Parameters
        ----------
        models : mapping of str to TrainedModel
            ``model`` and ``champion``.
        history : History
        since : pandas.Timestamp
            When both had learned, UTC.

        Returns
        -------
        PairedForecasts or None
            None where no such month is over, or nothing was won in them.
        """
        months = _months(history, since)[-MOST_MONTHS:]
        if not months:
            return None
        told = {
            name: Accuracy.of(pd.concat([_told(model, history, month) for month in months]))
            for name, model in models.items()
        }
        if math.isnan(told[MODEL].wmape):
            return None
        return cls(len(months), told[MODEL], told[CHAMPION])


def forecasts_of_tested(trained: Trained, champion: Bundle) -> PairedForecasts | None:
    """Compare the model that was tested with a champion, from the beginning of the test on.

    Parameters
    ----------
    trained : Trained
        The challenger.
    champion : Bundle

    Returns
    -------
    PairedForecasts or None
        None where either knows no closing times, or no month is over that neither knows.
    """
    known = champion.manifest.data.as_of
    if trained.tested is None or trained.closing_times is None or champion.closing_times is None or not known:
        return None
    # How much deals move together was learned from these very months: it is not known yet.
    tested = replace(
        trained.bundle,
        model=trained.tested,
        closing_times=trained.closing_times,
        common_factor=CommonFactor(),
    )
    models = {MODEL: tested, CHAMPION: champion}
    return PairedForecasts.of(
        models, trained.history, max(pd.Timestamp(known), trained.past[-1].round.past.end)
    )


def _months(history: History, since: pd.Timestamp) -> tuple[Period, ...]:
    try:
        return spans(history, MONTH, MONTH, since)
    except Mistake:  # no month is over since then
        return ()


def _told(model: TrainedModel, history: History, month: Period) -> pd.DataFrame:
    # What a playbook says of training touches no answer, and may differ between the two.
    asked = replace(in_terms_of(model.playbook, history), playbook=model.playbook)
    return compare(
        asked, forecast_periods(pipeline(model, asked, month.calendar.start_of(month.start)), (month,))
    )
