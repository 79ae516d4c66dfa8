"""A bundle as MLflow's generic Python model: what ``mlflow.pyfunc.load_model`` gives.

MLflow keeps the bundle as the folder of text that it is, and the name of this module, which reads it: nothing
is pickled.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from pandas.api.types import is_object_dtype

from winprob.features.build import catalogue
from winprob.features.mistake import Mistake
from winprob.models.bundle.bundle import Bundle
from winprob.models.bundle.scoring import probability

if TYPE_CHECKING:
    from mlflow.models import ModelSignature

LIBRARIES = ("lightgbm", "numpy", "pandas", "pydantic", "scikit-learn", "scipy")


class BundleModel:
    """Win probabilities for a matrix of `winprob.features.build`."""

    def __init__(self, bundle: Bundle) -> None:
        self.bundle = bundle

    def predict(self, matrix: pd.DataFrame, params: Mapping[str, Any] | None = None) -> pd.Series[float]:  # noqa: ARG002
        """Give the win probability of each row.

        Parameters
        ----------
        matrix : pandas.DataFrame, shape (n, k)
            The matrix of `winprob.features.build`, or the same numbers and texts as other types of pandas.
            Categories can be left out, which is to say unknown.
        params : mapping, optional
            Passed by MLflow; there are none.

        Returns
        -------
        pandas.Series of float64, shape (n,)

        Raises
        ------
        ValueError
            If a column holds times, or a text where a number belongs.
        """
        matrix = matrix.reindex(columns=list(self.bundle.model.columns_.names))
        for name, dtype in matrix.select_dtypes(["datetime", "datetimetz", "timedelta"]).dtypes.items():
            raise Mistake(
                f"column {name}: expected numbers or texts, found {dtype}; winprob.matrix makes the matrix"
            )
        # MLflow hands columns on as objects, in which numpy does not know a missing value of pandas.
        objects = matrix.loc[:, [is_object_dtype(dtype) for dtype in matrix.dtypes]]
        return probability(self.bundle, matrix.assign(**objects.where(objects.notna(), np.nan)))


def _load_pyfunc(data_path: str) -> BundleModel:
    """Read a model; MLflow looks for a function of this name."""
    return BundleModel(Bundle.load(data_path))


def signature(bundle: Bundle) -> ModelSignature:
    """Name and type of what the model takes and gives.

    Returns
    -------
    mlflow.models.ModelSignature
        Columns of any type in, of which categories may be left out; a probability out. MLflow would refuse
        whole numbers in a column declared as double, and pandas categories, or texts that are all missing, in
        one declared as string: the model itself takes them all, and refuses a text where a number belongs.
    """
    from mlflow.models import ModelSignature
    from mlflow.types import ColSpec, Schema, TensorSpec
    from mlflow.types.schema import AnyType

    features: list[ColSpec | TensorSpec] = [
        ColSpec(AnyType(), feature.name, required=feature.kind != "category")  # type: ignore[no-untyped-call]
        for feature in catalogue(bundle.playbook, bundle.attributes)
    ]
    return ModelSignature(inputs=Schema(features), outputs=Schema([ColSpec("double")]))


def requirements() -> list[str]:
    """Libraries that a bundle needs, with the versions that run now.

    Returns
    -------
    list of str
        Without this project itself, which no public package index has: install it beside them.
    """
    return [f"{name}=={version(name)}" for name in LIBRARIES]
