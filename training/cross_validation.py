"""Train a model on a flat table without dates: tested by cross-validation, identical rows in one fold."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd
from sklearn.base import ClassifierMixin, clone
from sklearn.model_selection import StratifiedGroupKFold

from winprob.features.contract import OPPORTUNITIES
from winprob.features.texts import Texts
from winprob.features.timeline import Floats, Integers
from winprob.models.bundle.bundle import Bundle
from winprob.models.bundle.manifest import CrossValidation, Data, Manifest
from winprob.models.bundle.trained_model import TrainedModel
from winprob.models.measure.rules import StageWinRates
from winprob.models.own_estimator.own_estimator import Contributions
from winprob.models.win.calibrated import CalibratedClassifier
from winprob.training.digest import digest
from winprob.training.fit import Trained
from winprob.training.flat.flat_table import FlatTable, InvalidTable
from winprob.training.judge.card import draw_up
from winprob.training.judge.evaluation import evaluate, rule_probabilities
from winprob.training.leaks.first_snapshots import table_snapshots
from winprob.training.leaks.search import settle
from winprob.training.learn.recipe import model_parameters, untrained
from winprob.training.progress import Progress, silent

FOLDS, REPEATS = 10, 5


def train_table(
    table: FlatTable,
    *,
    model: ClassifierMixin | None = None,
    explain: Contributions = "shap",
    allow: Collection[str] = (),
    seed: int | None = None,
    progress: Progress = silent,
) -> Trained:
    """Train a model on a flat table.

    Each row is predicted by models of the other folds, with folds that keep identical rows together: rows
    that differ in nothing but the outcome would otherwise be asked of a model that has learned them by heart.
    This is repeated with folds drawn anew; the measures are over all repeats. The model that is kept learns
    from all rows. It is not calibrated: there are no later rows to calibrate on, and a line fitted on other
    folds only adds their noise.

    Parameters
    ----------
    table : FlatTable
    model : classifier, optional
    explain : {"shap", "none"}
        As for `winprob.training.fit.train`.
    allow : collection of str
        Features that may seem to know the ending, see `winprob.training.leaks`.
    seed : int, optional
        Of the model and of the folds, the model's own if left out: the same table and seed give the same
        model to the last bit.
    progress : callable
        Told before each step.

    Returns
    -------
    Trained
        Its rows are those of the table, once for each repeat.

    Raises
    ------
    winprob.training.flat.flat_table.InvalidTable
        If there are too few distinct rows won or lost for the folds.
    winprob.training.leaks.Leaking
        If features that are not allowed seem to know the ending; gives the evidence.

    Examples
    --------
    ``train_table(read_flat_table("deals.csv", "map.toml"))``
    """
    X, won, groups = table.matrix(), pd.Series(table.won.astype(float)), table.groups
    _enough(table)
    recipe = untrained(table.history.playbook, table.history.attributes, seed, model, explain)
    leaks = settle(table_snapshots(table), allow, table.left_out)
    probability, rules = [], []
    for repeat in range(REPEATS):
        folds = _folds(X, won, groups, recipe.seed + repeat)
        progress(f"cross-validation {repeat + 1} of {REPEATS}", repeat, REPEATS + 1)
        probability.append(_out_of_fold(recipe, X, won, folds))
        rules.append(_rules(X, won, folds))
    progress("model", REPEATS, REPEATS + 1)
    served: CalibratedClassifier = clone(recipe).fit(X, won)
    stacked = np.tile(np.arange(len(X)), REPEATS)
    weight = np.full(len(stacked), 1 / REPEATS)
    index = X.index[stacked]
    evaluation = evaluate(
        won[stacked].set_axis(index),
        pd.Series(weight, index=index),
        np.concatenate(probability),
        {name: _joined([each[name] for each in rules]) for name in rules[0]},
    )
    history = table.history
    manifest = Manifest.of(
        served,
        history.playbook,
        history.attributes,
        metrics=evaluation.metrics,
        data=_data(table),
        validation=CrossValidation(folds=FOLDS, repeats=REPEATS, groups=int(groups.max()) + 1),
        leaks=leaks,
    )
    card = draw_up(served, history.playbook, manifest, evaluation, X.iloc[stacked])
    stage_win_rates = StageWinRates.fit(X, won)
    trained_model = TrainedModel(served, history.playbook, history.attributes, stage_win_rates)
    bundle = Bundle.of(trained_model, manifest, card)
    parameters = {"folds": FOLDS, "repeats": REPEATS, **model_parameters(served)}
    snapshots = table.snapshots.iloc[stacked].reset_index(drop=True)
    return Trained(bundle, evaluation, X.iloc[stacked], snapshots, history, parameters)


def _folds(X: pd.DataFrame, won: pd.Series[float], groups: Integers, seed: int) -> Integers:
    """Number of the fold that each row is in."""
    fold = np.empty(len(X), np.int64)
    splitter = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=seed)
    for number, (_, rows) in enumerate(splitter.split(X, won, groups)):
        fold[rows] = number
    return fold


def _out_of_fold(
    recipe: CalibratedClassifier, X: pd.DataFrame, won: pd.Series[float], folds: Integers
) -> Floats:
    """Probabilities of each row by a model that did not learn from its fold."""
    probability = np.empty(len(X))
    for number in range(FOLDS):
        out = folds == number
        probability[out] = clone(recipe).fit(X[~out], won[~out]).predict_proba(X[out])[:, 1]
    return probability


def _rules(X: pd.DataFrame, won: pd.Series[float], folds: Integers) -> dict[str, Floats | None]:
    """Probabilities of each row by rules that learned from the other folds."""
    ones = pd.Series(np.ones(len(X)))
    found: dict[str, Floats] = {}
    for number in range(FOLDS):
        out = folds == number
        for name, probability in rule_probabilities(X[~out], won[~out], ones[~out], X[out]).items():
            whole = found.setdefault(name, np.full(len(X), np.nan))
            whole[out] = np.nan if probability is None else probability
    return {name: None if np.isnan(probability).any() else probability for name, probability in found.items()}


def _joined(parts: list[Floats | None]) -> Floats | None:
    given = [part for part in parts if part is not None]
    return np.concatenate(given) if given else None


def _enough(table: FlatTable) -> None:
    for name, chosen in (("won", table.won), ("lost", ~table.won)):
        distinct = len(np.unique(table.groups[chosen]))
        if distinct < FOLDS:
            problem = (
                f"expected at least {FOLDS} distinct rows {name}, found {distinct}; add closed opportunities"
            )
            raise InvalidTable(table.file, [problem])


def _data(table: FlatTable) -> Data:
    won = int(table.won.sum())
    outcome = np.where(table.won, "won", "lost")
    known = table.history.tables[OPPORTUNITIES].with_columns({"outcome": Texts.of(outcome.tolist())})
    return Data(
        rows=len(table.won),
        opportunities=len(table.won),
        won=won,
        lost=len(table.won) - won,
        open=0,
        digest=digest(table.history.with_table(OPPORTUNITIES, known)),
    )
