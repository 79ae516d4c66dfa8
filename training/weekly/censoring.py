"""Unfinished opportunities: weights that make up for the slow endings nobody has seen yet."""

from __future__ import annotations

import numpy as np

from features.timeline import Floats

LEAST_FOLLOWED = 0.05
"""Share of the moments below which the weight grows no further."""


def ending_weights(days: Floats, follow_up: Floats, least: float = LEAST_FOLLOWED) -> Floats:
    """Weigh moments with a known ending so that they stand for those whose ending is not known yet.

    Of the opportunities open in a window of time, the quick endings are known by its end and the slow ones
    are not. Where lost opportunities take longer than won ones, leaving the unknown out makes the model too
    hopeful. Each moment `m` of the window could be followed for ``C = end of the window - m`` days, and that
    is known of all of them, also of those still open. An ending after `d` days is seen only by the share

        ``G(d) = share of the moments in the window with C >= d``,

    so a moment with a known ending after `d` days stands for ``1 / G(d)`` moments: inverse probability of
    censoring weights (Robins and Rotnitzky 1992, "Recovery of information and adjustment for dependent
    censoring using surrogate markers"; with the Brier score, Graf, Schmoor, Sauerbrei and Schumacher 1999,
    "Assessment and comparison of prognostic classification schemes for survival data").

    It assumes that how long an opportunity still takes, and how it ends, does not depend on the calendar
    time of the moment. It cannot repair what no moment of the window could have seen: endings that take
    longer than the window. `G` is not taken below `least`: beyond that, `1 / G` rests on the few earliest
    moments of the window, and a handful of opportunities would decide the result.

    Parameters
    ----------
    days : numpy.ndarray of float64, shape (n,)
        Days from each moment with a known ending to that ending.
    follow_up : numpy.ndarray of float64, shape (m,)
        Days from each moment of the window, known ending or not, to the end of the window.
    least : float
        Bound of `G` from below, so that no weight exceeds ``1 / least`` times the smallest possible one.

    Returns
    -------
    numpy.ndarray of float64, shape (n,)
        Mean 1.

    Examples
    --------
    Four moments were followed for 10 to 40 days: two could see an ending after 30 days, all one after 10.

    >>> ending_weights(np.array([10.0, 10.0, 30.0]), np.array([10.0, 20.0, 30.0, 40.0])).tolist()
    [0.75, 0.75, 1.5]
    """
    if not len(days):
        return np.empty(0)
    followed = np.sort(follow_up)
    shorter = np.searchsorted(followed, days, side="left")
    share = 1 - shorter / len(followed)
    weights: Floats = 1 / np.maximum(share, least)
    weights /= weights.mean()
    return weights
