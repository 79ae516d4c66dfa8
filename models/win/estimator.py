"""A scikit-learn classifier of tables: parameters in groups, columns by their names."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pandas as pd
from pydantic import BaseModel
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils import Tags
from sklearn.utils.validation import check_is_fitted, validate_data

from winprob.features.matrix import Matrix as FeatureMatrix
from winprob.models.win.parameters import GROUPS

Matrix = pd.DataFrame | FeatureMatrix | npt.ArrayLike
"""What a model takes: a table with named columns, features as arrays, or bare numbers."""


class TableClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """A classifier of two outcomes that takes tables with gaps.

    Some of its parameters are groups of numbers, each of which can be searched over.

    Attributes
    ----------
    start : str, optional
        The column of stated probabilities; with it a fit needs no rows.
    """

    start: str | None

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Give the parameters, as scikit-learn's searches ask for them.

        Parameters
        ----------
        deep : bool
            Also each number of `priors`, `shrinkage` and `calibration`, such as ``priors__coefficient``.

        Returns
        -------
        dict of str to value
        """
        parameters: dict[str, Any] = super().get_params(deep=deep)
        for name in GROUPS.keys() & parameters.keys() if deep else ():
            numbers = self._group(name)  # whatever was given, as `fit` is what checks parameters
            if isinstance(numbers, BaseModel):
                parameters |= {f"{name}__{key}": value for key, value in numbers}
        return parameters

    def set_params(self, **params: Any) -> Self:
        """Set parameters, also single numbers of groups, such as ``priors__coefficient``.

        Parameters
        ----------
        **params : value
            By the names that `get_params` gives.

        Returns
        -------
        TableClassifier
            Itself.

        Raises
        ------
        ValueError
            If there is no such parameter, or a number of a group cannot be what it is set to.

        Examples
        --------
        >>> from winprob.models.win.win_model import WinModel
        >>> WinModel().set_params(trees=50, shrinkage__trees=0.25).shrinkage.trees
        0.25
        """
        super().set_params(**{name: value for name, value in params.items() if "__" not in name})
        deep = {name: value for name, value in params.items() if "__" in name}
        if unknown := deep.keys() - self.get_params().keys():
            raise ValueError(f"{min(unknown)}: expected one of {', '.join(self.get_params())}")
        for name, value in deep.items():
            group, _, key = name.partition("__")
            if group in GROUPS:
                known = self._group(group)
                setattr(self, group, type(known).model_validate({**dict(known), key: value}))
            else:
                super().set_params(**{name: value})
        return self

    def _group(self, name: str) -> Any:
        given = getattr(self, name)
        return GROUPS[name] if given is None else given

    def __sklearn_tags__(self) -> Tags:
        """Two classes, and missing values are welcome."""
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_class = False
        tags.input_tags.allow_nan = True
        return tags

    def _table(self, X: Matrix, *, reset: bool = False) -> pd.DataFrame:
        if not reset:
            check_is_fitted(self)
        if isinstance(X, FeatureMatrix):
            X = X.frame
        if isinstance(X, pd.DataFrame):
            validate_data(self, X, skip_check_array=True, reset=reset)
            if 0 in X.shape[0 if reset and self.start is None else 1 :]:
                raise ValueError(f"X: expected at least one row and one column, found shape {X.shape}")
            table = X
        else:
            bare = {"dtype": np.float64, "ensure_all_finite": "allow-nan"}
            table = pd.DataFrame(validate_data(self, X, reset=reset, **bare))
        unnamed = [f"x{place}" for place in range(self.n_features_in_)]
        return table.set_axis(getattr(self, "feature_names_in_", unnamed), axis="columns")
