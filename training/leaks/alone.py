"""One feature alone: what it says of the ending, and how surely it is known how well it says it."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.stats import binomtest, norm
from sklearn.model_selection import StratifiedKFold
from sklearn.tree import DecisionTreeClassifier

from winprob.features.timeline import Floats, Integers

FOLDS = 5
LEAST = 10
"""Opportunities below which nothing is said of how many of them were won."""
MOST_REGIONS = 8

CONFIDENCE = 0.95
_NEARLY_0 = 1e-9


def alone(column: pd.Series, won: Floats) -> Floats:
    """Predict endings from one feature and nothing else, each by a tree that has not seen it.

    A tree needs no idea of how a feature tells: by high values, by values in between, or by being empty.
    Categories are put in the order of their win rates first; those of fewer than ten opportunities count as
    one, so that a text that is different each time says no more than that it is there.

    Parameters
    ----------
    column : pandas.Series, shape (n,)
        Numbers or categories, one value per opportunity.
    won : numpy.ndarray of float64, shape (n,)
        1 or 0, at least `FOLDS` of each.

    Returns
    -------
    numpy.ndarray of float64, shape (n,)
        Probability of winning.

    Examples
    --------
    >>> price = pd.Series([100.0, None] * 50)
    >>> alone(price, np.tile([1.0, 0.0], 50))[:4].tolist()
    [1.0, 0.0, 1.0, 0.0]
    """
    predicted = np.empty(len(won))
    codes = _codes(column) if isinstance(column.dtype, pd.CategoricalDtype) else None
    values = column.to_numpy(np.float64) if codes is None else np.empty(0)
    tree = DecisionTreeClassifier(max_leaf_nodes=MOST_REGIONS, min_samples_leaf=LEAST, random_state=0)
    for seen, unseen in StratifiedKFold(FOLDS, shuffle=True, random_state=0).split(won, won):
        if codes is not None:
            values = _win_rates(codes[seen], won[seen], int(codes.max()) + 1)[codes]
        tree.fit(values[seen, None], won[seen])
        predicted[unseen] = tree.predict_proba(values[unseen, None])[:, 1]
    return predicted


def auc_interval(auc: float, won: int, lost: int) -> tuple[float, float]:
    """Interval of 95 % for an area under the ROC curve.

    Parameters
    ----------
    auc : float
        As measured.
    won, lost : int
        Opportunities that it was measured on, not rows.

    Notes
    -----
    The areas that lie within 1.96 of their own standard error of the measured one, with the standard error
    of Hanley and McNeil (Radiology 143, 1982) and both numbers replaced by their mean: method 5 of Newcombe
    (Statistics in Medicine 25, 2006, 559-573). Unlike one around the measured area, it does not shrink to a
    point where a handful of opportunities are told apart without a mistake.

    Examples
    --------
    >>> [round(bound, 2) for bound in auc_interval(1.0, 5, 5)]
    [0.64, 1.0]
    >>> [round(bound, 3) for bound in auc_interval(0.98, 500, 500)]
    [0.969, 0.987]
    """
    half, width = (won + lost) / 2 - 1, float(norm.ppf(0.5 + CONFIDENCE / 2))

    def error(area: float) -> float:
        spread = 1 + half * ((1 - area) / (2 - area) + area / (1 + area))
        return width * float(np.sqrt(area * (1 - area) * spread / (won * lost)))

    def below(area: float) -> float:
        return inside - area - error(area)

    def above(area: float) -> float:
        return area - inside - error(area)

    least, most = _NEARLY_0, 1 - _NEARLY_0
    inside = min(max(auc, least), most)
    lower = brentq(below, least, inside) if below(least) > 0 else 0.0
    upper = brentq(above, inside, most) if above(most) > 0 else 1.0
    return float(lower), float(upper)


def share_interval(count: int, total: int) -> tuple[float, float]:
    """Interval of 95 % for a share (Clopper and Pearson, Biometrika 26, 1934).

    Parameters
    ----------
    count, total : int
        How many of how many; `total` is at least 1.

    Examples
    --------
    >>> [round(bound, 3) for bound in share_interval(36, 36)]
    [0.903, 1.0]
    """
    interval = binomtest(count, total).proportion_ci(CONFIDENCE, method="exact")
    return float(interval.low), float(interval.high)


def _codes(column: pd.Series) -> Integers:
    """Number the values: 0 for none, 1 for the rare ones together, then one for each of the others."""
    counts = column.value_counts()
    usual = pd.Categorical(column, categories=counts.index[counts >= LEAST])
    codes = usual.codes.astype(np.int64) + 2
    return np.where(codes > 1, codes, column.notna().to_numpy().astype(np.int64))


def _win_rates(codes: Integers, won: Floats, numbers: int) -> Floats:
    """Win rate of each code, those of few opportunities drawn to the rate of all."""
    wins = np.bincount(codes, weights=won, minlength=numbers)
    rates: Floats = (wins + won.mean()) / (np.bincount(codes, minlength=numbers) + 1)
    return rates
