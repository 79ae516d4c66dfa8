"""Bundles out of a real MLflow registry."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from models.bundle import Bundle, InvalidBundle
from serving.fetch import ModelNotFetched, fetch, is_uri
from serving.served_model import open_model

REGISTER = """
import sys
from pathlib import Path
import mlflow
folder, bundle = map(Path, sys.argv[1:])
client = mlflow.MlflowClient()
experiment = client.create_experiment("winprob", artifact_location=(folder / "artifacts").as_uri())
client.create_registered_model("winprob")
for version, place in enumerate(["model/artifacts/bundle", "elsewhere"], 1):
    run = client.create_run(experiment)
    client.log_artifacts(run.info.run_id, str(bundle), place)
    client.create_model_version("winprob", f"{run.info.artifact_uri}/{place.split('/')[0]}")
client.create_registered_model("empty")
(folder / "note.txt").write_text("no bundle")
run = client.create_run(experiment)
client.log_artifact(run.info.run_id, str(folder / "note.txt"), "model")
client.create_model_version("empty", f"{run.info.artifact_uri}/model")
client.set_registered_model_alias("winprob", "champion", "2")
print(run.info.run_id)
"""


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory, bundle_folder: Path) -> str:
    """A registry with two versions of a model, the second of them champion, and a model without a bundle."""
    folder = tmp_path_factory.mktemp("registry")
    uri = f"sqlite:///{folder / 'mlflow.db'}"
    command = [sys.executable, "-c", REGISTER, str(folder), str(bundle_folder)]
    subprocess.run(command, env={"MLFLOW_TRACKING_URI": uri}, capture_output=True, check=True)
    return uri


@pytest.mark.parametrize(("uri", "version"), [("models:/winprob@champion", "2"), ("models:/winprob/1", "1")])
def test_a_registered_bundle_is_fetched(
    registry: str, bundle_folder: Path, tmp_path: Path, uri: str, version: str
) -> None:
    fetched = fetch(uri, tmp_path, registry)
    assert fetched.version == version
    assert Bundle.load(fetched.folder).manifest == Bundle.load(bundle_folder).manifest


def test_what_is_opened_needs_no_copy_any_more(registry: str, bundle_folder: Path) -> None:
    served = open_model("models:/winprob@champion", registry)
    assert served.version == "2"
    assert served.bundle.manifest == Bundle.load(bundle_folder).manifest


@pytest.mark.parametrize(
    ("uri", "reason"),
    [
        ("models:/winprob@challenger", "Registered model alias challenger not found."),
        ("models:/winprob/9", "Model Version (name=winprob, version=9) not found"),
        ("nonsense:/winprob", "Could not find a registered artifact repository for: nonsense:"),
        ("models:/empty/1", "the model there holds 0 bundles instead of one; train it with winprob train"),
    ],
)
def test_a_model_that_is_not_there_is_named(registry: str, tmp_path: Path, uri: str, reason: str) -> None:
    with pytest.raises(ModelNotFetched) as refused:
        fetch(uri, tmp_path, registry)
    assert str(refused.value).startswith(f"{uri}: expected a model in {registry}, found none: ")
    assert reason in str(refused.value)


def test_a_registry_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(ModelNotFetched, match="found no such file; train a model first"):
        fetch("models:/winprob@champion", tmp_path, f"sqlite:///{tmp_path / 'mlruns' / 'mlflow.db'}")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("place", "answer"),
    [
        ("models:/winprob@champion", True),
        ("runs:/0123/model", True),
        ("s3://bucket/model", True),
        ("bundle", False),
        ("./models/winprob", False),
        ("/srv/bundle", False),
        ("C:/bundle", False),
    ],
)
def test_a_place_in_a_registry_looks_like_one(place: str, answer: bool) -> None:
    assert is_uri(place) is answer


def test_a_folder_without_a_bundle_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidBundle, match=r"manifest\.json"):
        open_model(tmp_path, "sqlite:///none.db")
