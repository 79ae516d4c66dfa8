"""A bundle as MLflow's generic Python model: what ``mlflow.pyfunc.load_model`` gives.

MLflow keeps the bundle as the folder of text that it is, and the name of this module, which reads it: nothing
is pickled.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import pandas as pd

from features.build import catalogue
from models.bundle import Bundle
from models.scoring import probability

if TYPE_CHECKING:
    from mlflow.models import ModelSignature

LIBRARIES = ("lightgbm", "numpy", "pandas", "pydantic", "scikit-learn", "scipy")


class BundleModel:
    """Win probabilities for a matrix of `features.build`.

    Parameters
    ----------
    bundle : Bundle
    """

    def __init__(self, bundle: Bundle) -> None:
        self.bundle = bundle

    def predict(self, matrix: pd.DataFrame, params: Mapping[str, Any] | None = None) -> pd.Series[float]:  # noqa: ARG002
        """Give the win probability of each row.

        Parameters
        ----------
        matrix : pandas.DataFrame, shape (n, k)
            The matrix of `features.build`. Categories can be left out, which is to say unknown.
        params : mapping, optional
            Passed by MLflow; there are none.

        Returns
        -------
        pandas.Series of float64, shape (n,)
        """
        return probability(self.bundle, matrix.reindex(columns=list(self.bundle.model.columns_.names)))


def _load_pyfunc(data_path: str) -> BundleModel:
    """Read a model; MLflow looks for a function of this name."""
    return BundleModel(Bundle.load(data_path))


def signature(bundle: Bundle) -> ModelSignature:
    """Name and type of what the model takes and gives.

    Parameters
    ----------
    bundle : Bundle

    Returns
    -------
    mlflow.models.ModelSignature
        Numbers, where NaN is missing, and optional texts in; a probability out.
    """
    from mlflow.models import ModelSignature
    from mlflow.types import ColSpec, Schema, TensorSpec

    features: list[ColSpec | TensorSpec] = [
        ColSpec("string", feature.name, required=False)
        if feature.kind == "category"
        else ColSpec("double", feature.name)
        for feature in catalogue(bundle.playbook, bundle.attributes)
    ]
    return ModelSignature(inputs=Schema(features), outputs=Schema([ColSpec("double")]))


def as_texts(matrix: pd.DataFrame) -> pd.DataFrame:
    """Write categories as text, which is what MLflow's signatures know.

    Parameters
    ----------
    matrix : pandas.DataFrame
        The matrix of `features.build`.

    Returns
    -------
    pandas.DataFrame
        The same with texts, None where missing: ``load_model(uri).predict(as_texts(matrix))``.

    Examples
    --------
    >>> matrix = pd.DataFrame({"age": [3.0, 4.0], "source": pd.Categorical(["fair", None])})
    >>> as_texts(matrix).to_dict("list")
    {'age': [3.0, 4.0], 'source': ['fair', None]}
    """
    categories = matrix.select_dtypes("category")
    texts = {
        str(name): values.astype(object).where(values.notna(), None) for name, values in categories.items()
    }
    return matrix.assign(**texts)


def requirements() -> list[str]:
    """Libraries that a bundle needs, with the versions that run now.

    Returns
    -------
    list of str
        Without this project itself, which no public package index has: install it beside them.
    """
    return [f"{name}=={version(name)}" for name in LIBRARIES]
