from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from bundles import simulated_company, simulated_history, trained_bundle

from benchmarks.backtest import TRUE, goals, with_truth
from winprob.models.forecast.forecast import Forecast, forecast_periods
from winprob.models.forecast.period import Period
from winprob.models.forecast.pipeline import pipeline
from winprob.training.backtest.comparison import compare

MONDAY = Period(date(2024, 4, 1), date(2024, 6, 30))


def said() -> Forecast:
    """What the small bundle says of 13 weeks."""
    at = pd.Timestamp(MONDAY.start, tz="UTC")
    return forecast_periods(pipeline(trained_bundle(), simulated_history(), at), (MONDAY,))


def test_the_true_forecast_differs_in_the_probabilities_alone() -> None:
    rows = with_truth(simulated_company(), said(), compare(simulated_history(), said()), seed=3)
    deals = said().pipeline.deals
    won, _ = simulated_company().ended_within(
        [13], deals["opportunity_id"], said().pipeline.at, rollouts=100, seed=3
    )
    for row in rows.to_dict("records"):
        own = (deals["currency"] == row["currency"]).to_numpy()
        assert row[TRUE] == pytest.approx(
            row["new_expected"] + won[0][own] @ deals["final_amount"].to_numpy()[own]
        )
    assert not np.allclose(rows[TRUE], rows["expected"])


def test_goals_are_printed_beside_what_was_reached(capsys: pytest.CaptureFixture[str]) -> None:
    wmape = {"forecast": 0.11, "fixed_percentages": 0.88, TRUE: 0.1}
    goals(pd.DataFrame({"wmape": wmape, "coverage_80": {"forecast": 0.8}}))
    told = capsys.readouterr().out
    assert "80.0% of periods (goal: 75% to 87%)" in told
    assert "percentages: 87.5% (goal: at least 30%)" in told
    assert "true probabilities: 1.100 (goal: at most 1.15)" in told
