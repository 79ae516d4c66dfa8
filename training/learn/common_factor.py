"""How much deals move together: learned from how far models of the past were off, quarter by quarter."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.optimize import minimize_scalar

from winprob.features.timeline import Floats
from winprob.models.bundle.common_factor import CommonFactor
from winprob.training.learn.rolling_origin import Past

AHEAD, EVERY = 91, 28
"""Days that are looked ahead, and from one snapshot to the next: a quarter, every four weeks."""
LEAST_LEARNED = 0.4
"""Models that learned from less than this share of the deals of the last one are passed over."""


def learn_common_factor(past: Sequence[Past]) -> CommonFactor:
    """Learn how much deals move together from models that knew nothing of the time that they are judged by.

    Models that had learned from far fewer deals than the last of them were further off than the one that is
    served: they are passed over.

    Parameters
    ----------
    past : sequence of Past
        Models of the past, each with the window of time after it.

    Returns
    -------
    CommonFactor
        The default where nothing can be told yet.
    """
    telling = [each for each in past if each.round.tells]
    least = LEAST_LEARNED * max((each.round.past.opportunities for each in telling), default=0)
    telling = [each for each in telling if each.round.past.opportunities >= least]
    snapshots = [found for each in telling if (found := snapshots_of(each)) is not None]
    if not snapshots:
        return CommonFactor()
    rows = pd.concat(snapshots)
    return CommonFactor(spread=likely_spread(rows["surplus"].to_numpy(), rows["variance"].to_numpy()))


def snapshots_of(past: Past) -> pd.DataFrame | None:
    """Look at all open deals every four weeks of a window, and see how many were won within a quarter.

    Parameters
    ----------
    past : Past
        What is predicted of the deals rests on nothing that was known only after the window's beginning.

    Returns
    -------
    pandas.DataFrame or None
        One row per snapshot: ``surplus``, the deals won minus the sum of their probabilities, and
        ``variance``, what its variance would be if deals did not move together. None if nothing had closed
        before, or nothing can be looked at.
    """
    window, snapshots = past.round.next, past.round.next.snapshots
    last = min(window.end, snapshots.history.last_event - pd.Timedelta(days=AHEAD))
    rows = snapshots.rows[snapshots.rows["at"].between(past.round.past.end, last)]
    weeks = (rows["at"] - rows["at"].min()) // pd.Timedelta(days=7)
    rows = rows[weeks % (EVERY // 7) == 0]
    times = past.closing_times
    if rows.empty or times is None:
        return None
    X = snapshots.X.iloc[rows.index]
    within, _ = times.outlook(X, rows["at"]).shares_within([AHEAD])
    chance = past.model.predict_proba(X)[:, 1] * within[:, 0]
    won = ((rows["won"] == 1.0) & (rows["days"] <= AHEAD)).to_numpy(np.float64)
    counted = pd.DataFrame({"surplus": won - chance, "variance": chance * (1 - chance)})
    found: pd.DataFrame = counted.groupby(rows["at"].to_numpy()).sum()
    return found


def likely_spread(surplus: Floats, variance: Floats) -> float:
    """Tell how much deals move together from how far the sums of their probabilities were off.

    Parameters
    ----------
    surplus : numpy.ndarray of float64, shape (n,)
        Deals won minus the sum of their probabilities, snapshot by snapshot.
    variance : numpy.ndarray of float64, shape (n,)
        The sum of p · (1 - p): the variance of independent deals.

    Returns
    -------
    float
        Standard deviation of what is added to the log-odds of all deals of a snapshot.

    Notes
    -----
    Something small that is added to all log-odds moves the sum of the probabilities by that times their
    variance v, so the surplus has the variance v + spread² · v². The answer is the maximum of its normal
    likelihood, in which snapshots that overlap count for as much as the time to the next one is of the time
    that each sees, times a prior: the gamma distribution of shape 2 whose mode is the default of
    `CommonFactor`. It vanishes at 0, so that luck in a few quarters does not make a total certain (Chung,
    Rabe-Hesketh, Dorie, Gelman and Liu, Psychometrika 78, 2013).

    Examples
    --------
    Off by twice the standard deviation of independent deals, snapshot by snapshot, and not at all:

    >>> variance = np.full(100, 50.0)
    >>> off = likely_spread(2 * np.sqrt(variance), variance)
    >>> off > 0.2 > likely_spread(np.zeros(100), variance) > 0
    True
    """
    expected = CommonFactor().spread

    def unlikely(spread: float) -> float:
        total = variance + (spread * variance) ** 2
        misfit = (np.log(total) + surplus**2 / total).sum() / 2 * EVERY / AHEAD
        return float(misfit - np.log(spread) + spread / expected)

    return float(minimize_scalar(unlikely, bounds=(1e-3, 3.0), method="bounded").x)
