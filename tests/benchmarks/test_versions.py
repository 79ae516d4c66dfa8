"""The difference of two versions has an interval over what was drawn, not over rows."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from benchmarks.versions import difference, show


def test_of_one_row_each_it_is_student_s() -> None:
    values = np.random.default_rng(0).normal(0.3, 1.0, 12)
    mean, margin, pairs = difference(values, np.ones(12), np.arange(12))
    low, high = stats.t.interval(0.95, 11, values.mean(), stats.sem(values))
    assert (mean - margin, mean + margin) == pytest.approx((low, high))
    assert pairs == 12


def test_rows_of_one_pair_count_once() -> None:
    values = np.random.default_rng(0).normal(0.3, 1.0, 12)
    often, pair = np.repeat(values, 5), np.repeat(np.arange(12), 5)
    once = difference(values, np.ones(12), np.arange(12))
    assert difference(often, np.ones(60), pair) == pytest.approx(once)
    assert difference(often, np.full(60, 0.2), pair) == pytest.approx(once)


def test_the_interval_holds_the_true_difference_as_often_as_it_says() -> None:
    rng, held = np.random.default_rng(1), 0
    for _ in range(400):
        effect = np.repeat(rng.normal(0.1, 1.0, 40), 3)
        mean, margin, _ = difference(
            effect + rng.normal(0, 0.5, 120), np.ones(120), np.repeat(np.arange(40), 3)
        )
        held += abs(mean - 0.1) <= margin
    assert 0.92 <= held / 400 <= 0.98


def test_what_is_not_of_the_same_rows_is_not_compared(capsys: pytest.CaptureFixture[str]) -> None:
    rows = pd.DataFrame({"set": "a", "measure": "m", "pair": ["1", "2"], "value": [0.5, 0.7], "weight": 1.0})
    show(rows, rows.assign(value=[0.4, 0.5]))
    assert "-0.1500 ± 0.6353" in capsys.readouterr().out
    show(rows, rows.assign(pair=["1", "3"]))
    assert "not of the same rows" in capsys.readouterr().out
