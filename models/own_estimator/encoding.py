"""A table as the numbers that an estimator takes, and which column each number is of."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.utils import get_tags

from winprob.features.timeline import Integers
from winprob.models.measure.outcomes import Floats
from winprob.models.win.columns import Columns

CATEGORIES, NUMBERS = "categories", "numbers"


def encoder_for(estimator: ClassifierMixin, columns: Columns, values: Floats) -> ColumnTransformer:
    """Fit what turns encoded columns into numbers that an estimator takes.

    A column that is never recorded is left out.

    Parameters
    ----------
    estimator : classifier
        Whether it takes gaps, its tags say.
    columns : Columns
    values : numpy.ndarray of float64, shape (n, k)
        The matrix of the fit, as `columns` encodes it: levels of categories are positions.

    Examples
    --------
    >>> import pandas as pd
    >>> from sklearn.linear_model import LogisticRegression
    >>> X = pd.DataFrame({"amount": [1.0, None, 3.0], "source": ["fair", "call", "fair"]})
    >>> columns = Columns.learn(X)
    >>> encoder = encoder_for(LogisticRegression(), columns, columns.encode(X))
    >>> encoder.transform(columns.encode(X)).round(3).tolist()
    [[0.0, 1.0, -1.225, -0.707], [1.0, 0.0, 0.0, 1.414], [0.0, 1.0, 1.225, -0.707]]
    >>> owners(encoder).tolist()
    [1, 1, 0, 0]
    """
    recorded = [place for place in range(len(columns.names)) if not np.isnan(values[:, place]).all()]
    numbers = [place for place in recorded if place not in columns.categories]
    categories = [place for place in recorded if place in columns.categories]
    steps: Any = "passthrough"
    if not get_tags(estimator).input_tags.allow_nan:
        steps = make_pipeline(
            SimpleImputer(strategy="median", add_indicator=True, keep_empty_features=True), StandardScaler()
        )
    one_by_one = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
    return ColumnTransformer([(CATEGORIES, one_by_one, categories), (NUMBERS, steps, numbers)]).fit(values)


def owners(encoder: ColumnTransformer) -> Integers:
    """Tell which column each number is of.

    Parameters
    ----------
    encoder : ColumnTransformer
        Fitted, of `encoder_for`.

    Returns
    -------
    numpy.ndarray of int64, shape (m,)
        Places of the columns.
    """
    (_, _, categories), (_, _, numbers) = encoder.transformers
    of_levels: list[int] = []
    if categories:
        levels = encoder.named_transformers_[CATEGORIES].categories_
        of_levels = np.repeat(categories, [len(own) for own in levels]).tolist()
    steps = encoder.named_transformers_[NUMBERS]
    gaps: list[int] = []
    if numbers and hasattr(steps, "named_steps"):
        gaps = np.asarray(numbers)[steps.named_steps["simpleimputer"].indicator_.features_].tolist()
    return np.array([*of_levels, *numbers, *gaps], np.int64)


def by_column(values: Floats, owner: Integers, columns: int) -> Floats:
    """Add up what the numbers of each column contribute.

    Parameters
    ----------
    values : numpy.ndarray of float64, shape (n, m)
    owner : numpy.ndarray of int64, shape (m,)
        Of `owners`.
    columns : int
        How many there are.

    Returns
    -------
    numpy.ndarray of float64, shape (n, columns)

    Examples
    --------
    >>> by_column(np.array([[1.0, 2.0, 4.0]]), np.array([1, 1, 0]), 2).tolist()
    [[4.0, 3.0]]
    """
    return np.asarray(values @ (owner[:, np.newaxis] == np.arange(columns)).astype(np.float64))
