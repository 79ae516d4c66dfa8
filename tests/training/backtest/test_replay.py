"""The past is replayed as it was known then."""

from __future__ import annotations

from datetime import date
from functools import cache

import pandas as pd
from bundles import simulated_history

from winprob.models.forecast.forecast import Forecast, forecast
from winprob.models.forecast.period import Period
from winprob.models.forecast.pipeline import pipeline
from winprob.training.backtest.replay import replay
from winprob.training.fit import train

SPANS = (Period(date(2023, 10, 1), date(2023, 12, 31)), Period(date(2024, 1, 1), date(2024, 3, 31)))


@cache
def replayed() -> tuple[list[Forecast], list[tuple[str, int, int]]]:
    """Forecasts of both spans, and what was told meanwhile."""
    told: list[tuple[str, int, int]] = []
    said = list(replay(simulated_history(), SPANS, lambda *step: told.append(step)))
    return said, told


def test_each_span_is_forecast_from_its_beginning() -> None:
    said, _ = replayed()
    assert [each.periods for each in said] == [(span,) for span in SPANS]
    assert [each.pipeline.at for each in said] == [pd.Timestamp(span.start, tz="UTC") for span in SPANS]


def test_what_came_later_changes_nothing() -> None:
    history, (said, _) = simulated_history(), replayed()
    (again,) = replay(history.until(said[0].pipeline.at), SPANS[:1])
    pd.testing.assert_frame_equal(again.table, said[0].table, check_exact=True)


def test_it_says_what_a_model_that_was_trained_then_says() -> None:
    history, (said, _) = simulated_history(), replayed()
    at = said[0].pipeline.at
    trained = train(history.until(at))
    own = forecast(pipeline(trained.bundle, history, at), "quarter")
    pd.testing.assert_frame_equal(said[0].table, own.table, check_exact=True)


def test_progress_rises_to_its_end_over_all_spans() -> None:
    _, told = replayed()
    assert {doing.split(": ")[0] for doing, _, _ in told} == {"as of 2023-10-01", "as of 2024-01-01"}
    shares = [done / steps for _, done, steps in told]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
