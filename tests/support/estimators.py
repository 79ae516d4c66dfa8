"""Opportunities for estimators from elsewhere: numbers with gaps, categories, a constant."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
from bundles import simulated_history, trained_bundle
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

from winprob.models.bundle.bundle import Bundle
from winprob.models.own_estimator.own_estimator import Contributions, OwnEstimator
from winprob.training.weekly.snapshots import Snapshots


def deals(rows: int, seed: int = 0) -> tuple[pd.DataFrame, np.ndarray]:
    """A matrix, and outcomes that the stage decides most of all."""
    draw = np.random.default_rng(seed)
    X = pd.DataFrame(draw.normal(size=(rows, 3)), columns=list("abc"))
    X["stage_position"] = draw.integers(0, 5, rows).astype(float)
    X["industry"] = pd.Categorical(draw.choice(["steel", "chips", "bread"], rows))
    X["constant"] = 3.0
    X["never"] = np.nan
    X["c"] = X["c"].mask(draw.random(rows) < 0.3)
    log_odds = 1.2 * (X["stage_position"] - 2) + 0.5 * X["a"] + 0.5 * (X["industry"] == "chips")
    return X, (draw.random(rows) < expit(log_odds)).astype(int)


@cache
def own_estimator_bundle(contributions: Contributions = "none") -> Bundle:
    """The small bundle with an estimator from elsewhere in the place of the win model."""
    bundle, history = trained_bundle(), simulated_history()
    snapshots = Snapshots.weekly(history, history.last_event)
    closed = snapshots.rows["won"].notna().to_numpy() & (np.arange(len(snapshots.rows)) % 5 == 0)
    estimator = LogisticRegression(max_iter=2000)
    model = OwnEstimator(estimator, contributions, start="stage_percentage", resamples=2)
    model.fit(snapshots.X[closed], (snapshots.rows["won"][closed] > 0.5).astype(float))
    return replace(bundle, model=model)
