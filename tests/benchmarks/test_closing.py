from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from benchmarks.closing import against, true_share_by, window
from winprob.models.closing.outlook import Outlook
from winprob.models.closing.periods import PERIODS

RATE = 0.01
"""Chance per day of a win, and of a loss: half of all is won."""


def company(rows: int, weeks: int = 200) -> np.ndarray:
    """Chance to be won by the end of each week, the same for all rows."""
    by = 0.5 * -np.expm1(-2 * RATE * 7 * np.arange(1, weeks + 1))
    return np.tile(by[:, np.newaxis], (1, rows))


def test_the_share_of_wins_by_a_day_is_read_between_the_weeks() -> None:
    won = np.array([[0.2, 0.1], [0.4, 0.5]])
    assert true_share_by(np.array([7.0, 7.0]), won) == pytest.approx(0.3 / 0.9)
    assert true_share_by(np.array([3.5, 10.5]), won) == pytest.approx((0.1 + 0.3) / 0.9)
    assert true_share_by(np.array([0.0, 99.0]), won) == pytest.approx(0.5 / 0.9)


def test_a_true_outlook_holds_four_wins_of_five() -> None:
    rates = np.full((500, PERIODS), RATE)
    days = pd.Series(np.random.default_rng(0).exponential(1 / (2 * RATE), 250), index=np.arange(0, 500, 2))
    found = window(Outlook(rates, rates, np.zeros(len(rates))), company(500), days)
    assert found["under the truth"] == pytest.approx(0.8, abs=0.005)
    assert found["before"] == pytest.approx(0.1, abs=0.005)
    assert found["as it happened"] == pytest.approx(0.8, abs=0.08)
    assert found["wins"] == 250
    assert found["width, days"] == pytest.approx(np.log(9) / (2 * RATE))


def test_measures_against_the_truth() -> None:
    truth = np.linspace(0, 1, 100)
    assert against(truth, truth)["mean distance"] == 0
    found = against(truth, truth + 0.1)
    assert [found[name] for name in ("bias", "calibration error", "mean distance")] == pytest.approx(
        [0.1] * 3
    )
