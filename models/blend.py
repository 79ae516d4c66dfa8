"""The blend: boosted trees and an additive part, mixed by how much there is to learn from."""

from __future__ import annotations

from dataclasses import dataclass

import lightgbm
import numpy as np
import pandas as pd

from models import boosting
from models.boosting import Growth
from models.columns import Columns
from models.linear import LinearPart
from models.outcomes import Floats, Outcomes
from models.uncertainty import Uncertainty

MOST, HALF_OF_MOST = 0.5, 100.0
"""Share of the trees with endless data, and the number of independent outcomes with which it is half of that.

Most effects in sales simply add up, and trees need many more opportunities to learn that. On simulated
companies shares around 0.25 were best with 150 outcomes, around 0.4 with 400 (also on a table of real deals),
and around 0.5 with 3,700.
"""


class Recipe(Growth):
    """How a blend is made.

    Attributes
    ----------
    start : str, optional
        The column of stated probabilities that the additive part starts from.
    """

    start: str | None = None


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
        Of the trees, from 0 to `MOST`.
    uncertainty : Uncertainty
        Of the additive part.

    Examples
    --------
    Without any outcome the answer is what is stated.

    >>> X = pd.DataFrame({"stage_percentage": [0.25, 0.75]})
    >>> recipe = Recipe(trees=10, learning_rate=0.1, leaves=4, minimum_leaf=1.0, column_share=1.0, ridge=1.0,
    ...     seed=0, start="stage_percentage")
    >>> nothing = Outcomes(np.empty(0), np.empty(0))
    >>> blend = Blend.fit(X[:0], nothing, recipe)
    >>> blend.share, (1 / (1 + np.exp(-blend.log_odds(X)))).round(9).tolist()
    (0.0, [0.25, 0.75])
    """

    columns: Columns
    linear: LinearPart
    trees: lightgbm.Booster | None
    share: float
    uncertainty: Uncertainty

    @classmethod
    def fit(cls, X: pd.DataFrame, outcomes: Outcomes, recipe: Recipe) -> Blend:
        """Fit both parts.

        Parameters
        ----------
        X : pandas.DataFrame, shape (n, k)
            Numbers and categories.
        outcomes : Outcomes
            Of its rows, weights above 0; their sum is the number of independent outcomes.
        recipe : Recipe

        Returns
        -------
        Blend
        """
        columns = Columns.learn(X)
        values = columns.encode(X)
        linear = LinearPart.fit(values, columns, recipe.directions or {}, outcomes, recipe.start)
        uncertainty = Uncertainty.of(linear, values, outcomes)
        if len(np.unique(outcomes.won)) < 2:
            return cls(columns, linear, None, 0.0, uncertainty)
        independent = float(outcomes.weight.sum())
        share = MOST * independent / (independent + HALF_OF_MOST)
        trees = boosting.grow(recipe, values, columns, outcomes)
        return cls(columns, linear, trees, share, uncertainty)

    def log_odds(self, X: pd.DataFrame) -> Floats:
        """Log-odds of rows.

        Parameters
        ----------
        X : pandas.DataFrame, shape (n, k)
            The columns of the fit.

        Returns
        -------
        numpy.ndarray of float64, shape (n,)
        """
        values = self.columns.encode(X)
        linear = self.linear.log_odds(values)
        if self.trees is None:
            return linear
        return self.share * boosting.log_odds(self.trees, values) + (1 - self.share) * linear

    def contributions(self, X: pd.DataFrame) -> tuple[float, Floats]:
        """Share the log-odds of rows out among the columns.

        Parameters
        ----------
        X : pandas.DataFrame, shape (n, k)
            The columns of the fit.

        Returns
        -------
        float
            The base: mean log-odds over the rows of the fit.
        numpy.ndarray of float64, shape (n, k)
            With the base they add up to `log_odds`.
        """
        values = self.columns.encode(X)
        linear = self.linear.contributions(values)
        if self.trees is None:
            return self.linear.base, linear
        base, of_trees = boosting.contributions(self.trees, values)
        mean = self.share * base + (1 - self.share) * self.linear.base
        return mean, self.share * of_trees + (1 - self.share) * linear

    def standard_error(self, X: pd.DataFrame) -> Floats:
        """Tell how far the log-odds of rows may be off.

        Parameters
        ----------
        X : pandas.DataFrame, shape (n, k)
            The columns of the fit.

        Returns
        -------
        numpy.ndarray of float64, shape (n,)
            Standard deviations.
        """
        return self.uncertainty.standard_error(self.linear, self.columns.encode(X))
