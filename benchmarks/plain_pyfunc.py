"""Plain LightGBM as MLflow's generic Python model, with contributions by shap if its settings say so.

MLflow keeps this very file with the model and runs it where the model is loaded.
"""

from __future__ import annotations

import warnings
from typing import Any

import lightgbm
import pandas as pd
from mlflow.models import set_model
from mlflow.pyfunc.model import PythonModel


class PlainModel(PythonModel):
    """A booster and, if asked for, its explainer."""

    def load_context(self, context: Any) -> None:
        """Read the booster."""
        self.booster = lightgbm.Booster(model_file=context.artifacts["booster"])
        self.explainer = _explainer(self.booster) if context.model_config["explain"] else None

    def predict(self, context: Any, model_input: pd.DataFrame, params: Any = None) -> pd.DataFrame:  # noqa: ARG002
        """Give the probability of each row, and what each column adds to its log-odds."""
        answer = pd.DataFrame({"probability": self.booster.predict(model_input)}, model_input.index)
        if self.explainer is None:
            return answer
        values = self.explainer.shap_values(model_input)
        return answer.join(pd.DataFrame(values, model_input.index, model_input.columns))


def _explainer(booster: lightgbm.Booster) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what shap still uses of matplotlib
        import shap
    return shap.TreeExplainer(booster)


set_model(PlainModel())
