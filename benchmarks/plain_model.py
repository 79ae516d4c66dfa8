"""Plain LightGBM as others would serve it: its rows are ready numbers, with categories as codes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from lightgbm import Booster

from benchmarks.peer_models import plain_lightgbm
from winprob.training.track.registry import quiet_mlflow
from winprob.training.weekly.frame import Frame

PYFUNC = Path(__file__).with_name("plain_pyfunc.py")


@dataclass(frozen=True, eq=False)
class PlainModel:
    """A booster, and the codes of the categories that it learned from.

    Attributes
    ----------
    booster : lightgbm.Booster
    levels : dict of str to pandas.Index
        The values of each category; the place of a value is its code.
    """

    booster: Booster
    levels: dict[str, pd.Index]

    @classmethod
    def fit(cls, frame: Frame) -> PlainModel:
        """Learn from all rows that `winprob.frame` makes."""
        levels = {str(name): frame.X[name].cat.categories for name in frame.X.select_dtypes("category")}
        classifier = plain_lightgbm(frame.X, False).steps[-1][1]
        X, y = _coded(frame.X, levels), frame.y.to_numpy(int)
        classifier.fit(X, y, sample_weight=frame.weight.to_numpy(), categorical_feature=list(levels))
        return cls(classifier.booster_, levels)

    def rows(self, matrix: pd.DataFrame) -> pd.DataFrame:
        """Encode rows of `winprob.features.build` as numbers; what is not recorded is missing."""
        return _coded(matrix, self.levels)

    def save_for_mlflow(self, folder: Path, rows: pd.DataFrame, explain: bool) -> None:
        """Write the model as MLflow serves it.

        Parameters
        ----------
        folder : pathlib.Path
            A new one.
        rows : pandas.DataFrame
            Some that it will be asked: MLflow notes their columns and types.
        explain : bool
            Whether it answers contributions too.
        """
        file = folder.with_suffix(".txt")
        self.booster.save_model(file)
        with quiet_mlflow():
            import mlflow

            mlflow.pyfunc.save_model(
                folder,
                python_model=PYFUNC,
                artifacts={"booster": str(file)},
                model_config={"explain": explain},
                signature=mlflow.models.infer_signature(rows),
                pip_requirements=["lightgbm", "shap"],
            )

    def save_for_mlserver(self, repository: Path) -> str:
        """Write the model into a new folder as MLServer's LightGBM runtime serves it.

        Parameters
        ----------
        repository : pathlib.Path
            A new folder.

        Returns
        -------
        str
            The path that it answers under.
        """
        folder = repository / "plain"
        folder.mkdir(parents=True)
        self.booster.save_model(folder / "model.bst")
        settings = {
            "name": "plain",
            "implementation": "mlserver_lightgbm.LightGBMModel",
            "parameters": {"uri": "./model.bst"},
        }
        (folder / "model-settings.json").write_text(json.dumps(settings))
        return "/v2/models/plain/infer"


def mlflow_body(rows: pd.DataFrame, **params: bool) -> dict[str, Any]:
    """Write rows as ``mlflow models serve`` takes them.

    Examples
    --------
    >>> mlflow_body(pd.DataFrame({"age": [3.0, None]}), explain=True)
    {'dataframe_split': {'columns': ['age'], 'data': [[3.0], [None]]}, 'params': {'explain': True}}
    """
    split = {"dataframe_split": {"columns": list(rows), "data": _values(rows)}}
    return {**split, "params": params} if params else split


def mlserver_body(rows: pd.DataFrame) -> dict[str, Any]:
    """Write rows as MLServer takes them, by the open inference protocol.

    Examples
    --------
    >>> mlserver_body(pd.DataFrame({"age": [3.0, None]}))["inputs"]
    [{'name': 'rows', 'shape': [2, 1], 'datatype': 'FP64', 'data': [[3.0], [None]]}]
    """
    return {
        "inputs": [{"name": "rows", "shape": list(rows.shape), "datatype": "FP64", "data": _values(rows)}]
    }


def _coded(matrix: pd.DataFrame, levels: dict[str, pd.Index]) -> pd.DataFrame:
    codes = {name: pd.Categorical(matrix[name], categories=known).codes for name, known in levels.items()}
    numbers = {name: pd.Series(code, matrix.index, float).where(code >= 0) for name, code in codes.items()}
    return matrix.assign(**numbers).reset_index(drop=True)


def _values(rows: pd.DataFrame) -> list[list[Any]]:
    """The values of rows, with none where one is missing: JSON has no NaN."""
    values: list[list[Any]] = rows.astype(object).where(rows.notna(), None).to_numpy().tolist()
    return values
