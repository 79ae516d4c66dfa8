"""What every model of the win probability has: calibrated log-odds, ranges and contributions."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import expit
from sklearn.utils.validation import check_is_fitted

from winprob.features.families import UNEXPLAINED
from winprob.features.matrix import Matrix as FeatureMatrix
from winprob.models.measure.outcomes import Floats
from winprob.models.win.calibration import LogOddsCalibration
from winprob.models.win.columns import Columns
from winprob.models.win.estimator import Matrix, TableClassifier
from winprob.models.win.evaluation import COVERAGE, Evaluation, Rows
from winprob.models.win.explanation import Explanation
from winprob.models.win.parameters import CalibrationPriors


class CalibratedClassifier(TableClassifier):
    """A classifier whose log-odds a straight line calibrates: probabilities, ranges and reasons follow.

    First `fit`, then `calibrate` on later rows, then predict; without `calibrate` the log-odds are served as
    they are. A subclass fits `classes_` and `calibration_`, and says how it sees rows.

    Attributes
    ----------
    classes_ : numpy.ndarray of shape (2,)
        The labels; the second is the one whose probability is told ("won" after "lost", 1 after 0).
    calibration_ : LogOddsCalibration
        The line from the model's own log-odds to those that are served.
    seed : int
        Of all draws.
    """

    classes_: npt.NDArray[Any]
    calibration_: LogOddsCalibration
    seed: int

    @abstractmethod
    def _rows(self, table: pd.DataFrame | FeatureMatrix) -> Rows:
        """Look at rows, before they are calibrated."""

    @property
    @abstractmethod
    def columns_(self) -> Columns:
        """Names and vocabulary of the columns of the fit."""

    @property
    @abstractmethod
    def learned_ranges_(self) -> dict[str, tuple[float, float]]:
        """The lowest and the highest value that was learned from, of each column of numbers that had any.

        In the scale of the most frequent level where values compare within a category, see `Columns.offset`.
        """

    @property
    @abstractmethod
    def always_recorded_(self) -> frozenset[str]:
        """Names of the columns that had a value in every row of the fit."""

    @property
    def gives_reasons(self) -> bool:
        """Whether `explain` tells columns apart."""
        return True

    @abstractmethod
    def save(self, folder: str | Path) -> Path:
        """Write the model into a folder, which is made if it is not there; gives the folder."""

    def _restored(self, classes: Sequence[Any], calibration: LogOddsCalibration, named: bool) -> Self:
        """What a fit leaves beside what is fitted, of a model that is read."""
        self.classes_, self.calibration_ = np.array(classes), calibration
        self.n_features_in_ = len(self.columns_.names)
        if named:
            self.feature_names_in_ = np.array(self.columns_.names, dtype=object)
        return self

    def calibrate(
        self, log_odds: npt.ArrayLike, y: npt.ArrayLike, sample_weight: npt.ArrayLike | None = None
    ) -> Self:
        """Fit the line in log-odds on rows later than those of a fit; an earlier calibration is replaced.

        Parameters
        ----------
        log_odds : array-like of shape (n,)
            What this model's `decision_function` predicted of later rows before it was calibrated, or what
            earlier models with the same parameters predicted of rows later than theirs.
        y : array-like of shape (n,)
            Labels of the fit.
        sample_weight : array-like of shape (n,), optional
            How many independent outcomes each row stands for; see `LogOddsCalibration`.

        Raises
        ------
        ValueError
            If a label is not of the fit, or a number is not as described.
        """
        check_is_fitted(self)
        labels = np.asarray(y)
        strange = np.setdiff1d(labels, self.classes_).tolist()
        if strange:
            raise ValueError(f"y: expected labels of the fit, {self.classes_.tolist()}, found {strange[0]!r}")
        won = labels == self.classes_[1]
        priors = CalibrationPriors.model_validate(self._group("calibration"))
        self.calibration_ = LogOddsCalibration.fit(log_odds, won, sample_weight, priors)
        return self

    def evaluate(self, X: Matrix) -> Evaluation:
        """Look at rows once, for all that is asked of them.

        Parameters
        ----------
        X : pandas.DataFrame, winprob.features.matrix.Matrix or array-like of shape (n, k)
            The columns of the fit.

        Returns
        -------
        Evaluation
            Columns without names are called x0, x1 and so on.

        Examples
        --------
        >>> from winprob.models.win.win_model import WinModel
        >>> X = pd.DataFrame({"stage_percentage": [0.5]})
        >>> found = WinModel(start="stage_percentage").fit(X[:0], []).evaluate(X)
        >>> found.probability.tolist(), found.range().round(2).tolist()
        ([0.5], [[0.2, 0.8]])
        """
        check_is_fitted(self)
        table = X if isinstance(X, FeatureMatrix) else self._table(X)
        names = tuple(map(str, table.columns)) if self.gives_reasons else (UNEXPLAINED,)
        return Evaluation(self._rows(table), self.calibration_, table, names)

    def decision_function(self, X: Matrix) -> Floats:
        """Predict the calibrated log-odds of the second class.

        Returns
        -------
        numpy.ndarray of float64, shape (n,)
        """
        return self.evaluate(X).log_odds

    def predict_proba(self, X: Matrix) -> Floats:
        """Predict the probability of each class.

        Returns
        -------
        numpy.ndarray of float64, shape (n, 2)
            In the order of `classes_`.
        """
        served = self.decision_function(X)
        return np.column_stack([expit(-served), expit(served)])

    def predict(self, X: Matrix) -> npt.NDArray[Any]:
        """Predict the more probable class, shape (n,)."""
        likely = (self.decision_function(X) > 0).astype(np.intp)
        return np.asarray(self.classes_[likely])

    def predict_range(self, X: Matrix, coverage: float = COVERAGE) -> Floats:
        """Tell how much is known of each probability: the range that holds the true one.

        Parameters
        ----------
        X : pandas.DataFrame or array-like of shape (n, k)
            The columns of the fit.
        coverage : float
            How many of the ranges are meant to hold it, above 0 and below 1.

        Returns
        -------
        numpy.ndarray of float64, shape (n, 2)
            Lower and upper end; the probability of the second class lies between them.

        Raises
        ------
        ValueError
            If `coverage` is not between 0 and 1.
        """
        return self.evaluate(X).range(coverage)

    def explain(self, X: Matrix) -> Explanation:
        """Tell what each column adds to the log-odds that are served.

        Returns
        -------
        Explanation
            Base and contributions add up to `decision_function`, to 1e-9. Columns without names are called
            x0, x1 and so on. Of a model that gives no reasons, one column in the place of all.
        """
        return self.evaluate(X).explanation
