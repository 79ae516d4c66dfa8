"""Measures of probabilities where the true ones are known: what to expect, without luck."""

from __future__ import annotations

import numpy as np

SURE = 1e-6
"""True probabilities count as at least so far from 0 and 1."""


def log_losses(truth: np.ndarray, p: np.ndarray) -> np.ndarray:
    """Log loss of each probability: to be expected under the true ones, or as it happened (1 won, 0 lost).

    Examples
    --------
    >>> log_losses(np.array([0.25, 1.0]), np.array([0.5, 0.5])).round(4).tolist()
    [0.6931, 0.6931]
    """
    q = np.clip(p, SURE, 1 - SURE)
    return -(truth * np.log(q) + (1 - truth) * np.log1p(-q))


def expected_log_loss(truth: np.ndarray, p: np.ndarray) -> float:
    """Mean log loss of probabilities to be expected under the true ones.

    Examples
    --------
    >>> round(expected_log_loss(np.array([0.25, 0.75]), np.array([0.5, 0.5])), 4)
    0.6931
    """
    return float(log_losses(truth, p).mean())


def calibration_error_against(truth: np.ndarray, p: np.ndarray) -> float:
    """Mean distance of the mean probability from the mean true one, in 10 equal-count bins by the former.

    Examples
    --------
    >>> round(calibration_error_against(np.full(20, 0.3), np.full(20, 0.5)), 3)
    0.2
    """
    bins = np.array_split(np.argsort(p, kind="stable"), 10)
    return float(np.mean([abs(p[rows].mean() - truth[rows].mean()) for rows in bins]))
