"""Any scikit-learn classifier as a model of the win probability."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Self, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.base import ClassifierMixin
from sklearn.utils.validation import check_is_fitted

from winprob.features.matrix import Matrix as FeatureMatrix
from winprob.features.mistake import Mistake
from winprob.models.measure.outcomes import Outcomes, row_weights
from winprob.models.own_estimator import store
from winprob.models.own_estimator.fitted import CERTAIN, FittedEstimator, FittedRows
from winprob.models.win.calibrated import CalibratedClassifier
from winprob.models.win.calibration import LogOddsCalibration
from winprob.models.win.columns import Columns
from winprob.models.win.estimator import Matrix
from winprob.models.win.labels import labels_of, two_classes
from winprob.models.win.parameters import CalibrationPriors

Contributions = Literal["shap", "none"]
TRIED = 100
"""Rows of a fit on which it is tried whether contributions are exact."""


class UnusableEstimator(Mistake):
    """An estimator that cannot be a model of the win probability: says why and what to do."""


class OwnEstimator(CalibratedClassifier):
    """A classifier from elsewhere, calibrated, explained and stored as the win model is.

    A pipeline gets the table as it is. Any other estimator gets numbers: categories one by one as 0 and 1,
    and, if it takes no gaps, the median in their place with a column of 0 and 1 beside it, standardised.
    An estimator that takes no sample weights learns from as many rows as there are independent outcomes,
    drawn by their weights. Until both outcomes have been seen, the stated probabilities are the answer.

    Parameters
    ----------
    estimator : classifier
        Of scikit-learn or like it, with ``predict_proba``; not fitted.
    contributions : {"shap", "none"}
        Whether contributions are those of `shap`, which must be exact: they add up to the log-odds. They are
        for boosted trees and linear models. With ``"none"`` all columns together have one
        contribution, and nobody knows which of them counts.
    start : str, optional
        The column of stated probabilities that answers until both outcomes have been seen.
    resamples : int
        How many more times it is fitted, to opportunities weighted at random (Rubin, The Bayesian bootstrap,
        Annals of Statistics 9, 1981), to tell how far it may be off. With 5 a range costs five fits more,
        and its width is told to about a third.
    extreme : float
        Without contributions, a probability nearer to 0 or 1 than this is taken for it: a vote of all trees
        of a forest, or of all neighbours, is no certainty.
    seed : int
        Of all draws, also of the estimator's own where it states none.
    calibration : CalibrationPriors, optional
        Of the line that `calibrate` fits.

    Attributes
    ----------
    classes_, calibration_, n_features_in_, feature_names_in_
        As in `winprob.models.win.win_model.WinModel`.
    fitted_ : FittedEstimator

    Examples
    --------
    >>> from sklearn.linear_model import LogisticRegression
    >>> X = pd.DataFrame({"stage_position": [0.0, 1.0, 2.0, 3.0] * 50, "source": ["fair", "call"] * 100})
    >>> model = OwnEstimator(LogisticRegression()).fit(X, [0, 0, 1, 1] * 50)
    >>> why = model.explain(X[:4])
    >>> bool(np.allclose(why.log_odds, model.decision_function(X[:4]), atol=1e-9))
    True
    """

    def __init__(
        self,
        estimator: ClassifierMixin,
        contributions: Contributions = "shap",
        *,
        start: str | None = None,
        resamples: int = 5,
        extreme: float = 0.001,
        seed: int = 0,
        calibration: CalibrationPriors | None = None,
    ) -> None:
        self.estimator = estimator
        self.contributions = contributions
        self.start = start
        self.resamples = resamples
        self.extreme = extreme
        self.seed = seed
        self.calibration = calibration

    def fit(self, X: Matrix, y: npt.ArrayLike, sample_weight: npt.ArrayLike | None = None) -> Self:
        """Fit the estimator; an earlier calibration is forgotten.

        Parameters
        ----------
        X : pandas.DataFrame or array-like of shape (n, k)
            Numbers and, in a DataFrame, categories (category or text). NaN and None are missing. Rows with
            the same ``opportunity_id`` in the index are drawn together.
        y : array-like of shape (n,)
            Two labels.
        sample_weight : array-like of shape (n,), optional
            How many independent outcomes each row stands for; rows of weight 0 are as if not there.

        Raises
        ------
        UnusableEstimator
            If the estimator cannot be fitted to these rows, tells no probabilities, or has no exact
            contributions and `contributions` asks for them.
        ValueError
            If there are not two classes, or a parameter, column or weight is not as described.
        """
        self._check()
        table = self._table(X, reset=True)
        labels = labels_of(y, len(table))
        weight = row_weights(sample_weight, len(table))
        table, labels, weight = table[weight > 0], labels[weight > 0], weight[weight > 0]
        self.classes_ = two_classes(labels, one_will_do=self.start is not None)
        outcomes = Outcomes((labels == self.classes_[1]).astype(np.float64), weight)
        try:
            self.fitted_ = FittedEstimator.fit(
                self.estimator, table, outcomes, self.start, self.resamples, self._extreme, self.seed
            )
        except ValueError as error:
            won = int(outcomes.won.sum())
            raise UnusableEstimator(
                f"{type(self.estimator).__name__}: expected to be fitted to {len(table)} rows, {won} of them "
                f"won, found that it refuses: {error}; change its parameters, or put what it needs before it "
                "in a pipeline"
            ) from error
        if self.gives_reasons:
            _ = self._rows(table[:TRIED]).contributions  # refused now, not when somebody asks
        self.calibration_ = LogOddsCalibration()
        return self

    def _rows(self, table: pd.DataFrame | FeatureMatrix) -> FittedRows:
        X = table.frame if isinstance(table, FeatureMatrix) else table
        return FittedRows(self.fitted_, X, self.gives_reasons)

    @property
    def gives_reasons(self) -> bool:
        """Whether `explain` tells columns apart."""
        return self.contributions == "shap"

    @property
    def _extreme(self) -> float:
        return CERTAIN if self.gives_reasons else self.extreme

    def _check(self) -> None:
        if self.contributions not in get_args(Contributions):
            expected = " or ".join(get_args(Contributions))
            raise ValueError(f"contributions: expected {expected}, found {self.contributions!r}")
        if self.resamples < 2:
            raise ValueError(f"resamples: expected 2 or more, found {self.resamples}")
        if not 0 < self.extreme < 0.5:
            raise ValueError(f"extreme: expected a probability above 0 and below 0.5, found {self.extreme}")
        if not hasattr(self.estimator, "predict_proba"):
            raise UnusableEstimator(
                f"{type(self.estimator).__name__}: expected an estimator with predict_proba, found none; "
                "wrap it in sklearn.calibration.CalibratedClassifierCV"
            )
        store.check_storable(self.estimator)

    def save(self, folder: str | Path) -> Path:
        """Write the model, ``estimator.json`` and ``estimator.skops``, into a folder; gives the folder.

        It is made if it is not there; files of an earlier model in it are replaced. Nothing is pickled; the
        source of a class of one's own is stored with it.
        """
        check_is_fitted(self)
        saved = store.SavedEstimator(
            classes=tuple(self.classes_.tolist()),
            named=hasattr(self, "feature_names_in_"),
            contributions=self.contributions,
            start=self.start,
            resamples=self.resamples,
            extreme=self.extreme,
            seed=self.seed,
            priors=CalibrationPriors.model_validate(self._group("calibration")),
            calibration=self.calibration_,
            modules=getattr(self, "_modules", {}),
            **{name: getattr(self.fitted_, name) for name in ("columns", "always", "ranges", "rate")},
        )
        parts = {name: getattr(self.fitted_, name) for name in ("encoder", "estimator", "again", "usual")}
        return store.write(Path(folder), saved, {"recipe": self.estimator, **parts})

    @classmethod
    def load(cls, folder: str | Path) -> Self:
        """Read a model that `save` wrote, with exactly the same answers.

        Raises
        ------
        winprob.models.win.store.DamagedModel
            If a file is missing, cut off or changed, or a library that the estimator needs is not installed.
        """
        saved, parts = store.read(Path(folder))
        model = cls(
            parts.pop("recipe"),
            saved.contributions,
            start=saved.start,
            resamples=saved.resamples,
            extreme=saved.extreme,
            seed=saved.seed,
            calibration=saved.priors,
        )
        model._modules = saved.modules  # they cannot be imported, and are stored again with it
        model.fitted_ = FittedEstimator(
            saved.columns, saved.always, saved.ranges, saved.start, saved.rate, model._extreme, **parts
        )
        return model._restored(saved.classes, saved.calibration, saved.named)

    @property
    def columns_(self) -> Columns:
        """Names and vocabulary of the columns of the fit."""
        return self.fitted_.columns

    @property
    def learned_ranges_(self) -> dict[str, tuple[float, float]]:
        """The lowest and the highest value that was learned from, of each column of numbers that had any."""
        return self.fitted_.ranges

    @property
    def always_recorded_(self) -> frozenset[str]:
        """Names of the columns that had a value in every row of the fit."""
        return self.fitted_.always
