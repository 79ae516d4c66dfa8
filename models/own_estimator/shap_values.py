"""Contributions by shap, where they are exact: they add up to the log-odds."""

from __future__ import annotations

import warnings
from typing import Any, Protocol

import numpy as np
from sklearn.base import ClassifierMixin

from winprob.features.mistake import Mistake
from winprob.models.measure.outcomes import Floats

ROUNDING = 1e-5
"""Trees that keep their leaves in single precision add up to no more digits."""


class NoExactContributions(Mistake):
    """An estimator of which nobody knows contributions that add up to its log-odds."""


class Explainer(Protocol):
    """An explainer of `shap`."""

    expected_value: Any

    def shap_values(self, X: Floats) -> Any:
        """Contributions of each number to each row, and perhaps to each class."""
        ...


def explainer_of(estimator: ClassifierMixin, usual: Floats | None) -> Explainer:
    """Find the explainer of a fitted estimator: that of trees, else that of linear models.

    Parameters
    ----------
    estimator : classifier
        Fitted to arrays.
    usual : numpy.ndarray of float64, shape (1, m), optional
        The mean row, from which a linear model departs; none where the estimator takes no numbers.

    Raises
    ------
    NoExactContributions
        If `shap` has neither, or is not installed.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what shap still uses of matplotlib
            import shap
    except ModuleNotFoundError as error:
        raise NoExactContributions(
            f"{type(estimator).__name__}: expected shap, which explains it, found it not installed; "
            "pip install 'winprob[estimators]'"
        ) from error
    if usual is None:
        raise NoExactContributions(_refusal(estimator, "a pipeline gets more than numbers"))
    for kind, beside in ((shap.TreeExplainer, ()), (shap.LinearExplainer, (usual,))):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                explainer: Explainer = kind(estimator, *beside)
                return explainer
        except Exception:  # noqa: BLE001 - each kind refuses what it does not know in its own way
            continue
    raise NoExactContributions(_refusal(estimator, "shap knows none of it"))


def contributions(estimator: ClassifierMixin, explainer: Explainer, values: Floats, log_odds: Floats) -> Any:
    """Share the log-odds of rows out among the numbers.

    Parameters
    ----------
    estimator : classifier
        Of which the explainer is.
    explainer : Explainer
    values : numpy.ndarray of float64, shape (n, m)
    log_odds : numpy.ndarray of float64, shape (n,)
        Of the rows, which base and contributions must add up to.

    Returns
    -------
    tuple of (float, numpy.ndarray of float64, shape (n, m))
        The base, and the contributions. What rounding leaves is shared out evenly.

    Raises
    ------
    NoExactContributions
        If they add up to something else.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = explainer.shap_values(values)
    shares = np.asarray(found[-1] if isinstance(found, list) else found, dtype=np.float64)
    if shares.ndim == 3:
        shares = shares[:, :, -1]
    base = float(np.ravel(explainer.expected_value)[-1])
    rest = log_odds - base - shares.sum(axis=1)
    if not np.allclose(rest, 0.0, atol=ROUNDING):
        raise NoExactContributions(
            _refusal(estimator, f"they miss the log-odds by up to {np.abs(rest).max():.3g}")
        )
    return base, shares + rest[:, np.newaxis] / shares.shape[1]


def _refusal(estimator: ClassifierMixin, found: str) -> str:
    return (
        f"{type(estimator).__name__}: expected contributions that add up to the log-odds, as boosted trees "
        f'and linear models have, found that {found}; take such an estimator, or state explain="none" '
        "(--explain none), and its answers have no reasons"
    )
