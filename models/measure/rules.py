"""The fixed rules that a model must beat: stage percentages, competition, stage win rates, base rate."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Annotated, Literal, Self

import numpy as np
import numpy.typing as npt
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from winprob.features.playbook import Playbook
from winprob.models.measure.outcomes import Floats, Outcomes


class Rule(BaseModel, ABC):
    """A rule that gives a probability where it applies, and the base rate elsewhere.

    Rules are values: `fit` makes one, ``model_dump`` and ``model_validate`` write and read it.

    Attributes
    ----------
    name : str
        The rule's code.
    base_rate : float
        Laplace-smoothed share of won rows in the fit: (won + 1) / (rows + 2).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    base_rate: float = Field(gt=0.0, lt=1.0)

    @classmethod
    def fit(cls, X: pd.DataFrame, y: npt.ArrayLike, sample_weight: npt.ArrayLike | None = None) -> Self:  # noqa: ARG003
        """Learn what the rule needs of past rows.

        Parameters
        ----------
        X : pandas.DataFrame, shape (n, k)
            The matrix of `winprob.features.build`.
        y : array-like of shape (n,)
            1 for won, 0 for lost.
        sample_weight : array-like of shape (n,), optional
            How many rows each row stands for.
        """
        return cls.model_validate({"base_rate": Outcomes.of(y, sample_weight).smoothed_rate})

    def predict_proba(self, X: pd.DataFrame) -> Floats:
        """Probability of losing and of winning.

        Parameters
        ----------
        X : pandas.DataFrame, shape (n, k)
            The matrix of `winprob.features.build`.

        Returns
        -------
        numpy.ndarray of float64, shape (n, 2)

        Raises
        ------
        ValueError
            If the column that the rule reads is not there.
        """
        ruled = self._ruled(X)
        won = np.where(np.isnan(ruled), self.base_rate, ruled)
        return np.column_stack([1.0 - won, won])

    def applies(self, X: pd.DataFrame) -> bool:
        """Whether the rule has its say on any row; one that never has is no rival to beat.

        Parameters
        ----------
        X : pandas.DataFrame, shape (n, k)
            The matrix of `winprob.features.build`.

        Raises
        ------
        ValueError
            If the column that the rule reads is not there.
        """
        return bool((~np.isnan(self._ruled(X))).any())

    @abstractmethod
    def _ruled(self, X: pd.DataFrame) -> Floats:
        """Give the rule's probability of winning for each row, NaN where it does not apply."""


class StagePercentage(Rule):
    """The playbook's fixed percentage of the seller's stage.

    Examples
    --------
    >>> X = pd.DataFrame({"stage_percentage": [0.5, None]})
    >>> StagePercentage.fit(X, y=[1, 0]).predict_proba(X)[:, 1]
    array([0.5, 0.5])
    """

    name: Literal["stage"] = "stage"

    def _ruled(self, X: pd.DataFrame) -> Floats:
        return _column(self.name, X, "stage_percentage")


class CompetitionRule(Rule):
    """With n competitors 1 / (n + 1); without any 0.80, since even then a deal can come to nothing.

    Examples
    --------
    >>> X = pd.DataFrame({"competition_rule": [0.8, 0.25]})
    >>> CompetitionRule.fit(X, y=[1, 0]).predict_proba(X)[:, 1]
    array([0.8 , 0.25])
    """

    name: Literal["competition"] = "competition"

    def _ruled(self, X: pd.DataFrame) -> Floats:
        return _column(self.name, X, "competition_rule")


