"""E-values: evidence against probabilities that may be looked at whenever one likes."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from scipy.special import log_expit, logit, logsumexp

from winprob.features.timeline import Floats

SHIFTS = (-1.0, -0.5, 0.5, 1.0)
"""Log-odds by which all probabilities may be off: 0.5 is 12 points at 50 %."""
SLOPES = (0.5,)
"""What log-odds may have to be multiplied by: below 1 where probabilities are too far from 50 %. That they
are too near to it is not bet on: models of few opportunities always are a little, and mean to be."""
TOLERANCE = 0.2
"""Log-odds by which a probability may be off without an alarm, 5 points at 50 %: no model that was learned is
exact, and without a tolerance enough outcomes would convict any."""


def calibration_evidence(
    probability: Floats,
    happened: Floats,
    tolerance: float = TOLERANCE,
    shifts: Sequence[float] = SHIFTS,
    slopes: Sequence[float] = SLOPES,
) -> Floats:
    """Weigh the evidence, outcome after outcome, that probabilities are off.

    The claim is that the true log-odds of each outcome, given those before it, lie within `tolerance` of the
    probability's. Against it bets a mixture, in equal parts, of forecasters whose log-odds are all shifted,
    or multiplied by a slope: each stakes on an outcome the ratio of its own probability to the nearest one
    that the claim allows. If the claim is true no such stake has an expected value above 1, so that the
    wealth is a non-negative supermartingale that starts at 1. By Ville's inequality it ever reaches
    ``1 / alpha`` with a chance of at most `alpha`, however often it is looked at.

    Parameters
    ----------
    probability : numpy.ndarray of float64, shape (n,)
        In the order in which outcomes become known, above 0 and below 1.
    happened : numpy.ndarray of float64, shape (n,)
        1.0 or 0.0.
    tolerance : float
        In log-odds.
    shifts, slopes : sequence of float
        What the mixture bets on.

    Returns
    -------
    numpy.ndarray of float64, shape (n,)
        The e-value after each outcome.

    Notes
    -----
    Shafer and Vovk, Game-Theoretic Foundations for Probability and Finance, 2019; Arnold, Henzi and Ziegel,
    Sequentially valid tests for forecast calibration, Annals of Applied Statistics 17, 2023; Ramdas,
    Grünwald, Vovk and Shafer, Game-theoretic statistics and safe anytime-valid inference, Statistical Science
    38, 2023.

    Examples
    --------
    Of 40 outcomes, each said to be even, 20 or 36 happened:

    >>> even = np.full(40, 0.5)
    >>> bool(calibration_evidence(even, np.tile([1.0, 0.0], 20)).max() < 1)
    True
    >>> bool(calibration_evidence(even, np.repeat([1.0, 0.0], [36, 4]))[-1] > 100)
    True
    """
    claimed = logit(probability)[:, np.newaxis]
    bets = np.column_stack([*(claimed + shift for shift in shifts), *(claimed * slope for slope in slopes)])
    nearest = claimed + np.clip(bets - claimed, -tolerance, tolerance)
    came = (happened == 1.0)[:, np.newaxis]
    stakes = np.where(came, log_expit(bets) - log_expit(nearest), log_expit(-bets) - log_expit(-nearest))
    wealth: Floats = np.exp(logsumexp(stakes.cumsum(axis=0), axis=1) - np.log(bets.shape[1]))
    return wealth


def restarted_evidence(
    probability: Floats, happened: Floats, window: Sequence[object], tolerance: float = TOLERANCE
) -> Floats:
    """Weigh the evidence that probabilities are off, or have come to be off since some window of time.

    As long as a model holds, whoever bets against it loses, and a change has to win that back before it is
    seen. So a part of the wealth is kept for each window: 1 / (j (j + 1)) of it is bet from the beginning of
    the j-th on, as in `calibration_evidence`. The parts add up to 1, so that the sum is as safe as each.

    Parameters
    ----------
    probability, happened : numpy.ndarray of float64, shape (n,)
        As in `calibration_evidence`.
    window : sequence of shape (n,)
        In which window each outcome became known; those of a window are next to each other.
    tolerance : float
        In log-odds.

    Returns
    -------
    numpy.ndarray of float64, shape (windows,)
        The e-value at the end of each window.

    Notes
    -----
    A mixture over the time of the change: Shin, Ramdas and Rinaldo, E-detectors, New England Journal of
    Statistics in Data Science 2, 2023.

    Examples
    --------
    Of outcomes that were said to be even, half happened in two windows of 40, and 4 in the third:

    >>> happened = np.append(np.tile([1.0, 0.0], 40), np.repeat([1.0, 0.0], [4, 36]))
    >>> evidence = restarted_evidence(np.full(120, 0.5), happened, [1] * 40 + [2] * 40 + [3] * 40)
    >>> (evidence > 20).tolist(), bool(calibration_evidence(np.full(120, 0.5), happened)[-1] > 20)
    ([False, False, True], False)
    """
    ends = np.flatnonzero([*(one != other for one, other in pairwise(window)), True])
    begins = np.append(0, ends[:-1] + 1)
    wealth: Floats = 1 / (np.arange(len(ends)) + 2.0)  # what is kept for the windows to come
    for place, begin in enumerate(begins):
        own = calibration_evidence(probability[begin:], happened[begin:], tolerance)[ends[place:] - begin]
        wealth[place:] += own / ((place + 1) * (place + 2))
    return wealth


def coverage_evidence(held: Floats, level: float, suspected: float = 0.5) -> float:
    """Weigh the evidence that ranges hold the truth less often than they say.

    Parameters
    ----------
    held : numpy.ndarray of float64, shape (n,)
        1.0 where a range held what happened, 0.0 where not, one after the other.
    level : float
        How often they say that they do, or more.
    suspected : float
        How often they do if they are wrong.

    Returns
    -------
    float
        The e-value after all of them.

    Examples
    --------
    >>> coverage_evidence(np.array([1.0, 1.0, 1.0, 0.0]), 0.8).__round__(2)
    0.61
    >>> coverage_evidence(np.array([0.0, 0.0, 0.0, 0.0]), 0.8).__round__(2)
    39.06
    """
    stakes = np.where(held == 1.0, suspected / level, (1 - suspected) / (1 - level))
    return float(np.prod(stakes))
