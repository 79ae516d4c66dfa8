"""The bundle as MLflow's generic Python model, in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import version

import numpy as np
import pandas as pd
import pytest
from trainings import clairvoyant, trained_model

from training.pyfunc import BundleModel, as_texts, requirements, signature
from training.registry import quiet_mlflow
from training.tracking import log

PREDICT = """
import sys, warnings
warnings.simplefilter("ignore")
import mlflow, pandas as pd
model = mlflow.pyfunc.load_model("models:/winprob@champion")
matrix = pd.read_pickle("matrix.pkl")
answers = {
    "texts": model.predict(matrix),
    "numbers": model.predict(matrix.select_dtypes("number")),
    "example": model.predict(model.input_example),
}
pd.to_pickle(answers, "answers.pkl")
"""


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, pd.Series[float]]:
    """What the registered champion says of the test rows, in a fresh process."""
    folder = tmp_path_factory.mktemp("pyfunc")
    uri = f"sqlite:///{folder / 'mlflow.db'}"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MLFLOW_TRACKING_URI", uri)
        patch.setenv("MLFLOW_DISABLE_TELEMETRY", "true")
        log(clairvoyant(trained_model()))
        as_texts(trained_model().features).to_pickle(folder / "matrix.pkl")
        subprocess.run([sys.executable, "-c", PREDICT], cwd=folder, check=True, capture_output=True)
    found: dict[str, pd.Series[float]] = pd.read_pickle(folder / "answers.pkl")
    return found


def test_the_registered_model_gives_the_models_probabilities(answers: dict[str, pd.Series[float]]) -> None:
    trained = trained_model()
    expected = trained.bundle.model.predict_proba(trained.features)[:, 1]
    np.testing.assert_array_equal(answers["texts"], expected)


def test_categories_left_out_are_unknown(answers: dict[str, pd.Series[float]]) -> None:
    trained = trained_model()
    categories = trained.features.select_dtypes("category")
    unknown = trained.features.assign(**dict.fromkeys(categories, np.nan))
    expected = trained.bundle.model.predict_proba(unknown)[:, 1]
    np.testing.assert_array_equal(answers["numbers"], expected)
    assert (answers["numbers"] != answers["texts"].to_numpy()).any()


def test_the_example_can_be_tried(answers: dict[str, pd.Series[float]]) -> None:
    np.testing.assert_allclose(answers["example"], answers["texts"].head(3), rtol=1e-12)


def test_the_signature_names_every_feature_with_its_type() -> None:
    trained = trained_model()
    with quiet_mlflow():
        inputs = signature(trained.bundle).inputs
    assert inputs.input_names() == list(trained.features)
    texts = [column.name for column in inputs if column.type.name == "string"]
    assert texts == list(trained.features.select_dtypes("category"))
    assert {column.name for column in inputs if not column.required} == set(texts)


def test_the_libraries_are_those_that_run_now() -> None:
    assert f"lightgbm=={version('lightgbm')}" in requirements()
    assert not [name for name in requirements() if name.startswith("winprob")]


def test_categories_become_texts_and_nothing_else_changes() -> None:
    matrix = trained_model().features
    told = as_texts(matrix)
    numbers = matrix.select_dtypes("number").columns
    pd.testing.assert_frame_equal(told[numbers], matrix[numbers])
    texts = told.drop(columns=numbers)
    assert {type(value) for name in texts for value in texts[name]} <= {str, type(None)}
    assert texts.isna().equals(matrix[texts.columns].isna())


def test_columns_may_come_in_any_order() -> None:
    trained = trained_model()
    model = BundleModel(trained.bundle)
    backwards = trained.features[trained.features.columns[::-1]]
    pd.testing.assert_series_equal(model.predict(backwards), model.predict(trained.features))
