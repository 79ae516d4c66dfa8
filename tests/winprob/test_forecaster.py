from __future__ import annotations

import pandas as pd
from bundles import simulated_history, trained_bundle

from winprob.forecaster import Forecaster, Predicted
from winprob.models.forecast.change import change
from winprob.models.forecast.explained import explain
from winprob.models.forecast.forecast import forecast
from winprob.models.forecast.pipeline import pipeline
from winprob.models.forecast.what_if import what_if

THEN, NOW = "2024-05-06", "2024-06-03"


def predicted(day: str) -> Predicted:
    return Forecaster(trained_bundle()).predict(simulated_history(), day, "month", 2, group="region")


def test_it_is_the_forecast_of_the_pipeline_and_what_can_be_asked_of_it() -> None:
    then, now = (
        forecast(pipeline(trained_bundle(), simulated_history(), day), "month", 2, "region")
        for day in (THEN, NOW)
    )
    found = predicted(NOW)
    pd.testing.assert_frame_equal(found.table, now.table)
    pd.testing.assert_frame_equal(found.explain().parts, explain(now).parts)
    pd.testing.assert_frame_equal(found.change(predicted(THEN)).parts, change(then, now).parts)
    lost = {str(now.pipeline.deals["opportunity_id"][0]): {"outcome": "lost"}}
    pd.testing.assert_frame_equal(found.what_if(lost).difference, what_if(now, lost).difference)


def test_it_draws_itself() -> None:
    figure = predicted(NOW).plot(currency="CNY", language="zh")
    assert len(figure.data) > 3


def test_left_out_the_moment_is_the_end_of_the_history() -> None:
    found = Forecaster(trained_bundle()).predict(simulated_history())
    assert found.forecast.pipeline.at == simulated_history().last_event
