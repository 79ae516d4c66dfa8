"""The bundle as MLflow's generic Python model, in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import version
from typing import Any

import numpy as np
import pandas as pd
import pytest
from trainings import clairvoyant, trained_model

from winprob.features.mistake import Mistake
from winprob.training.track.pyfunc import BundleModel, requirements, signature
from winprob.training.track.registry import quiet_mlflow
from winprob.training.track.tracking import log

PREDICT = """
import sys, warnings
warnings.simplefilter("ignore")
import mlflow, pandas as pd
model = mlflow.pyfunc.load_model("models:/winprob@champion")
matrix = pd.read_pickle("matrix.pkl")
numbers, categories = list(matrix.select_dtypes("number")), list(matrix.select_dtypes("category"))
whole = [name for name in numbers if (matrix[name] % 1 == 0).all()]
nullable = [name for name in numbers if (matrix[name].dropna() % 1 == 0).all() and name not in whole]
answers = {
    "matrix": model.predict(matrix),
    "integers": model.predict(matrix.astype(dict.fromkeys(whole, "int64"))),
    "nullable": model.predict(matrix.astype(dict.fromkeys(nullable, "Int64"))),
    "texts": model.predict(matrix.astype(dict.fromkeys(categories, "str"))),
    "objects": model.predict(matrix.astype("object")),
    "numbers": model.predict(matrix[numbers]),
    "none": model.predict(matrix.assign(**{name: [None] * len(matrix) for name in categories})),
    "nan": model.predict(matrix.assign(**dict.fromkeys(categories, float("nan")))),
    "example": model.predict(model.input_example),
    "columns": (whole, nullable, categories),
}
pd.to_pickle(answers, "answers.pkl")
"""


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the registered champion says of the test rows, in a fresh process."""
    folder = tmp_path_factory.mktemp("pyfunc")
    uri = f"sqlite:///{folder / 'mlflow.db'}"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MLFLOW_TRACKING_URI", uri)
        patch.setenv("MLFLOW_DISABLE_TELEMETRY", "true")
        log(clairvoyant(trained_model()))
        trained_model().features.to_pickle(folder / "matrix.pkl")
        subprocess.run([sys.executable, "-c", PREDICT], cwd=folder, check=True, capture_output=True)
    found: dict[str, Any] = pd.read_pickle(folder / "answers.pkl")
    return found


def test_the_registered_model_gives_the_models_probabilities(answers: dict[str, Any]) -> None:
    trained = trained_model()
    expected = trained.bundle.model.predict_proba(trained.features)[:, 1]
    for form in ("matrix", "integers", "nullable", "texts", "objects"):
        np.testing.assert_array_equal(answers[form], expected, form)
    assert all(len(columns) > 3 for columns in answers["columns"])


def test_categories_left_out_are_unknown(answers: dict[str, Any]) -> None:
    trained = trained_model()
    categories = trained.features.select_dtypes("category")
    unknown = trained.features.assign(**dict.fromkeys(categories, np.nan))
    expected = trained.bundle.model.predict_proba(unknown)[:, 1]
    for form in ("numbers", "none", "nan"):
        np.testing.assert_array_equal(answers[form], expected, form)
    assert (answers["numbers"] != answers["matrix"].to_numpy()).any()


def test_the_example_can_be_tried(answers: dict[str, Any]) -> None:
    np.testing.assert_allclose(answers["example"], answers["matrix"].head(3), rtol=1e-12)


def test_the_signature_names_every_feature_and_which_may_be_left_out() -> None:
    trained = trained_model()
    with quiet_mlflow():
        inputs = signature(trained.bundle).inputs
    assert inputs.input_names() == list(trained.features)
    assert inputs.optional_input_names() == list(trained.features.select_dtypes("category"))


def test_what_is_no_number_and_no_text_is_refused() -> None:
    trained = trained_model()
    model = BundleModel(trained.bundle)
    with pytest.raises(ValueError, match="days_in_stage: expected numbers as in the fit, found 'long'"):
        model.predict(trained.features.assign(days_in_stage="long"))
    with pytest.raises(
        Mistake, match=r"days_in_stage: expected numbers or texts, found datetime64\[.*, UTC\]"
    ):
        model.predict(trained.features.assign(days_in_stage=pd.Timestamp("2026-01-01", tz="UTC")))


def test_the_libraries_are_those_that_run_now() -> None:
    assert f"lightgbm=={version('lightgbm')}" in requirements()
    assert not [name for name in requirements() if name.startswith("winprob")]


def test_columns_may_come_in_any_order() -> None:
    trained = trained_model()
    model = BundleModel(trained.bundle)
    backwards = trained.features[trained.features.columns[::-1]]
    pd.testing.assert_series_equal(model.predict(backwards), model.predict(trained.features))
