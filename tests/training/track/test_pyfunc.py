"""The registered model where winprob is not installed."""

from __future__ import annotations

import ast
import subprocess
import sys
from importlib.metadata import packages_distributions, version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from elsewhere import run, with_the_libraries
from estimators import own_estimator_bundle
from sklearn.metrics import log_loss
from trainings import clairvoyant, trained_model

from winprob.models.bundle.travelling_code import travelling_files
from winprob.training.track.pyfunc import LIBRARIES, copy_code, requirements, signature
from winprob.training.track.registry import quiet_mlflow
from winprob.training.track.tracking import log

LOAD = """
import importlib.util, warnings
warnings.simplefilter("ignore")
assert importlib.util.find_spec("winprob") is None
import mlflow, pandas as pd
model = mlflow.pyfunc.load_model("models:/winprob@champion")
matrix = pd.read_pickle("matrix.pkl")
"""

PREDICT = f"""{LOAD}
numbers, categories = list(matrix.select_dtypes("number")), list(matrix.select_dtypes("category"))
whole = [name for name in numbers if (matrix[name] % 1 == 0).all()]
nullable = [name for name in numbers if (matrix[name].dropna() % 1 == 0).all() and name not in whole]
first = matrix[["stage_position", "days_in_stage", *categories]].head(3)
answers = {{
    "matrix": model.predict(matrix),
    "integers": model.predict(matrix.astype(dict.fromkeys(whole, "int64"))),
    "nullable": model.predict(matrix.astype(dict.fromkeys(nullable, "Int64"))),
    "texts": model.predict(matrix.astype(dict.fromkeys(categories, "str"))),
    "objects": model.predict(matrix.astype("object")),
    "numbers": model.predict(matrix[numbers]),
    "none": model.predict(matrix.assign(**{{name: [None] * len(matrix) for name in categories}})),
    "nan": model.predict(matrix.assign(**dict.fromkeys(categories, float("nan")))),
    "few": model.predict(first.astype({{"stage_position": int}})),
    "more": model.predict(matrix.assign(note="call again"), params={{"explain": True, "range": True}}),
    "example": model.predict(model.input_example),
    "columns": (whole, nullable, categories),
}}
import winprob
try:
    winprob.train
except ModuleNotFoundError as error:
    answers["train"] = str(error)
pd.to_pickle(answers, "answers.pkl")
"""

EVALUATE = f"""{LOAD}
from mlflow.metrics import make_metric
from sklearn.metrics import log_loss

def of_chances(predictions, targets, metrics):
    return log_loss(targets, predictions, labels=[0, 1])

with mlflow.start_run():
    evaluated = mlflow.models.evaluate(
        "models:/winprob@champion", matrix.assign(won=pd.read_pickle("won.pkl")), targets="won",
        model_type="regressor",
        extra_metrics=[make_metric(eval_fn=of_chances, greater_is_better=False, name="log_loss")],
        evaluator_config={{"log_model_explainability": False}},
    )
pd.to_pickle(evaluated.metrics, "metrics.pkl")
"""

