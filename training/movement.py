"""How much deals move together: learned from how far models of the past were off, quarter by quarter."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.optimize import minimize_scalar

from features.build import build, open_moments
from features.history import History
from features.timeline import Floats
from models.forecast.movement import Movement
from training.closing import learn_closing_times
from training.moments import endings
from training.rolling_origin import Past

AHEAD, EVERY = 91, 28
"""Days that are looked ahead, and from one look to the next: a quarter, every four weeks."""
MOST_MOMENTS = 1500
"""Moments that the closing times of each model of the past are learned from, so that it takes a second."""
LEAST_LEARNED = 0.4
"""Models that learned from less than this share of the deals of the last one are passed over."""


def learn_movement(history: History, past: Sequence[Past]) -> Movement:
    """Learn how much deals move together from models that knew nothing of the time that they are judged by.

    Models that had learned from far fewer deals than the last of them were further off than the one that is
    served: they are passed over.

    Parameters
    ----------
    history : History
        What is known.
    past : sequence of Past
        Models of the past, each with the window of time after it.

    Returns
    -------
    Movement
        The default where nothing can be told yet.

    Examples
    --------
    See `training.learning.learn`.
    """
    telling = [each for each in past if each.round.tells]
    least = LEAST_LEARNED * max((each.round.past.opportunities for each in telling), default=0)
    telling = [each for each in telling if each.round.past.opportunities >= least]
    looks = [found for each in telling if (found := looks_of(history, each)) is not None]
    if not looks:
        return Movement()
    rows = pd.concat(looks)
    return Movement(spread=likely_spread(rows["surplus"].to_numpy(), rows["variance"].to_numpy()))


def looks_of(history: History, past: Past) -> pd.DataFrame | None:
    """Look at all open deals every four weeks of a window, and see how many were won within a quarter.

    Parameters
    ----------
    history : History
        What is known; what cannot be seen yet is not looked at.
    past : Past
        What is said of the deals rests on nothing that was known only after the window's beginning.

    Returns
    -------
    pandas.DataFrame or None
        One row per look: ``surplus``, the deals won minus the sum of their probabilities, and ``variance``,
        what its variance would be if deals did not move together. None if nothing had closed before, or
        nothing can be looked at.

    Examples
    --------
    See `training.learning.learn`.
    """
    window, ahead = past.round.next, pd.Timedelta(days=AHEAD)
    last = min(window.end, history.last_event - ahead)
    at = pd.date_range(past.round.past.end, last, freq=pd.Timedelta(days=EVERY))
    moments = pd.concat([open_moments(history, look) for look in at], ignore_index=True) if len(at) else None
    times = learn_closing_times(history, past.round.past.end, MOST_MOMENTS)
    if moments is None or moments.empty or times is None:
        return None
    X = build(history, moments=moments)
    within, _ = times.outlook(X, moments["at"]).shares_within([AHEAD])
    chance = past.model.predict_proba(X)[:, 1] * within[:, 0]
    ended = endings(history, moments)
    won = ((ended["won"] == 1.0) & (ended["days"] <= AHEAD)).to_numpy(np.float64)
    rows = pd.DataFrame({"surplus": won - chance, "variance": chance * (1 - chance)})
    found: pd.DataFrame = rows.groupby(moments["at"]).sum()
    return found


def likely_spread(surplus: Floats, variance: Floats) -> float:
    """Tell how much deals move together from how far the sums of their probabilities were off.

    Parameters
    ----------
    surplus : numpy.ndarray of float64, shape (n,)
        Deals won minus the sum of their probabilities, look by look.
    variance : numpy.ndarray of float64, shape (n,)
        The sum of p · (1 - p): the variance of independent deals.

    Returns
    -------
    float
        Standard deviation of what is added to the log-odds of all deals of a look.

    Notes
    -----
    Something small that is added to all log-odds moves the sum of the probabilities by that times their
    variance v, so the surplus has the variance v + spread² · v². The answer is the maximum of its normal
    likelihood, in which looks that overlap count for as much as the time to the next one is of the time that
    each sees, times a prior: the gamma distribution of shape 2 whose mode is the default of `Movement`. It
    vanishes at 0, so that luck in a few quarters does not make a total certain (Chung, Rabe-Hesketh, Dorie,
    Gelman and Liu, Psychometrika 78, 2013).

    Examples
    --------
    Off by twice the standard deviation of independent deals, look by look, and not at all:

    >>> variance = np.full(100, 50.0)
    >>> off = likely_spread(2 * np.sqrt(variance), variance)
    >>> off > 0.2 > likely_spread(np.zeros(100), variance) > 0
    True
    """
    expected = Movement().spread

    def unlikely(spread: float) -> float:
        total = variance + (spread * variance) ** 2
        misfit = (np.log(total) + surplus**2 / total).sum() / 2 * EVERY / AHEAD
        return float(misfit - np.log(spread) + spread / expected)

    return float(minimize_scalar(unlikely, bounds=(1e-3, 3.0), method="bounded").x)
