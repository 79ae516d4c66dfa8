"""A fitted estimator from elsewhere: log-odds, how far they may be off, and contributions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import logit
from sklearn.base import ClassifierMixin, clone
from sklearn.compose import ColumnTransformer
from sklearn.pipeline import Pipeline
from sklearn.utils.validation import has_fit_parameter

from winprob.features.timeline import Integers
from winprob.models.measure.outcomes import Floats, Outcomes
from winprob.models.own_estimator.encoding import by_column, encoder_for, owners
from winprob.models.own_estimator.shap_values import Explainer, contributions, explainer_of
from winprob.models.win.columns import Columns
from winprob.models.win.parameters import Priors

OPPORTUNITY = "opportunity_id"
"""The level of the index whose rows are drawn together."""
CERTAIN = 1e-12
"""As near to 0 and 1 as a probability in double precision tells its log-odds to six digits."""


@dataclass(frozen=True, eq=False)
class FittedEstimator:
    """An estimator fitted to all rows, and again to opportunities weighted at random.

    Attributes
    ----------
    columns : Columns
        Names and vocabulary of the matrix.
    always : frozenset of str
        Columns that had a value in every row of the fit.
    ranges : dict of str to (float, float)
        Lowest and highest value of each column of numbers that had any.
    start : str, optional
        The column of stated probabilities.
    rate : float
        Share of the rows that were won, by Laplace's rule.
    extreme : float
        No probability is nearer to 0 or 1.
    encoder : ColumnTransformer, optional
        Of `encoder_for`; none for a pipeline, which gets the table.
    estimator : classifier, optional
        None where not both outcomes had been seen: what is stated is the answer then.
    again : tuple of classifier
        Fitted to opportunities weighted at random.
    usual : numpy.ndarray of float64, shape (1, m), optional
        The mean row of numbers; none for a pipeline.
    """

    columns: Columns
    always: frozenset[str]
    ranges: dict[str, tuple[float, float]]
    start: str | None
    rate: float
    extreme: float
    encoder: ColumnTransformer | None = None
    estimator: ClassifierMixin | None = None
    again: tuple[ClassifierMixin, ...] = ()
    usual: Floats | None = None

    @classmethod
    def fit(
        cls,
        recipe: ClassifierMixin,
        X: pd.DataFrame,
        outcomes: Outcomes,
        start: str | None,
        resamples: int,
        extreme: float,
        seed: int,
    ) -> FittedEstimator:
        """Fit an estimator; parameters as of `winprob.models.own_estimator.own_estimator.OwnEstimator`.

        Parameters
        ----------
        recipe : classifier
            Not fitted, and not changed.
        X : pandas.DataFrame, shape (n, k)
        outcomes : Outcomes
            Of its rows, weights above 0.
        start, resamples, extreme, seed
            As described there.

        Raises
        ------
        ValueError
            If the estimator refuses the rows.
        """
        columns = Columns.learn(X)
        values = columns.encode(X)
        known = ~np.isnan(values)
        ranges = {
            name: (float(values[known[:, place], place].min()), float(values[known[:, place], place].max()))
            for place, name in enumerate(columns.names)
            if name not in columns.levels and known[:, place].any()
        }
        always = frozenset(name for place, name in enumerate(columns.names) if known[:, place].all())
        plain = cls(columns, always, ranges, start, outcomes.smoothed_rate, extreme)
        if outcomes.only_outcome is not None or not len(outcomes):
            return plain
        encoder = None if isinstance(recipe, Pipeline) else encoder_for(recipe, columns, values)
        table = X if encoder is None else encoder.transform(values)
        usual = None if encoder is None else np.average(table, axis=0, weights=outcomes.weight)[np.newaxis]
        rng = np.random.default_rng(seed)
        estimator = _fitted(recipe, table, outcomes, rng, seed)
        groups = _opportunities(X)
        again = tuple(
            _fitted(recipe, table, _reweighted(outcomes, groups, rng), rng, seed) for _ in range(resamples)
        )
        return cls(columns, always, ranges, start, plain.rate, extreme, encoder, estimator, again, usual)

    @cached_property
    def explainer(self) -> Explainer:
        """What gives contributions of the estimator."""
        return explainer_of(self.estimator, self.usual)

    def numbers(self, X: pd.DataFrame) -> Any:
        """What the estimator takes, of rows."""
        values = self.columns.encode(X)
        return X if self.encoder is None else self.encoder.transform(values)

    def log_odds(self, estimator: ClassifierMixin, numbers: Any) -> Floats:
        """Log-odds that one of the estimators gives, shape (n,)."""
        p = np.asarray(estimator.predict_proba(numbers), dtype=np.float64)[:, 1]
        return np.asarray(logit(np.clip(p, self.extreme, 1 - self.extreme)))

    def stated(self, X: pd.DataFrame) -> Floats:
        """Log-odds that are stated, or those of the fit's rate where nothing is, shape (n,)."""
        if self.start is None:
            return np.full(len(X), float(logit(self.rate)))
        stated = X[self.start].to_numpy(dtype=np.float64, na_value=np.nan)
        p = np.where(np.isnan(stated), self.rate, stated)
        return np.asarray(logit(np.clip(p, self.extreme, 1 - self.extreme)))


