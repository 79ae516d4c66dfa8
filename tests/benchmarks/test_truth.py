from __future__ import annotations

import numpy as np
import pytest

from benchmarks.truth import calibration_error_against, expected_log_loss
from winprob.models.measure.metrics import log_loss


def test_the_expected_log_loss_weighs_both_outcomes_by_the_truth() -> None:
    draw = np.random.default_rng(0)
    truth, p = draw.random(50), draw.random(50)
    won = np.repeat([1.0, 0.0], 50)
    both = log_loss(won, np.tile(p, 2), np.concatenate([truth, 1 - truth]))
    assert expected_log_loss(truth, p) == pytest.approx(both)
    assert expected_log_loss(truth, truth) < expected_log_loss(truth, p)
    assert expected_log_loss(np.array([0.0, 1.0]), np.array([0.0, 1.0])) == pytest.approx(0, abs=1e-5)


def test_the_calibration_error_is_by_bins_of_the_probability() -> None:
    p = np.linspace(0, 1, 100)
    assert calibration_error_against(p, p) == 0
    assert calibration_error_against(np.clip(p + 0.1, 0, 1), p) == pytest.approx(0.1, abs=0.01)
    shuffled = np.random.default_rng(0).permutation(100)
    assert calibration_error_against(p[shuffled], p[shuffled]) == pytest.approx(0, abs=1e-12)
