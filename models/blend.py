"""The blend: boosted trees and an additive part, mixed by how much there is to learn from."""

from __future__ import annotations

from dataclasses import dataclass

import lightgbm
import numpy as np
import pandas as pd

from models import boosting
from models.boosting import Growth
from models.columns import Columns
from models.completed import Completed
from models.completion import Completion
from models.linear import LinearPart
from models.outcomes import Floats, Outcomes
from models.uncertainty import Uncertainty

MOST, HALF_OF_MOST = 0.5, 100.0
"""Share of the trees with endless data, and the number of independent outcomes with which it is half of that.

Most effects in sales simply add up, and trees need many more opportunities to learn that. On simulated
companies shares around 0.25 were best with 150 outcomes, around 0.4 with 400 (also on a table of real deals),
and around 0.5 with 3,700.
"""

DOUBT = 100.0
"""How fast the share of the trees falls with the variance of what is not recorded: with 0.01 it is half.

Trees take what is usual for what is the case: most deals have reached somebody, so all count as if they had.
The additive part does not. Settled on two simulated companies.
"""


class Recipe(Growth):
    """How a blend is made.

    Attributes
    ----------
    start : str, optional
        The column of stated probabilities that the additive part starts from.
    families : dict of str to str, optional
        The family of each column: what is recorded together.
    """

    start: str | None = None
    families: dict[str, str] | None = None


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
    completion : Completion
        What is expected where something is not recorded.

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
    completion: Completion

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
        completion = Completion.learn(linear, values, outcomes.weight, columns, recipe.families or {})
        if len(np.unique(outcomes.won)) < 2:
            return cls(columns, linear, None, 0.0, Uncertainty.of(linear, values, outcomes), completion)
        independent = float(outcomes.weight.sum())
        share = MOST * independent / (independent + HALF_OF_MOST)
        trees = boosting.grow(recipe, values, columns, outcomes)
        added = boosting.log_odds(trees, values) - linear.log_odds(values)
        of_trees = float(np.average(added**2, weights=outcomes.weight))
        uncertainty = Uncertainty.of(linear, values, outcomes, of_trees)
        return cls(columns, linear, trees, share, uncertainty, completion)

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
        completed = self._completed(X)
        log_odds = np.asarray(self.linear.base + completed.added.sum(axis=1), dtype=np.float64)
        if self.trees is not None:
            share = self._share_of_trees(completed)
            log_odds = share * boosting.log_odds(self.trees, completed.values) + (1 - share) * log_odds
        return completed.towards_even * log_odds

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
            With the base they add up to `log_odds`. What moves the log-odds because something is not recorded
            is given to the columns that it is about.
        """
        completed = self._completed(X)
        of_line, base_of_line = completed.added, self.linear.base
        base_of_trees, of_trees = 0.0, np.zeros(of_line.shape)
        if self.trees is not None:
            base_of_trees, of_trees = boosting.contributions(self.trees, completed.values)
        base = self.share * base_of_trees + (1 - self.share) * base_of_line
        share = self._share_of_trees(completed)[:, np.newaxis]
        shares = share * of_trees + (1 - share) * of_line
        means = share * base_of_trees + (1 - share) * base_of_line
        factor = completed.towards_even[:, np.newaxis]
        return base, factor * shares + completed.parts * (factor * means - base)

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
        completed = self._completed(X)
        doubted = self.share - self.share / (1 + DOUBT * completed.total)
        return self.uncertainty.standard_error(self.linear, completed, doubted)

    def _completed(self, X: pd.DataFrame) -> Completed:
        return self.completion.complete(self.linear, self.columns, self.columns.read(X))

    def _share_of_trees(self, completed: Completed) -> Floats:
        """Trees answer for what is usual, not for the mean over what may be: the wider, the less they say."""
        return self.share / (1 + DOUBT * completed.of_numbers)
