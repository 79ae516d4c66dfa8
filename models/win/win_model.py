"""The win model: a scikit-learn classifier whose probabilities are calibrated and explained exactly."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.utils.validation import check_is_fitted

from winprob.features.matrix import Matrix as FeatureMatrix
from winprob.models.measure.outcomes import Outcomes, row_weights
from winprob.models.win import store
from winprob.models.win.blend import Blend, BlendedRows
from winprob.models.win.calibrated import CalibratedClassifier
from winprob.models.win.calibration import LogOddsCalibration
from winprob.models.win.columns import Columns
from winprob.models.win.estimator import Matrix
from winprob.models.win.labels import labels_of, two_classes
from winprob.models.win.parameters import (
    GROUPS,
    CalibrationPriors,
    Hyperparameters,
    Priors,
    Shrinkage,
)


class WinModel(CalibratedClassifier):
    """A scikit-learn classifier of two outcomes, made for open sales opportunities.

    Its log-odds are a mean of those of boosted trees (LightGBM), which find what works only together, and of
    an additive logistic regression; the fewer independent outcomes, the less the trees have to say. The
    regression may start from stated probabilities, such as the fixed percentages of the stages, and earns
    every departure from them: then any number of outcomes will do, even none. Give each opportunity the say
    of one, however many rows it has. First `fit`, then `calibrate` on later rows, then predict; without
    `calibrate` the log-odds are served as they are.

    Parameters
    ----------
    directions : mapping of str to {-1, 0, 1}, optional
        Columns whose value may only lower (-1) or raise (1) the probability. Names that `X` lacks do not
        matter, so the whole catalogue can be passed. A missing value has no direction.
    trees : int
        Rounds of boosting.
    learning_rate : float
        Share of each tree's answer that is taken.
    leaves : int
        Leaves of a tree at most.
    minimum_leaf : float
        Least information in a leaf, the sum of weight · p · (1 - p) over its rows: 5 is 20 rows at even odds.
    column_share : float
        Share of the columns that each tree may look at.
    ridge : float
        Shrinkage of leaves, in the unit of `minimum_leaf`: a leaf with as much information is believed half.
    seed : int
        Of all draws. The same seed and rows give the same model to the last bit.
    start : str, optional
        The column of stated probabilities to start from; labels must be 0 and 1 then if one may be missing.
    families : mapping of str to str, optional
        The family of each column, such as that of the catalogue: what a CRM records together, or not at all.
    relative_to : mapping of str to str, optional
        Of number columns, the category within which their values compare, such as amounts of one currency.
    priors : Priors, optional
        Of the additive part.
    shrinkage : Shrinkage, optional
        Of the trees.
    calibration : CalibrationPriors, optional
        Of the line that `calibrate` fits.

    Attributes
    ----------
    classes_ : numpy.ndarray of shape (2,)
        The labels; the second is the one whose probability is told ("won" after "lost", 1 after 0).
    n_features_in_ : int
        Columns in the fit.
    feature_names_in_ : numpy.ndarray of str
        Their names, if `X` had any.
    blend_ : Blend
        The trees and the additive part.
    calibration_ : LogOddsCalibration
        The line from the blend's log-odds to those that are served.

    Examples
    --------
    >>> X = pd.DataFrame({"stage_position": [0.0, 1.0, 2.0, 3.0] * 50, "source": ["fair", "call"] * 100})
    >>> y = np.array([0, 0, 1, 1] * 50)
    >>> model = WinModel(directions={"stage_position": 1}).fit(X[:120], y[:120])
    >>> model = model.calibrate(model.decision_function(X[120:]), y[120:])
    >>> model.predict(X[:4])
    array([0, 0, 1, 1])
    >>> why = model.explain(X[:4])
    >>> bool(np.allclose(why.log_odds, model.decision_function(X[:4]), atol=1e-9))
    True
    """

    def __init__(
        self,
        directions: Mapping[str, int] | None = None,
        *,
        trees: int = 150,
        learning_rate: float = 0.12,
        leaves: int = 12,
        minimum_leaf: float = 2.0,
        column_share: float = 0.2,
        ridge: float = 6.0,
        seed: int = 0,
        start: str | None = None,
        families: Mapping[str, str] | None = None,
        relative_to: Mapping[str, str] | None = None,
        priors: Priors | None = None,
        shrinkage: Shrinkage | None = None,
        calibration: CalibrationPriors | None = None,
    ) -> None:
        self.directions = directions
        self.trees = trees
        self.learning_rate = learning_rate
        self.leaves = leaves
        self.minimum_leaf = minimum_leaf
        self.column_share = column_share
        self.ridge = ridge
        self.seed = seed
        self.start = start
        self.families = families
        self.relative_to = relative_to
        self.priors = priors
        self.shrinkage = shrinkage
        self.calibration = calibration

    def fit(self, X: Matrix, y: npt.ArrayLike, sample_weight: npt.ArrayLike | None = None) -> Self:
        """Fit both parts; an earlier calibration is forgotten.

        Parameters
        ----------
        X : pandas.DataFrame or array-like of shape (n, k)
            Numbers and, in a DataFrame, categories (category or text). NaN and None are missing.
        y : array-like of shape (n,)
            Two labels.
        sample_weight : array-like of shape (n,), optional
            How many independent outcomes each row stands for; rows of weight 0 are as if not there.

        Raises
        ------
        ValueError
            If there are not two classes, or a parameter, column or weight is not as described.
        """
        parameters = self.checked_parameters()
        table = self._table(X, reset=True)
        labels = labels_of(y, len(table))
        weight = row_weights(sample_weight, len(table))
        table, labels, weight = table[weight > 0], labels[weight > 0], weight[weight > 0]
        self.classes_ = two_classes(labels, one_will_do=self.start is not None)
        won = (labels == self.classes_[1]).astype(np.float64)
        self.blend_ = Blend.fit(table, Outcomes(won, weight), parameters)
        self.calibration_ = LogOddsCalibration()
        return self

    def checked_parameters(self) -> Hyperparameters:
        """Check the parameters.

        Raises
        ------
        ValueError
            If one is not as described.
        """
        groups = {name: self._group(name) for name in GROUPS}
        return Hyperparameters.model_validate(self.get_params(deep=False) | groups)

    def _rows(self, table: pd.DataFrame | FeatureMatrix) -> BlendedRows:
        return self.blend_.evaluate(table)

    def save(self, folder: str | Path) -> Path:
        """Write the model as text, ``booster.txt`` and ``model.json``, into a folder; gives the folder.

        It is made if it is not there; files of an earlier model in it are replaced.
        """
        check_is_fitted(self)
        saved = store.SavedModel.of(
            self.blend_,
            parameters=self.checked_parameters(),
            classes=tuple(self.classes_.tolist()),
            named=hasattr(self, "feature_names_in_"),
            calibration=self.calibration_,
        )
        return store.write(Path(folder), saved, self.blend_.trees)

    @classmethod
    def load(cls, folder: str | Path) -> Self:
        """Read a model that `save` wrote, with exactly the same answers.

        Raises
        ------
        DamagedModel
            If a file is missing, cut off or changed.
        """
        saved, trees = store.read(Path(folder))
        model = cls(**dict(saved.parameters))
        model.blend_ = saved.blend(trees)
        return model._restored(saved.classes, saved.calibration, saved.named)

    @property
    def columns_(self) -> Columns:
        """Names and vocabulary of the columns of the fit."""
        return self.blend_.columns

    @property
    def learned_ranges_(self) -> dict[str, tuple[float, float]]:
        """As `winprob.models.win.blend.Blend.learned_ranges`."""
        return self.blend_.learned_ranges

    @property
    def always_recorded_(self) -> frozenset[str]:
        """Names of the columns that had a value in every row of the fit."""
        return self.blend_.always_recorded
