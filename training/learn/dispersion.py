"""Endings that come in batches: how many of them count as one."""

from __future__ import annotations

import pandas as pd
from scipy.special import expit

from features.timeline import Floats


def dispersion(moments: pd.DataFrame, log_odds: Floats) -> float:
    """Tell how much more the won share varies from week to week than that of independent endings would.

    Deals are booked at the ends of quarters and dropped in reviews: the endings of a week have causes in
    common. With the opportunity's mean predicted probability `p`, week `w` of the ending and `W` such weeks,

        ``sum over w of (sum of won - p)^2 / sum over all of p (1 - p)``

    is 1 on average if endings are independent and `p` is right, and about the size of a batch if batches end
    alike: the dispersion of quasi-likelihood (McCullagh and Nelder, "Generalized Linear Models", 1989, 4.5).
    What `p` gets wrong for a whole week is part of it, as it should be.

    Parameters
    ----------
    moments : pandas.DataFrame
        With ``opportunity``, ``closed_at`` (UTC) and ``won``, as of a `training.weekly.splits.Side`.
    log_odds : numpy.ndarray of float64, shape (n,)
        What a model that had not seen them said of these rows.

    Returns
    -------
    float
        At least 1.

    Examples
    --------
    Two weeks of four endings at even odds: independent looking ones, then batches that end alike.

    >>> import numpy as np
    >>> week = pd.to_datetime(["2026-01-05"] * 4 + ["2026-01-12"] * 4, utc=True)
    >>> moments = pd.DataFrame({"opportunity": range(8), "closed_at": week, "won": [0, 1, 0, 1] * 2})
    >>> dispersion(moments, np.zeros(8)), dispersion(moments.assign(won=[1] * 4 + [0] * 4), np.zeros(8))
    (1.0, 4.0)
    """
    each = (
        pd.DataFrame({"won": moments["won"].to_numpy(), "probability": expit(log_odds)})
        .assign(opportunity=moments["opportunity"].to_numpy(), closed_at=moments["closed_at"].to_numpy())
        .groupby("opportunity")
        .agg({"won": "first", "probability": "mean", "closed_at": "first"})
    )
    surplus = (each["won"] - each["probability"]).groupby(each["closed_at"].dt.floor("7D")).sum()
    independent = each["probability"] * (1 - each["probability"])
    return max(1.0, float((surplus**2).sum() / independent.sum()))