IMPORTED = """
import sys
import pandas as pd
from winprob.models.bundle.pyfunc import _load_pyfunc
asked = {"explain": True, "range": True}
_load_pyfunc(sys.argv[1]).predict(pd.DataFrame({"stage_position": [3]}), asked)
print(*sys.modules)
"""


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Python without winprob, and a folder with a registry and the rows of the test."""
    folder = tmp_path_factory.mktemp("elsewhere")
    trained = trained_model()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{folder / 'mlflow.db'}")
        log(clairvoyant(trained))
    matrix = trained.features.reset_index(drop=True)
    matrix.to_pickle(folder / "matrix.pkl")
    trained.evaluation.rows["won"].reset_index(drop=True).to_pickle(folder / "won.pkl")
    return with_the_libraries(folder / "environment"), folder


@pytest.fixture(scope="module")
def answers(elsewhere: tuple[Path, Path]) -> dict[str, Any]:
    """What the registered champion says there of the rows of the test."""
    python, folder = elsewhere
    run(python, ["-c", PREDICT], folder)
    found: dict[str, Any] = pd.read_pickle(folder / "answers.pkl")
    return found


def test_the_registered_model_gives_the_models_probabilities(answers: dict[str, Any]) -> None:
    trained = trained_model()
    expected = trained.bundle.model.predict_proba(trained.features)[:, 1]
    for form in ("matrix", "integers", "nullable", "texts", "objects"):
        np.testing.assert_array_equal(answers[form]["probability"], expected, form)
    assert all(len(columns) > 3 for columns in answers["columns"])


def test_columns_left_out_are_not_recorded(answers: dict[str, Any]) -> None:
    trained = trained_model()
    categories = trained.features.select_dtypes("category")
    unknown = trained.features.assign(**dict.fromkeys(categories, np.nan))
    expected = trained.bundle.model.predict_proba(unknown)[:, 1]
    for form in ("numbers", "none", "nan"):
        np.testing.assert_array_equal(answers[form]["probability"], expected, form)
    kept = ["stage_position", "days_in_stage", *categories]
    few = trained.features.head(3).assign(
        **dict.fromkeys((name for name in trained.features if name not in kept), np.nan)
    )
    np.testing.assert_array_equal(
        answers["few"]["probability"], trained.bundle.model.predict_proba(few)[:, 1]
    )


def test_range_and_contributions_come_if_asked_for(answers: dict[str, Any]) -> None:
    trained = trained_model()
    assert list(answers["matrix"]) == ["probability"]
    more = answers["more"]
    np.testing.assert_array_equal(more["probability"], answers["matrix"]["probability"])
    np.testing.assert_array_equal(more[["low", "high"]], trained.bundle.model.predict_range(trained.features))
    log_odds = np.log(more["probability"] / (1 - more["probability"]))
    np.testing.assert_allclose(more.filter(like="why.").sum(axis="columns"), log_odds, rtol=0, atol=1e-9)


def test_the_example_can_be_tried(answers: dict[str, Any]) -> None:
    np.testing.assert_allclose(answers["example"], answers["matrix"].head(3), rtol=1e-12)


def test_what_did_not_travel_is_named(answers: dict[str, Any]) -> None:
    assert answers["train"].startswith("winprob.train: expected the whole of winprob, found the part of it")
    assert "import winprob before you load the model" in answers["train"]


def test_mlflow_evaluates_the_registered_model(elsewhere: tuple[Path, Path]) -> None:
    python, folder = elsewhere
    run(python, ["-c", EVALUATE], folder)
    trained = trained_model()
    won = trained.evaluation.rows["won"]
    expected = trained.bundle.model.predict_proba(trained.features)[:, 1]
    metrics = pd.read_pickle(folder / "metrics.pkl")
    assert metrics["mean_squared_error"] == pytest.approx(((expected - won) ** 2).mean())
    assert metrics["log_loss"] == pytest.approx(log_loss(won, expected))


def test_the_signature_names_every_feature_all_of_which_may_be_left_out() -> None:
    trained = trained_model()
    with quiet_mlflow():
        told = signature(trained.bundle)
    assert told.inputs.optional_input_names() == list(trained.features)
    assert told.outputs.input_names() == ["probability"]
    assert {param.name: param.default for param in told.params} == {"range": False, "explain": False}


def test_the_libraries_are_those_that_the_code_imports_until_it_has_answered(tmp_path: Path) -> None:
    bundle = trained_model().bundle.save(tmp_path / "data" / "bundle")
    done = subprocess.run(
        [sys.executable, "-c", IMPORTED, bundle], check=True, capture_output=True, text=True
    )
    imported = done.stdout.split()
    files = [travelling_files().get(f"{name.replace('.', '/')}.py") for name in imported]
    named = set().union(*(_imports(file) for file in files if file))
    outside = (named - sys.stdlib_module_names - {"winprob"}).intersection(imported)
    distributions = packages_distributions()
    outside = {distributions[name][0].lower() for name in outside} - {"pydantic_core"}  # Pydantic pins it
    # The calendars of holidays are imported where a company keeps any.
    assert sorted({*outside, "holidays", "tzdata"}) == sorted(LIBRARIES)


def test_the_libraries_have_the_versions_that_run_now() -> None:
    assert requirements(trained_model().bundle) == [f"{name}=={version(name)}" for name in LIBRARIES]


def test_an_estimator_from_elsewhere_brings_its_own() -> None:
    extra = set(requirements(own_estimator_bundle())) - set(requirements(trained_model().bundle))
    assert extra == {f"{name}=={version(name)}" for name in ("shap", "skops")}


def test_the_code_is_copied_as_it_is_installed(tmp_path: Path) -> None:
    package = copy_code(tmp_path)
    assert package == tmp_path / "winprob"
    copied = {file.relative_to(tmp_path).as_posix() for file in package.rglob("*") if file.is_file()}
    assert copied == set(travelling_files())
    assert not any(file.is_symlink() for file in package.rglob("*"))


def _imports(file: Path) -> set[str]:
    """Packages that a file imports when it is imported; functions may import more where they need it."""
    nodes = ast.parse(file.read_text()).body
    plain = {name.name for node in nodes if isinstance(node, ast.Import) for name in node.names}
    modules = plain | {str(node.module) for node in nodes if isinstance(node, ast.ImportFrom)}
    return {module.split(".")[0] for module in modules}
