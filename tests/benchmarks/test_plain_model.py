"""Plain LightGBM, and what it becomes for those who serve it."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import lightgbm
import numpy as np
import pandas as pd
import pytest
from bundles import simulated_history

from benchmarks.plain_model import PlainModel, mlflow_body, mlserver_body
from winprob.features.build import build
from winprob.training.frame import frame
from winprob.training.track.registry import quiet_mlflow


@cache
def plain() -> PlainModel:
    return PlainModel.fit(frame(simulated_history()))


@cache
def matrix() -> pd.DataFrame:
    return build(simulated_history())


def test_rows_are_numbers_with_categories_as_codes() -> None:
    rows = plain().rows(matrix())
    assert (rows.dtypes == np.float64).all()
    assert list(rows) == list(matrix()) == plain().booster.feature_name()
    for name, levels in plain().levels.items():
        known = matrix()[name].isin(levels).to_numpy()
        assert levels[rows[name][known].astype(int)].tolist() == matrix()[name][known].tolist()
        assert rows[name][~known].isna().all()
    same = [name for name in rows if name not in plain().levels]
    np.testing.assert_array_equal(rows[same], matrix()[same])


@pytest.mark.filterwarnings("ignore:LightGBM binary classifier")  # shap's own
def test_mlflow_answers_probabilities_and_contributions_that_add_up_to_them(tmp_path: Path) -> None:
    rows = plain().rows(matrix()).head(20)
    expected = plain().booster.predict(rows)
    answers = {}
    for explain in (False, True):
        folder = tmp_path / f"explained-{explain}"
        plain().save_for_mlflow(folder, rows, explain)
        with quiet_mlflow():
            import mlflow

            answers[explain] = mlflow.pyfunc.load_model(str(folder)).predict(rows)
        np.testing.assert_allclose(answers[explain]["probability"], expected)
    assert list(answers[False]) == ["probability"]
    log_odds = np.log(expected / (1 - expected))
    base = log_odds - answers[True].drop(columns="probability").sum(axis="columns")
    np.testing.assert_allclose(base, base[0])


def test_mlserver_reads_the_same_booster(tmp_path: Path) -> None:
    path = plain().save_for_mlserver(tmp_path / "models")
    folder = tmp_path / "models" / "plain"
    settings = json.loads((folder / "model-settings.json").read_text())
    assert path == f"/v2/models/{settings['name']}/infer"
    read = lightgbm.Booster(model_file=folder / settings["parameters"]["uri"])
    rows = plain().rows(matrix()).head(5)
    np.testing.assert_array_equal(read.predict(rows), plain().booster.predict(rows))


def test_what_is_missing_is_none_in_json() -> None:
    rows = pd.DataFrame({"age": [3.0, np.nan], "industry": pd.Categorical(["energy", None])})
    values = [[3.0, "energy"], [None, None]]
    assert mlflow_body(rows) == {"dataframe_split": {"columns": ["age", "industry"], "data": values}}
    assert mlflow_body(rows, explain=True)["params"] == {"explain": True}
    (sent,) = mlserver_body(rows[["age"]])["inputs"]
    assert (sent["shape"], sent["datatype"], sent["data"]) == ([2, 1], "FP64", [[3.0], [None]])
