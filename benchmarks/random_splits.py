"""What an AUC on random splits of a table with identical rows is worth."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.model_selection import GroupShuffleSplit, StratifiedShuffleSplit
from sklearn.pipeline import Pipeline

from benchmarks.peer_models import Make, learn_and_predict, random_forest
from winprob.models.measure.metrics import auc
from winprob.training.flat.flat_table import FlatTable
from winprob.training.learn.recipe import untrained

SPLITS, TEST_SHARE = 30, 0.2

Learner = Callable[[np.ndarray, np.ndarray], np.ndarray]
"""From the numbers of the rows to learn from and of those to predict to probabilities."""


@dataclass(frozen=True)
class Worth:
    """Mean AUC of a model over 80:20 splits.

    Attributes
    ----------
    model : str
    random : float
        Rows drawn at random: identical ones are on both sides.
    grouped : float
        Identical rows on one side.
    """

    model: str
    random: float
    grouped: float


def worth_of_random_splits(table: FlatTable) -> list[Worth]:
    """Split a table 30 times at random, and 30 times with identical rows on one side.

    Returns
    -------
    list of Worth
        Of the win model, of a random forest, and of one grown to the last row, as by default.
    """
    X, won = table.matrix(), pd.Series(table.won.astype(float))
    ones = pd.Series(np.ones(len(X)))

    def peer(make: Make) -> Learner:
        return lambda learned, asked: learn_and_predict(
            make, X.iloc[learned], won[learned], ones[learned], X.iloc[asked]
        )

    def ours(learned: np.ndarray, asked: np.ndarray) -> np.ndarray:
        model = untrained(table.history.playbook, table.history.attributes, seed=0)
        return model.fit(X.iloc[learned], won[learned]).predict_proba(X.iloc[asked])[:, 1]

    def mean_auc(learner: Learner, splits: Iterator[tuple[np.ndarray, np.ndarray]]) -> float:
        return float(np.mean([auc(won[asked], learner(learned, asked)) for learned, asked in splits]))

    def measured(name: str, learner: Learner) -> Worth:
        at_random = StratifiedShuffleSplit(SPLITS, test_size=TEST_SHARE, random_state=0)
        grouped = GroupShuffleSplit(SPLITS, test_size=TEST_SHARE, random_state=0)
        return Worth(
            name,
            random=mean_auc(learner, at_random.split(X, won)),
            grouped=mean_auc(learner, grouped.split(X, won, table.groups)),
        )

    return [
        measured("model", ours),
        measured("random forest", peer(random_forest)),
        measured("random forest grown out", peer(_grown_out)),
    ]


def twins(table: FlatTable) -> float:
    """Share of the rows of random test sides that have an identical row to learn from."""
    at_random = StratifiedShuffleSplit(SPLITS, test_size=TEST_SHARE, random_state=0)
    found = [
        np.isin(table.groups[asked], table.groups[learned]).mean()
        for learned, asked in at_random.split(table.groups, table.won)
    ]
    return float(np.mean(found))


def _grown_out(X: pd.DataFrame, few: bool) -> Pipeline:
    return random_forest(X, few).set_params(randomforestclassifier__min_samples_leaf=1)