@dataclass(frozen=True, eq=False)
class FittedRows:
    """Rows of a matrix, as a fitted estimator sees them.

    Attributes
    ----------
    fitted : FittedEstimator
    X : pandas.DataFrame, shape (n, k)
    gives_reasons : bool
        Whether columns are told apart.
    """

    fitted: FittedEstimator
    X: pd.DataFrame
    gives_reasons: bool

    def take(self, rows: Integers) -> FittedRows:
        """Take rows by position, each once, in that order."""
        return replace(self, X=self.X.take(rows))

    @cached_property
    def log_odds(self) -> Floats:
        """Log-odds of the rows, shape (n,)."""
        fitted = self.fitted
        if fitted.estimator is None:
            return fitted.stated(self.X)
        return fitted.log_odds(fitted.estimator, self._numbers)

    @cached_property
    def standard_error(self) -> Floats:
        """Standard deviation over the estimators that were fitted again, shape (n,).

        With few of them their mean is off as well, which the factor allows for.
        """
        fitted = self.fitted
        if not fitted.again:
            return np.full(
                len(self.X), Priors().intercept
            )  # what is stated is believed as the win model does
        spread = np.std([fitted.log_odds(each, self._numbers) for each in fitted.again], axis=0, ddof=1)
        return np.asarray(spread * np.sqrt(1 + 1 / len(fitted.again)))

    @property
    def base(self) -> float:
        """Log-odds before anything is known of a row."""
        return replace(self, X=self.X.iloc[:1]).contributions[0]

    @cached_property
    def contributions(self) -> tuple[float, Floats]:
        """The base, and what each column adds to it, shape (n, k): they add up to `log_odds`.

        Where columns are not told apart the base is the fit's rate, and one column stands for all.

        Raises
        ------
        winprob.models.own_estimator.shap_values.NoExactContributions
            If there are none that do.
        """
        fitted = self.fitted
        base, places = float(logit(fitted.rate)), len(fitted.columns.names)
        if not self.gives_reasons:
            return base, (self.log_odds - base)[:, np.newaxis]
        if fitted.estimator is None:
            shares = np.zeros((len(self.X), places))
            if fitted.start is not None:
                shares[:, fitted.columns.names.index(fitted.start)] = self.log_odds - base
            return base, shares
        base, shares = contributions(fitted.estimator, fitted.explainer, self._numbers, self.log_odds)
        return base, by_column(shares, owners(fitted.encoder), places)

    @cached_property
    def _numbers(self) -> Any:
        return self.fitted.numbers(self.X)


def _fitted(
    recipe: ClassifierMixin, table: Any, outcomes: Outcomes, rng: np.random.Generator, seed: int
) -> ClassifierMixin:
    """Fit one, by weights or, if it takes none, to rows drawn by them."""
    estimator = clone(recipe)
    states = [name for name in estimator.get_params() if name.rpartition("__")[2] == "random_state"]
    free = [name for name in states if estimator.get_params()[name] is None]
    estimator.set_params(**dict.fromkeys(free, seed))
    name, last = "sample_weight", estimator
    if isinstance(estimator, Pipeline):
        step, last = estimator.steps[-1]
        name = f"{step}__sample_weight"
    won = outcomes.won.astype(np.int64)
    if has_fit_parameter(last, "sample_weight"):
        return estimator.fit(table, won, **{name: outcomes.weight})
    weight = outcomes.weight
    drawn = np.sort(rng.choice(len(won), max(round(weight.sum()), 1), p=weight / weight.sum()))
    return estimator.fit(table.iloc[drawn] if isinstance(table, pd.DataFrame) else table[drawn], won[drawn])


def _opportunities(X: pd.DataFrame) -> Integers:
    """Number of the opportunity that each row is of; each row its own where the index does not say."""
    if OPPORTUNITY not in X.index.names:
        return np.arange(len(X))
    return pd.factorize(X.index.get_level_values(OPPORTUNITY))[0].astype(np.int64)


def _reweighted(outcomes: Outcomes, groups: Integers, rng: np.random.Generator) -> Outcomes:
    by_chance = rng.exponential(size=groups.max() + 1)[groups]
    weight = outcomes.weight * by_chance
    return Outcomes(outcomes.won, weight * (outcomes.weight.sum() / weight.sum()))
