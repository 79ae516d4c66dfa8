"""The blend: boosted trees and an additive part, mixed by how much there is to learn from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import lightgbm
import numpy as np
import pandas as pd

from winprob.features.matrix import Matrix
from winprob.models.measure.outcomes import Floats, Integers, Outcomes
from winprob.models.win import boosting
from winprob.models.win.columns import Columns
from winprob.models.win.imputation import Imputation
from winprob.models.win.imputed import Imputed
from winprob.models.win.linear import LinearPart
from winprob.models.win.parameters import Hyperparameters
from winprob.models.win.terms import Curve
from winprob.models.win.uncertainty import Uncertainty


@dataclass(frozen=True, eq=False)
class Blend:
    """Log-odds that are a mean of those of boosted trees and of an additive part.

    Attributes
    ----------
    columns : Columns
        Names and vocabulary of the matrix.
    linear : LinearPart
        The additive part.
    trees : lightgbm.Booster, optional
        None where there was only one outcome to learn from, or none.
    share : float
        Of the trees, from 0 to 1.
    missing : float
        See `Shrinkage`.
    uncertainty : Uncertainty
        Of the additive part.
    imputation : Imputation
        What is expected where something is not recorded.

    Examples
    --------
    Without any outcome the answer is what is stated.

    >>> X = pd.DataFrame({"stage_percentage": [0.25, 0.75]})
    >>> from winprob.models.win.win_model import WinModel
    >>> blend = WinModel(start="stage_percentage").fit(X[:0], np.empty(0)).blend_
    >>> blend.share, (1 / (1 + np.exp(-blend.evaluate(X).log_odds))).round(9).tolist()
    (0.0, [0.25, 0.75])
    """

    columns: Columns
    linear: LinearPart
    trees: lightgbm.Booster | None
    share: float
    missing: float
    uncertainty: Uncertainty
    imputation: Imputation

    @classmethod
    def fit(cls, X: pd.DataFrame, outcomes: Outcomes, parameters: Hyperparameters) -> Blend:
        """Fit both parts.

        Parameters
        ----------
        X : pandas.DataFrame, shape (n, k)
            Numbers and categories.
        outcomes : Outcomes
            Of its rows, weights above 0; their sum is the number of independent outcomes.
        parameters : Hyperparameters
        """
        columns = Columns.learn(X, parameters.relative_to)
        values = columns.encode(X)
        priors, shrinkage = parameters.priors, parameters.shrinkage
        directions, families = parameters.directions or {}, parameters.families or {}
        linear = LinearPart.fit(values, columns, directions, outcomes, parameters.start, priors)
        weight, rows = outcomes.weight, linear.evaluate(values)
        imputation = Imputation.learn(rows, weight, columns, families)
        trees, share, of_trees = None, 0.0, 0.0
        if len(np.unique(outcomes.won)) == 2:
            trees = boosting.grow(parameters, values, columns, outcomes)
            share = shrinkage.trees * weight.sum() / (weight.sum() + shrinkage.half_trees_at)
            added = boosting.log_odds(trees, values) - rows.log_odds
            of_trees = float(np.average(added**2, weights=weight))
        uncertainty = Uncertainty.of(rows, outcomes, of_trees, priors)
        return cls(columns, linear, trees, float(share), shrinkage.missing, uncertainty, imputation)

    def evaluate(self, X: pd.DataFrame | Matrix) -> BlendedRows:
        """Look at rows; what is not recorded is filled in once for all that is asked of them.

        Parameters
        ----------
        X : pandas.DataFrame or winprob.features.matrix.Matrix, shape (n, k)
            The columns of the fit.
        """
        imputed = self.imputation.impute(self.linear, self.columns, self.columns.read(X))
        return BlendedRows(self, imputed)

    @cached_property
    def base(self) -> float:
        """Mean log-odds over the rows of the fit: where contributions start from."""
        if self.trees is None:
            return (1 - self.share) * self.linear.base
        of_trees, _ = boosting.contributions(self.trees, np.full((1, len(self.columns.names)), np.nan))
        return self.share * of_trees + (1 - self.share) * self.linear.base

    @cached_property
    def learned_ranges(self) -> dict[str, tuple[float, float]]:
        """The lowest and the highest value that was learned from, of each column of numbers that had any.

        In the scale of the most frequent level where values compare within a category, see `Columns.offset`.
        """
        terms = zip(self.columns.names, self.linear.terms, strict=True)
        return {name: (term.values[0], term.values[-1]) for name, term in terms if isinstance(term, Curve)}

    @cached_property
    def always_recorded(self) -> frozenset[str]:
        """Names of the columns that had a value in every row of the fit."""
        recorded = zip(self.columns.names, self.imputation.always, strict=True)
        return frozenset(name for name, always in recorded if always)


@dataclass(frozen=True, eq=False)
class BlendedRows:
    """Rows of a matrix, as a blend sees them.

    Attributes
    ----------
    blend : Blend
    imputed : Imputed
        The rows, with what is not recorded filled in.
    """

    blend: Blend
    imputed: Imputed

    def take(self, rows: Integers) -> BlendedRows:
        """Take rows by position, each once, in that order."""
        return BlendedRows(self.blend, self.imputed.take(rows))

    @cached_property
    def log_odds(self) -> Floats:
        """Log-odds of the rows, shape (n,)."""
        imputed, blend = self.imputed, self.blend
        log_odds = np.asarray(blend.linear.base + imputed.added.sum(axis=1), dtype=np.float64)
        if blend.trees is not None:
            share = self._share_of_trees
            log_odds = share * boosting.log_odds(blend.trees, imputed.values) + (1 - share) * log_odds
        return imputed.towards_even * log_odds

    @property
    def base(self) -> float:
        """Where contributions start from."""
        return self.blend.base

    @cached_property
    def contributions(self) -> tuple[float, Floats]:
        """The mean log-odds over the rows of the fit, and what each column adds to it, shape (n, k).

        They add up to `log_odds`. What moves the log-odds because something is not recorded is given to the
        columns that it is about.
        """
        imputed, blend = self.imputed, self.blend
        of_line, base_of_line = imputed.added, blend.linear.base
        base_of_trees, of_trees = 0.0, np.zeros(of_line.shape)
        if blend.trees is not None:
            base_of_trees, of_trees = boosting.contributions(blend.trees, imputed.values)
        base = blend.base
        share = self._share_of_trees[:, np.newaxis]
        shares = share * of_trees + (1 - share) * of_line
        means = share * base_of_trees + (1 - share) * base_of_line
        factor = imputed.towards_even[:, np.newaxis]
        return base, factor * shares + imputed.parts * (factor * means - base)

    @cached_property
    def standard_error(self) -> Floats:
        """How far the log-odds may be off, as standard deviations, shape (n,)."""
        blend = self.blend
        doubted = blend.share - blend.share / (1 + blend.missing * self.imputed.total)
        return blend.uncertainty.standard_error(blend.linear, self.imputed, doubted)

    @property
    def _share_of_trees(self) -> Floats:
        """Trees answer for what is usual, not for the mean over what may be: the wider, the less they say."""
        return self.blend.share / (1 + self.blend.missing * self.imputed.of_numbers)