class StageWinRates(Rule):
    """The share of past rows in a stage that were won in the end, Laplace-smoothed.

    Attributes
    ----------
    rates : dict of int to float
        For each position of a stage seen in the fit, (won + 1) / (rows + 2). A stage never seen gets the
        base rate.

    Examples
    --------
    >>> X = pd.DataFrame({"stage_position": [0.0, 0.0, 1.0]})
    >>> StageWinRates.fit(X, y=[0, 0, 1]).rates
    {0: 0.25, 1: 0.6666666666666666}
    """

    name: Literal["stage_win_rate"] = "stage_win_rate"
    rates: dict[int, Annotated[float, Field(gt=0.0, lt=1.0)]]

    @classmethod
    def fit(cls, X: pd.DataFrame, y: npt.ArrayLike, sample_weight: npt.ArrayLike | None = None) -> Self:
        """Count wins by stage.

        Parameters
        ----------
        X : pandas.DataFrame, shape (n, k)
            The matrix of `winprob.features.build`.
        y : array-like of shape (n,)
            1 for won, 0 for lost.
        sample_weight : array-like of shape (n,), optional
            How many rows each row stands for.

        Raises
        ------
        ValueError
            If ``stage_position`` is not there.
        """
        outcomes = Outcomes.of(y, sample_weight)
        stage = _column("stage_win_rate", X, "stage_position")
        counts = pd.DataFrame({"won": outcomes.won * outcomes.weight, "rows": outcomes.weight})
        counts = counts.groupby(stage).sum()
        rates = (counts["won"] + 1.0) / (counts["rows"] + 2.0)
        learnt = {int(position): float(rate) for position, rate in zip(counts.index, rates, strict=True)}
        return cls(base_rate=outcomes.smoothed_rate, rates=learnt)

    def _ruled(self, X: pd.DataFrame) -> Floats:
        stage = _column(self.name, X, "stage_position")
        ruled = np.full(len(stage), np.nan)
        for position, rate in self.rates.items():
            ruled[stage == position] = rate
        return ruled


class BaseRate(Rule):
    """The share of past rows that were won, for everybody.

    Examples
    --------
    >>> X = pd.DataFrame(index=range(3))
    >>> BaseRate.fit(X, y=[0, 0, 1]).predict_proba(X)[:, 1]
    array([0.4, 0.4, 0.4])
    """

    name: Literal["base_rate"] = "base_rate"

    def _ruled(self, X: pd.DataFrame) -> Floats:
        return np.full(len(X), self.base_rate)


RULES: tuple[type[Rule], ...] = (StagePercentage, CompetitionRule, StageWinRates, BaseRate)
"""Every rule, in the order of reports."""

AnyRule = Annotated[StagePercentage | CompetitionRule | StageWinRates | BaseRate, Field(discriminator="name")]
"""The type of a field that holds any of the rules, told apart by name."""


def rule_within(playbook: Playbook, position: Floats, days: Floats) -> Floats:
    """Tell how likely the playbook's rules with a horizon say it is to win within some days, at least.

    Parameters
    ----------
    playbook : Playbook
    position : numpy.ndarray of float64, shape (n,)
        Position of the stage from 0; missing or below 0 before the first.
    days : numpy.ndarray of float64, shape (m,)
        From the moment.

    Returns
    -------
    numpy.ndarray of float64, shape (n, m)
        Missing where no rule says anything of so few days, or of the stage.

    Examples
    --------
    >>> from winprob.features.playbook import load_playbook
    >>> rule_within(load_playbook("big-project"), np.array([4.0, 3.0]), np.array([89.0, 90.0])).tolist()
    [[nan, 0.5], [nan, nan]]
    """
    stated = np.full((len(position), len(days)), np.nan)
    for place, stage in enumerate(playbook.stages):
        if stage.within is not None:
            said = np.where(days >= stage.within.days, stage.within.probability, np.nan)
            stated[position == place] = said
    return stated


def _column(rule: str, X: pd.DataFrame, name: str) -> Floats:
    if name not in X:
        raise ValueError(
            f"rule {rule}: expected the column {name}, found none of that name among {X.shape[1]} columns; "
            "build the matrix with winprob.features.build"
        )
    return X[name].to_numpy(dtype=np.float64, na_value=np.nan)
