"""Importance: how much each family of features moves the probabilities of the test rows."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from winprob.features.catalogue import Feature
from winprob.features.message import Wording
from winprob.features.timeline import Integers
from winprob.models.bundle.card import Importance
from winprob.models.win.calibrated import CalibratedClassifier

EXPLAINED = 1000
"""Rows explained at most."""


def evenly(rows: int, most: int = EXPLAINED) -> Integers:
    """Choose rows, evenly spaced.

    Parameters
    ----------
    rows : int
        How many there are.
    most : int
        How many are wanted at most.

    Returns
    -------
    numpy.ndarray of int64, shape (min(rows, most),)
        Their positions in order.

    Examples
    --------
    >>> evenly(5, 3).tolist()
    [0, 2, 4]
    """
    return np.linspace(0, rows - 1, min(rows, most)).round().astype(np.int64)


def importance(
    model: CalibratedClassifier,
    catalogue: tuple[Feature, ...],
    names: Mapping[str, Wording],
    X: pd.DataFrame,
    weight: pd.Series[float],
) -> tuple[Importance, ...]:
    """Explain some of the rows and sum up by family.

    Within a row the contributions of a family's features are added before their size is taken: what one says
    and another takes back moves nothing.

    Parameters
    ----------
    model : CalibratedClassifier
    catalogue : tuple of Feature
        Of the columns of `X`.
    names : mapping of str to Wording
        What people call each family, by its code.
    X : pandas.DataFrame, shape (n, k)
    weight : pandas.Series, shape (n,)
        How many rows each stands for.

    Returns
    -------
    tuple of Importance
        From the family that moves probabilities most; empty if there are no rows.

    Examples
    --------
    ``importance(model, catalogue(playbook), family_names(playbook), X, weight)[0].name.en``
    """
    if X.empty:
        return ()
    some = evenly(len(X))
    families = model.explain(X.iloc[some]).by_family({each.name: each.family for each in catalogue})
    of_rows = weight.to_numpy()[some]
    log_odds, points = (
        dict(zip(sizes, np.average(sizes.abs(), axis=0, weights=of_rows), strict=True))
        for sizes in (families.contributions, families.points)
    )
    found = [
        Importance(family=code, name=name, log_odds=log_odds[code], points=points[code])
        for code, name in names.items()
        if code in points
    ]
    return tuple(sorted(found, key=lambda each: -each.points))
