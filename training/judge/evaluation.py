"""How good a model proved to be, beside the rules that it replaces, on the same rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from winprob.features.timeline import Floats
from winprob.models.measure.metrics import Metrics, measure
from winprob.models.measure.rules import RULES, Rule

MODEL = "model"


@dataclass(frozen=True, eq=False)
class Evaluation:
    """Probabilities of rows that the model did not learn from, and what became of them.

    Attributes
    ----------
    rows : pandas.DataFrame
        Indexed as the matrix: ``won`` (1.0 or 0.0), ``weight``, and a column of probabilities for ``model``
        and for each rule that applies.
    model : Metrics
        Of the model.
    rules : dict of str to Metrics or None
        Of each rule by its name; none for a rule that applies to no row.
    """

    rows: pd.DataFrame
    model: Metrics
    rules: dict[str, Metrics | None]

    @property
    def metrics(self) -> dict[str, Metrics | None]:
        """Of ``model`` and each rule by its name."""
        return {MODEL: self.model, **self.rules}

    @property
    def unbeaten(self) -> dict[str, Metrics]:
        """The rules that apply and whose log loss the model does not beat."""
        applying = {name: rule for name, rule in self.rules.items() if rule is not None}
        return {name: rule for name, rule in applying.items() if not self.model.log_loss < rule.log_loss}


def evaluate(
    won: pd.Series[float], weight: pd.Series[float], model: Floats, rules: Mapping[str, Floats | None]
) -> Evaluation:
    """Measure the model and the rules on the same rows.

    Parameters
    ----------
    won : pandas.Series, shape (n,)
        1.0 for won, 0.0 for lost.
    weight : pandas.Series, shape (n,)
        How many rows each stands for.
    model : numpy.ndarray of float64, shape (n,)
        The model's probabilities.
    rules : mapping of str to numpy.ndarray of float64, shape (n,), or None
        The rules' probabilities; none for a rule that does not apply.

    Examples
    --------
    >>> import numpy as np
    >>> won, weight = pd.Series([1.0, 0.0]), pd.Series([1.0, 1.0])
    >>> rules = {"stage": np.array([0.9, 0.1]), "competition": None}
    >>> found = evaluate(won, weight, np.array([0.8, 0.3]), rules)
    >>> list(found.unbeaten), round(found.model.brier, 3)
    (['stage'], 0.065)
    """
    given = {name: probability for name, probability in rules.items() if probability is not None}
    return Evaluation(
        pd.DataFrame({"won": won, "weight": weight, MODEL: model, **given}),
        measure(won, model, weight),
        {name: measure(won, given[name], weight) if name in given else None for name in rules},
    )


def rule_probabilities(
    train: pd.DataFrame, won: pd.Series[float], weight: pd.Series[float], test: pd.DataFrame
) -> dict[str, Floats | None]:
    """Let every rule learn what it needs from some rows and say what it thinks of others.

    Parameters
    ----------
    train : pandas.DataFrame
        A matrix of `winprob.features.build`.
    won, weight : pandas.Series
        Of the rows of `train`.
    test : pandas.DataFrame
        The matrix to predict.

    Returns
    -------
    dict of str to numpy.ndarray of float64, shape (n_test,), or None
        By the rule's name; none where it applies to no row of `test`.

    Examples
    --------
    >>> import numpy as np
    >>> columns = {"stage_percentage": [0.5], "competition_rule": [np.nan], "stage_position": [1.0]}
    >>> X, one = pd.DataFrame(columns), pd.Series([1.0])
    >>> found = rule_probabilities(X, one, one, X)
    >>> found["stage"], found["competition"], found["stage_win_rate"].round(2)
    (array([0.5]), None, array([0.67]))
    """
    fitted: list[Rule] = [rule.fit(train, won, weight) for rule in RULES]
    return {rule.name: rule.predict_proba(test)[:, 1] if rule.applies(test) else None for rule in fitted}
