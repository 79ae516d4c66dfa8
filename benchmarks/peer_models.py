"""What others would train on the same matrix, each with settings that its users would choose.

All take weights, and all get those of the win model. Where trees are boosted, learning is slow and trees are
small, more so with few opportunities: with the libraries' defaults they learn the weeks of an opportunity,
which share one ending, by heart. The settings were chosen on a company other than those reported, and the
rounds for few opportunities also on folds of the table of real deals other than those reported.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
import pandas as pd
from lightgbm import LGBMClassifier
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler

Make = Callable[[pd.DataFrame, bool], Pipeline]
"""Makes an estimator, not fitted yet, for a matrix of few opportunities or of many."""

FEW = 1000
"""With fewer opportunities than that a user chooses less to learn."""


@cache
def peers() -> dict[str, Make]:
    """List the peers that are installed; says once which are not.

    Returns
    -------
    dict of str to callable
        By name.
    """
    found: dict[str, Make] = {
        "logistic regression": logistic_regression,
        "random forest": random_forest,
        "HistGradientBoosting": hist_gradient_boosting,
        "plain LightGBM": plain_lightgbm,
    }
    for name, make in (("CatBoost", catboost), ("EBM (interpret)", explainable_boosting)):
        try:
            make(pd.DataFrame({"stage_position": [0.0]}), True)
        except ImportError as missing:
            print(f"without {name}: {missing}; pip install -c constraints.txt -e '.[benchmark]'")
        else:
            found[name] = make
    return found


def learn_and_predict(
    make: Make, X: pd.DataFrame, won: pd.Series, weight: pd.Series, later: pd.DataFrame
) -> np.ndarray:
    """Fit a peer and let it predict other rows.

    Parameters
    ----------
    make : callable
        One of `peers`.
    X : pandas.DataFrame, shape (n, k)
        A matrix of `winprob.features.build`. Columns without any value are left out.
    won, weight : pandas.Series, shape (n,)
        What became of the rows, and how many opportunities each stands for.
    later : pandas.DataFrame, shape (m, k)
        The rows to predict; categories that `X` lacks are missing.

    Returns
    -------
    numpy.ndarray of float64, shape (m,)
        Probabilities of winning.
    """
    X = X.dropna(axis="columns", how="all").reset_index(drop=True)
    model = make(X, weight.sum() < FEW)
    weights = {f"{model.steps[-1][0]}__sample_weight": weight.to_numpy()}
    model.fit(X, won.to_numpy(int), **weights)
    later = later[X.columns].reset_index(drop=True)
    levels = {
        name: later[name].cat.set_categories(X[name].cat.categories) for name in X.select_dtypes("category")
    }
    return model.predict_proba(later.assign(**levels))[:, 1]


def logistic_regression(_: pd.DataFrame, __: bool) -> Pipeline:
    """Ridge-penalised, on standardised numbers with indicators of missing ones, and one-hot categories."""
    return make_pipeline(_numbers_and_levels(), LogisticRegression(C=0.1, max_iter=2000))


def random_forest(_: pd.DataFrame, __: bool) -> Pipeline:
    """300 trees whose leaves have 5 rows or more."""
    forest = RandomForestClassifier(300, min_samples_leaf=5, random_state=0)
    return make_pipeline(_numbers_and_levels(), forest)


def hist_gradient_boosting(_: pd.DataFrame, few: bool) -> Pipeline:
    """Scikit-learn's boosting with native categories; without early stopping, which would split at random."""
    return make_pipeline(
        HistGradientBoostingClassifier(
            learning_rate=0.03,
            max_iter=200 if few else 300,
            max_leaf_nodes=4 if few else 15,
            categorical_features="from_dtype",
            early_stopping=False,
            random_state=0,
        )
    )


def plain_lightgbm(_: pd.DataFrame, few: bool) -> Pipeline:
    """LightGBM with native categories, without directions or an additive part."""
    return make_pipeline(
        LGBMClassifier(
            learning_rate=0.03,
            n_estimators=200 if few else 300,
            num_leaves=4 if few else 15,
            n_jobs=1,
            random_state=0,
            verbose=-1,
        )
    )


def catboost(X: pd.DataFrame, few: bool) -> Pipeline:
    """CatBoost; its statistics of categories would learn an opportunity's end from its other weeks."""
    from catboost import CatBoostClassifier

    categories = list(X.select_dtypes("category"))
    model = CatBoostClassifier(
        iterations=200 if few else 300,
        learning_rate=0.03 if few else 0.05,
        depth=4,
        cat_features=categories,
        one_hot_max_size=50,
        thread_count=1,
        random_seed=0,
        verbose=False,
        allow_writing_files=False,
    )
    return make_pipeline(FunctionTransformer(_as_texts), model)


def explainable_boosting(_: pd.DataFrame, few: bool) -> Pipeline:
    """The explainable boosting machine; its own stopping, by rows drawn at random, would come too late."""
    from interpret.glassbox import ExplainableBoostingClassifier

    machine = ExplainableBoostingClassifier(
        max_rounds=50 if few else 100, interactions=10, outer_bags=4, max_bins=256, n_jobs=1, random_state=0
    )
    return make_pipeline(FunctionTransformer(_as_texts), machine)


def _numbers_and_levels() -> Pipeline:
    numbers = make_pipeline(SimpleImputer(strategy="median", add_indicator=True), StandardScaler())
    levels = make_pipeline(
        SimpleImputer(strategy="constant", fill_value="missing"), OneHotEncoder(handle_unknown="ignore")
    )
    return make_column_transformer(
        (numbers, make_column_selector(dtype_include="number")),
        (levels, make_column_selector(dtype_include="category")),
        sparse_threshold=0.0,
    )


def _as_texts(X: pd.DataFrame) -> pd.DataFrame:
    levels = list(X.select_dtypes("category"))
    return X.assign(**{name: X[name].astype(object).fillna("missing").astype(str) for name in levels})
