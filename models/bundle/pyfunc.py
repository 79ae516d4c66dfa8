"""A bundle as MLflow's generic Python model: what ``mlflow.pyfunc.load_model`` gives.

MLflow keeps the bundle as the folder of text that it is, the code that reads it, and the name of this module:
nothing is pickled. MLflow itself is not imported.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from pandas.api.types import is_float_dtype, is_object_dtype

from winprob.features.mistake import Mistake
from winprob.models.bundle.bundle import Bundle
from winprob.models.bundle.scoring import probability
from winprob.models.bundle.travelling_code import differing


class BundleModel:
    """Win probabilities, their ranges and contributions for a matrix of `winprob.features.build`."""

    def __init__(self, bundle: Bundle) -> None:
        self.bundle = bundle

    def predict(self, matrix: pd.DataFrame, params: Mapping[str, Any] | None = None) -> pd.DataFrame:
        """Give the win probability of each row.

        Parameters
        ----------
        matrix : pandas.DataFrame, shape (n, k)
            The matrix of `winprob.features.build`, or the same numbers and texts as other types of pandas.
            Columns that are left out are not recorded; those that the model does not know are passed over.
        params : mapping, optional
            ``range`` and ``explain``, both false if left out.

        Returns
        -------
        pandas.DataFrame of float64, shape (n, m)
            ``probability``. With ``range`` also ``low`` and ``high``, the 80 % range that tells how much the
            model knows of it. With ``explain`` also ``why.base`` and ``why.<feature>``, in log-odds: along a
            row they add up to the log-odds of ``probability``. A feature that is not recorded adds 0 itself:
            what all of a family add is in ``why.<family>.not_recorded``. Nothing is missing in the answer:
            JSON has no NaN.

        Raises
        ------
        ValueError
            If a column holds times, or a text where a number belongs, or the model knows none of the columns.
        """
        asked = params or {}
        matrix = self._known(matrix)
        answer = [probability(self.bundle, matrix).to_frame()]
        if asked.get("range"):
            ranges = self.bundle.model.predict_range(matrix)
            answer.append(pd.DataFrame(ranges, matrix.index, ["low", "high"]))
        if asked.get("explain"):
            answer.append(self._contributions(matrix))
        return pd.concat(answer, axis="columns")

    def _contributions(self, matrix: pd.DataFrame) -> pd.DataFrame:
        families = {feature.name: feature.family for feature in self.bundle.features}
        explanation = self.bundle.model.explain(matrix).pooled(matrix, families)
        why = explanation.contributions.add_prefix("why.")
        why.insert(0, "why.base", explanation.base)
        return why

    def _known(self, matrix: pd.DataFrame) -> pd.DataFrame:
        """The columns of the model, in its order; those left out are missing."""
        columns = self.bundle.model.columns_
        if not any(name in matrix for name in columns.names):
            raise Mistake(
                f"matrix: expected at least one of the model's columns ({', '.join(columns.names[:3])}, …), "
                "found none of them; name the columns as winprob.matrix does, which makes the matrix"
            )
        matrix = matrix.reindex(columns=list(columns.names))
        for name, dtype in matrix.select_dtypes(["datetime", "datetimetz", "timedelta"]).dtypes.items():
            raise Mistake(
                f"column {name}: expected numbers or texts, found {dtype}; winprob.matrix makes the matrix"
            )
        # MLflow hands columns on as objects, in which numpy does not know a missing value of pandas.
        objects = matrix.loc[:, [is_object_dtype(dtype) for dtype in matrix.dtypes]]
        matrix = matrix.assign(**objects.where(objects.notna(), np.nan).infer_objects())
        return matrix.assign(**{name: _whole(matrix[name]) for name in columns.levels})


def _whole(column: pd.Series) -> pd.Series:
    """Codes of a category as the whole numbers that they were before a gap made them floats."""
    floats = is_float_dtype(column.dtype)
    return column.astype("Int64") if floats and (column.dropna() % 1 == 0).all() else column


def _load_pyfunc(data_path: str) -> BundleModel:
    """Read a model; MLflow looks for a function of this name, after it has put the code on the path."""
    code = Path(data_path).resolve().parents[1] / "code"
    if others := differing(code):
        warnings.warn(
            f"{data_path}: expected the winprob that was registered with the model, found another one that "
            f"was imported before and answers instead ({len(others)} files differ, such as {others[0]}); "
            "load the model in a process that has not imported winprob yet",
            stacklevel=2,
        )
    return BundleModel(Bundle.load(data_path))
