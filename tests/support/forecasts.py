"""Forecasts of a small simulated company, by its bundle and by one that was trained anew."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pandas as pd
from bundles import simulated_history, trained_bundle

from winprob.features.build import build, open_snapshots
from winprob.models.bundle.bundle import Bundle
from winprob.models.forecast.forecast import Forecast, forecast
from winprob.models.forecast.period import By
from winprob.models.forecast.pipeline import Pipeline, pipeline
from winprob.training.learn.closing import learn_closing_times
from winprob.training.weekly.snapshots import Snapshots

DAYS = tuple(f"{day:%Y-%m-%d}" for day in pd.date_range("2023-08-05", "2024-11-30", freq="37D"))
"""Moments all over the quarters, at which something is open."""


@cache
def retrained_bundle() -> Bundle:
    """What the same company has half a year later: another win model, other closing times."""
    bundle, history = trained_bundle(), simulated_history()
    until = pd.Timestamp("2024-06-01", tz="UTC")
    looks = pd.date_range(end=until, periods=12, freq="28D")
    snapshots = pd.concat([open_snapshots(history, look) for look in looks], ignore_index=True)
    won = history.opportunities["outcome"].eq("won").to_numpy()[snapshots["opportunity"]]
    model = bundle.model.__class__(trees=20, ridge=5.0)
    X = build(history, snapshots=snapshots)
    half = len(X) // 2
    model.fit(X[:half], won[:half])
    model.calibrate(model.decision_function(X[half:]), won[half:])
    return replace(bundle, model=model, closing_times=learn_closing_times(Snapshots.weekly(history, until)))


@cache
def pipeline_at(at: str | pd.Timestamp, retrained: bool = False) -> Pipeline:
    """The open deals of a moment."""
    return pipeline(retrained_bundle() if retrained else trained_bundle(), simulated_history(), at)


@cache
def forecast_at(
    at: str | pd.Timestamp,
    by: By = "quarter",
    count: int = 2,
    group: str | None = None,
    retrained: bool = False,
) -> Forecast:
    """A forecast as of a moment."""
    return forecast(pipeline_at(at, retrained), by, count, group)
