from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from features.timeline import Floats
from training.learn.dispersion import dispersion


def endings(seed: int, spread: float, opportunities: int = 4000) -> tuple[pd.DataFrame, Floats]:
    """Endings over 60 weeks, whose log-odds a week moves up or down by `spread` on average."""
    draw = np.random.default_rng(seed)
    log_odds = draw.normal(0.0, 1.0, opportunities)
    week = draw.integers(0, 60, opportunities)
    closed = pd.Timestamp("2026-01-01", tz="UTC") + pd.to_timedelta(week * 7, "D")
    won = draw.random(opportunities) < expit(log_odds + draw.normal(0.0, spread, 60)[week])
    moments = pd.DataFrame(
        {"opportunity": range(opportunities), "closed_at": closed, "won": won.astype(float)}
    )
    return moments, log_odds


def test_independent_endings_count_as_what_they_are() -> None:
    found = [dispersion(*endings(seed, 0.0)) for seed in range(20)]
    assert np.mean(found) == pytest.approx(1.0, abs=0.15)


def test_the_more_a_week_has_in_common_the_fewer_its_endings_count_for() -> None:
    little, much = (
        np.mean([dispersion(*endings(seed, spread)) for seed in range(10)]) for spread in (0.5, 1.5)
    )
    assert 2.0 < little < much


def test_rows_of_one_opportunity_are_one_ending() -> None:
    moments, log_odds = endings(0, 1.0)
    often = np.repeat(np.arange(len(moments)), 3)
    assert dispersion(moments.iloc[often], log_odds[often]) == pytest.approx(dispersion(moments, log_odds))


def test_it_is_the_plain_sum_over_weeks() -> None:
    moments, log_odds = endings(1, 1.0, opportunities=50)
    top, bottom = 0.0, 0.0
    for _, rows in moments.groupby("closed_at"):
        p = 1 / (1 + np.exp(-log_odds[rows.index]))
        top += (rows["won"] - p).sum() ** 2
        bottom += (p * (1 - p)).sum()
    assert dispersion(moments, log_odds) == pytest.approx(max(1.0, top / bottom))
