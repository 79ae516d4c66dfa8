"""E-values: rarely high if probabilities are right, whenever one looks, and high if they are not."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit, logit

from winprob.features.timeline import Floats
from winprob.training.watch.e_value import (
    TOLERANCE,
    calibration_evidence,
    coverage_evidence,
    restarted_evidence,
)


def highest(off: float, slope: float = 1.0, sequences: int = 400, outcomes: int = 300) -> Floats:
    """The highest evidence in each of many sequences, whose true log-odds differ from those that are told."""
    rng = np.random.default_rng(0)
    told = expit(rng.normal(-0.8, 1.0, (sequences, outcomes)))
    happened = (rng.random(told.shape) < expit(slope * logit(told) + off)).astype(float)
    return np.array([calibration_evidence(*both).max() for both in zip(told, happened, strict=True)])


@pytest.mark.parametrize("off", [0.0, TOLERANCE, -TOLERANCE])
def test_false_alarms_are_as_rare_as_promised_however_often_one_looks(off: float) -> None:
    assert (highest(off) >= 20).mean() <= 0.05


def test_what_is_off_is_found() -> None:
    assert (highest(-1.0) >= 20).mean() > 0.95
    assert (highest(1.0) >= 20).mean() > 0.95
    assert (highest(0.0, slope=0.2) >= 20).mean() > 0.9


def test_probabilities_that_are_too_timid_are_no_alarm() -> None:
    assert (highest(0.0, slope=1.5) >= 20).mean() <= 0.05


def test_a_stake_is_the_ratio_to_the_nearest_claim_that_is_tolerated() -> None:
    first = calibration_evidence(np.array([0.5]), np.array([1.0]), 0.2, shifts=[1.0], slopes=[])
    assert first.tolist() == pytest.approx([expit(1.0) / expit(0.2)])
    within = calibration_evidence(np.array([0.5]), np.array([1.0]), 0.2, shifts=[0.1], slopes=[])
    assert within.tolist() == pytest.approx([1.0])


WINDOWS = np.repeat(np.arange(6), 50)


def after_two_windows(off: float, sequences: int = 400) -> tuple[Floats, Floats]:
    """The highest evidence, restarted and not, if log-odds are off from the third window on."""
    rng = np.random.default_rng(1)
    told = expit(rng.normal(-0.8, 1.0, (sequences, len(WINDOWS))))
    true = expit(logit(told) + off * (WINDOWS >= 2))
    happened = (rng.random(told.shape) < true).astype(float)
    both = list(zip(told, happened, strict=True))
    plain = np.array([calibration_evidence(*each)[49::50].max() for each in both])
    return np.array([restarted_evidence(*each, WINDOWS.tolist()).max() for each in both]), plain


@pytest.mark.parametrize("off", [0.0, TOLERANCE, -TOLERANCE])
def test_restarting_is_as_safe(off: float) -> None:
    assert (after_two_windows(off)[0] >= 20).mean() <= 0.05


def test_restarting_finds_more_of_what_changed_later() -> None:
    restarted, plain = ((found >= 20).mean() for found in after_two_windows(-0.8))
    assert restarted > plain + 0.05


def test_restarted_evidence_is_the_mean_over_when_betting_began() -> None:
    rng = np.random.default_rng(2)
    told, happened = rng.uniform(0.2, 0.8, 30), (rng.random(30) < 0.5).astype(float)
    begun = [calibration_evidence(told[begin:], happened[begin:])[-1] for begin in (0, 10, 20)]
    by_hand = begun[0] / 2 + begun[1] / 6 + begun[2] / 12 + 1 / 4
    assert restarted_evidence(told, happened, list("a" * 10 + "b" * 10 + "c" * 10))[-1] == pytest.approx(
        by_hand
    )


def test_expected_wealth_is_one_where_ranges_hold_as_often_as_they_say() -> None:
    held, missed = (coverage_evidence(np.array([each]), 0.8) for each in (1.0, 0.0))
    assert 0.8 * held + 0.2 * missed == pytest.approx(1.0)
    assert coverage_evidence(np.empty(0), 0.8) == 1.0
