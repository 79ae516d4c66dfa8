"""Ranges of forecasts since a model learned."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from bundles import simulated_history
from trainings import trained_before

from winprob.training.watch.coverage import Coverage, coverage_since

SINCE = pd.Timestamp("2024-03-31", tz="UTC")


def test_quarters_that_began_and_ended_since_are_forecast() -> None:
    seen = coverage_since(trained_before().bundle, simulated_history(), SINCE)
    assert seen.periods["period_start"].astype(str).unique().tolist() == [
        "2024-04-01",
        "2024-07-01",
    ]
    inside = (seen.periods["low_80"] <= seen.periods["actual"]) & (
        seen.periods["actual"] <= seen.periods["high_80"]
    )
    assert seen.held == inside.sum() <= len(seen)


def test_evidence_is_the_mean_over_currencies() -> None:
    periods = pd.DataFrame(
        {"period_start": [1, 2, 1, 2], "currency": list("AABB"), "held": [False, False, True, True]}
    )
    assert Coverage(periods).evidence == pytest.approx((2.5**2 + 0.625**2) / 2)


def test_without_quarters_or_closing_times_there_is_none() -> None:
    bundle, history = trained_before().bundle, simulated_history()
    too_soon = coverage_since(bundle, history.until("2024-06-15"), SINCE)
    for seen in (too_soon, coverage_since(replace(bundle, closing_times=None), history, SINCE)):
        assert (len(seen), seen.held, seen.evidence) == (0, 0, 1.0)
