"""Fitting: models that know nothing of each other, fitted here or by the workers of a cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd
from sklearn.base import clone

from winprob.features.timeline import Floats
from winprob.models.win.calibrated import CalibratedClassifier
from winprob.training.weekly.splits import Side


class FitTask(NamedTuple):
    """A model to be fitted, with its rows alone, so that it can be sent to another machine.

    Attributes
    ----------
    recipe : CalibratedClassifier
        How it is made; it is not fitted itself.
    X : pandas.DataFrame, shape (n, k)
        What it learns from.
    won : pandas.Series of float64, shape (n,)
        How that ended: 1.0 or 0.0.
    sample_weight : pandas.Series of float64, shape (n,)
        How much each row counts.
    following : pandas.DataFrame, shape (m, k), optional
        What it predicts, of the window after it.
    """

    recipe: CalibratedClassifier
    X: pd.DataFrame
    won: pd.Series[float]
    sample_weight: pd.Series[float]
    following: pd.DataFrame | None

    @classmethod
    def of(cls, recipe: CalibratedClassifier, side: Side, following: Side | None = None) -> FitTask:
        """Take the rows of a side of a split, and of the window after it."""
        rows = side.rows
        after = None if following is None or not len(following) else following.X
        return cls(recipe, side.X, rows["won"], rows["sample_weight"], after)


class FittedModel(NamedTuple):
    """A fitted model.

    Attributes
    ----------
    model : CalibratedClassifier
        Not calibrated.
    log_odds : numpy.ndarray of float64, shape (m,)
        What it predicts of the window after it; empty where there is none.
    """

    model: CalibratedClassifier
    log_odds: Floats


FitMap = Callable[[Callable[[FitTask], FittedModel], Iterable[FitTask]], Iterator[FittedModel]]
"""What has models fitted and gives them in their order: `map`, or the same by the workers of a cluster."""


def fit(task: FitTask) -> FittedModel:
    """Fit a model, and let it predict the window after it.

    Parameters
    ----------
    task : FitTask

    Returns
    -------
    FittedModel
        The same to the last digit wherever it is fitted.

    Examples
    --------
    >>> from winprob.models.win.win_model import WinModel
    >>> X = pd.DataFrame({"size": [1.0, 2.0, 3.0, 4.0]})
    >>> won, weight = pd.Series([0.0, 1.0, 0.0, 1.0]), pd.Series(np.ones(4))
    >>> fit(FitTask(WinModel(trees=1), X, won, weight, X)).log_odds.shape
    (4,)
    """
    model = clone(task.recipe).fit(task.X, task.won, task.sample_weight)
    return FittedModel(
        model, np.empty(0) if task.following is None else model.decision_function(task.following)
    )
