"""Labels of a classifier's rows, checked before anything is learnt from them."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.utils import assert_all_finite, column_or_1d
from sklearn.utils.multiclass import check_classification_targets

Labels = npt.NDArray[Any]


def labels_of(y: npt.ArrayLike, rows: int) -> Labels:
    """Check labels.

    Parameters
    ----------
    y : array-like of shape (rows,)
        Numbers, flags or text.
    rows : int
        How many there must be.

    Returns
    -------
    numpy.ndarray of shape (rows,)

    Raises
    ------
    ValueError
        If their number differs, or one is missing, infinite or a fraction.

    Examples
    --------
    >>> labels_of(["won", "lost"], 2).tolist()
    ['won', 'lost']
    """
    labels = column_or_1d(y, warn=True)
    if len(labels) != rows:
        raise ValueError(f"y: expected one label for each of {rows} rows, found {len(labels)}")
    assert_all_finite(labels, input_name="y")
    check_classification_targets(labels)
    return np.asarray(labels)


def two_classes(labels: Labels, *, one_will_do: bool = False) -> Labels:
    """Find the two classes.

    Parameters
    ----------
    labels : numpy.ndarray of shape (n,)
        Of the rows that count.
    one_will_do : bool
        Whether labels of 0 and 1 may lack one of them, or both.

    Returns
    -------
    numpy.ndarray of shape (2,)
        Sorted.

    Raises
    ------
    ValueError
        If there is one class or more than two.

    Examples
    --------
    >>> two_classes(np.array(["won", "lost", "won"])).tolist()
    ['lost', 'won']
    >>> two_classes(np.array([1.0, 1.0]), one_will_do=True).tolist()
    [0.0, 1.0]
    """
    classes = np.unique(labels)
    if one_will_do and np.isin(classes, [0, 1]).all():
        return np.array([0, 1], dtype=classes.dtype)
    if len(classes) > 2:
        raise ValueError(
            "y: Only binary classification is supported. The type of the target is multiclass. "
            f"Expected two classes, found {len(classes)}: {classes.tolist()[:5]}"
        )
    if len(classes) < 2:
        raise ValueError(
            f"y: expected two classes, found one class only, {classes.tolist()[:1]} in all {len(labels)} "
            "rows that count; fit on a longer period"
        )
    return np.asarray(classes)
