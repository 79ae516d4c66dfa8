"""The win model and its peers on the same rows: who learned from what, and what each said of the rest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.model_selection import StratifiedGroupKFold

from benchmarks.naive_bayes import NaiveBayes
from benchmarks.peer_models import learn_and_predict, peers
from winprob.features.history import History
from winprob.models.bundle.card import Estimate
from winprob.models.measure.metrics import Metrics, measure
from winprob.training.cross_validation import FOLDS, REPEATS, train_table
from winprob.training.fit import train
from winprob.training.flat.flat_table import FlatTable
from winprob.training.judge.bootstrap import Bootstrap
from winprob.training.judge.evaluation import MODEL, Evaluation

NAIVE_BAYES = "naive Bayes (Odoo)"
ORACLE = "best possible"

Oracle = Callable[[pd.Index, pd.Index], np.ndarray]
"""From opportunity ids and moments to the true probabilities."""


@dataclass(frozen=True)
class Contest:
    """Forecasts of rows that nobody had learned from.

    Attributes
    ----------
    name : str
        What is predicted.
    won, weight : pandas.Series, shape (n,)
        What became of the rows, and how many rows each stands for; indexed by ``opportunity_id`` and moment.
    forecasts : dict of str to numpy.ndarray of float64, shape (n,)
        Probabilities of winning by the win model (`MODEL`), its rules and its peers.
    """

    name: str
    won: pd.Series
    weight: pd.Series
    forecasts: dict[str, np.ndarray]

    def measured(self) -> dict[str, Metrics]:
        """Measure each forecast."""
        return {name: measure(self.won, p, self.weight) for name, p in self.forecasts.items()}

    def worse_than_ours(self) -> dict[str, Estimate]:
        """Log loss of each forecast above the win model's, with its 95 % interval over opportunities."""
        losses = {name: _losses(self.won.to_numpy(), p) for name, p in self.forecasts.items()}
        differences = np.column_stack([loss - losses[MODEL] for loss in losses.values()])
        ids = self.won.index.get_level_values("opportunity_id")
        found = Bootstrap.of(ids, self.weight.to_numpy()).means(differences)
        return dict(zip(losses, found, strict=True))


def dated(
    name: str, history: History, as_of: pd.Timestamp | None = None, oracle: Oracle | None = None
) -> Contest:
    """Let all learn from what `training.train` learns from, and predict what it is tested on.

    Parameters
    ----------
    name : str
        What is predicted.
    history : History
    as_of : pandas.Timestamp, optional
        End of the history.
    oracle : callable, optional
        Knows the true probabilities.
    """
    trained = train(history, as_of)
    known, later = trained.past[-1].round.past, trained.features
    X, rows = known.X, known.rows.reset_index(drop=True)
    said = _ours(trained.evaluation)
    for peer, make in peers().items():
        said[peer] = learn_and_predict(make, X, rows["won"], rows["sample_weight"], later)
    closing = ~rows.duplicated("opportunity", keep="last")
    said[NAIVE_BAYES] = _naive_bayes(X[closing.to_numpy()], rows["won"][closing], later)
    if oracle is not None:
        said[ORACLE] = oracle(later.index.get_level_values(0), later.index.get_level_values(1))
    return Contest(name, trained.evaluation.rows["won"], trained.evaluation.rows["weight"], said)


def cross_validated(name: str, table: FlatTable) -> Contest:
    """Let all predict each row of a flat table by the folds of `training.cross_validation`.

    Parameters
    ----------
    name : str
        What is predicted.
    table : FlatTable
    """
    evaluation = train_table(table).evaluation
    X, won = table.matrix(), pd.Series(table.won.astype(float))
    said = {peer: np.empty((REPEATS, len(X))) for peer in (*peers(), NAIVE_BAYES)}
    for repeat in range(REPEATS):
        folds = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=repeat)
        for learned, asked in folds.split(X, won, table.groups):
            sides = X.iloc[learned], won.iloc[learned]
            for peer, make in peers().items():
                said[peer][repeat, asked] = learn_and_predict(
                    make, *sides, pd.Series(np.ones(len(learned))), X.iloc[asked]
                )
            said[NAIVE_BAYES][repeat, asked] = _naive_bayes(*sides, X.iloc[asked])
    forecasts = _ours(evaluation) | {peer: p.ravel() for peer, p in said.items()}
    return Contest(name, evaluation.rows["won"], evaluation.rows["weight"], forecasts)


def _ours(evaluation: Evaluation) -> dict[str, np.ndarray]:
    """Give what the win model and its rules said."""
    return {
        name: column.to_numpy() for name, column in evaluation.rows.drop(columns=["won", "weight"]).items()
    }


def _naive_bayes(X: pd.DataFrame, won: pd.Series, later: pd.DataFrame) -> np.ndarray:
    fields = list(X.select_dtypes("category"))
    model = NaiveBayes().fit(X[fields], won, X["stage_position"])
    return model.predict(later[fields], later["stage_position"])


def _losses(won: np.ndarray, probability: np.ndarray) -> np.ndarray:
    """Log loss of each row, as `winprob.models.measure.metrics.log_loss` averages it."""
    tiny = np.finfo(np.float64).eps
    p = np.clip(probability, tiny, 1 - tiny)
    return -np.log(np.where(won > 0, p, 1 - p))
