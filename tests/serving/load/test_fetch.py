"""Bundles out of a real MLflow registry."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from winprob.models.bundle.bundle import Bundle, InvalidBundle
from winprob.models.registry.access import DIGEST
from winprob.serving.load.fetch import ModelNotFetched, fetch, is_uri, look_up
from winprob.serving.load.served_model import open_model

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
    source = f"{run.info.artifact_uri}/{place.split('/')[0]}"
    client.create_model_version("winprob", source, run_id=run.info.run_id)
client.create_registered_model("empty")
(folder / "note.txt").write_text("no bundle")
run = client.create_run(experiment)
client.log_artifact(run.info.run_id, str(folder / "note.txt"), "model")
client.create_model_version("empty", f"{run.info.artifact_uri}/model")
client.set_registered_model_alias("winprob", "champion", "2")
print(run.info.run_id)
"""

MOVE_ON = """
import sys
from pathlib import Path
import mlflow, mlflow.artifacts
from winprob.serving.load import fetch
download = mlflow.artifacts.download_artifacts

def slow(artifact_uri, dst_path):
    mlflow.MlflowClient().set_registered_model_alias("winprob", "champion", "1")
    try:
        print(artifact_uri)
        return download(artifact_uri=artifact_uri, dst_path=dst_path)
    finally:
        mlflow.MlflowClient().set_registered_model_alias("winprob", "champion", "2")

mlflow.artifacts.download_artifacts = slow
fetch._moved = lambda client, version: None
print(fetch._fetched("models:/winprob@champion", Path(sys.argv[1]), mlflow.get_tracking_uri()).version)
"""


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory, bundle_folder: Path) -> str:
    """A registry with two versions of a model, the second of them champion, and a model without a bundle."""
    folder = tmp_path_factory.mktemp("registry")
    uri = f"sqlite:///{folder / 'mlflow.db'}"
    command = [sys.executable, "-c", REGISTER, str(folder), str(bundle_folder)]
    subprocess.run(command, env={"MLFLOW_TRACKING_URI": uri}, capture_output=True, check=True)
    return uri


@pytest.mark.parametrize(
    ("uri", "version"),
    [("models:/winprob@champion", "2"), ("models:/winprob/1", "1"), ("models:/winprob/latest", "2")],
)
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


def test_a_version_is_looked_up_without_fetching_it(registry: str) -> None:
    assert look_up("models:/winprob@champion", registry) == "2"
    with pytest.raises(ModelNotFetched, match=r"winprob@challenger: .* alias challenger not found\."):
        look_up("models:/winprob@challenger", registry)


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
    assert "\n" not in str(refused.value)
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
    with pytest.raises(InvalidBundle, match="SHA256SUMS"):
        open_model(tmp_path, "sqlite:///none.db")


def test_a_registry_that_was_moved_or_copied_is_read_where_it_is(
    registry: str, bundle_folder: Path, tmp_path: Path
) -> None:
    before = Path(registry.removeprefix("sqlite:///")).parent
    copied = Path(shutil.copytree(before, tmp_path / "copied"))
    for manifest in before.rglob("manifest.json"):
        manifest.rename(manifest.with_name("away.json"))
    try:
        state = (copied / "mlflow.db").read_bytes()
        fetched = fetch("models:/winprob@champion", tmp_path / "model", f"sqlite:///{copied / 'mlflow.db'}")
        assert (copied / "mlflow.db").read_bytes() == state
    finally:
        for manifest in before.rglob("away.json"):
            manifest.rename(manifest.with_name("manifest.json"))
    assert Bundle.load(fetched.folder).manifest == Bundle.load(bundle_folder).manifest


def test_an_alias_that_moves_on_does_not_change_what_was_looked_up(
    registry: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", registry)
    done = subprocess.run(
        [sys.executable, "-c", MOVE_ON, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["models:/winprob/2", "2"]


def test_code_of_the_current_folder_is_not_run(
    registry: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("mlflow", "serving", "models", "features"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w').close()")
    (tmp_path / "json.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w').close()")
    monkeypatch.chdir(tmp_path)
    assert fetch("models:/winprob@champion", tmp_path / "model", registry).version == "2"
    assert not (tmp_path / "ran").exists()


def test_a_bundle_that_is_not_the_registered_one_is_refused(registry: str, tmp_path: Path) -> None:
    copied = Path(shutil.copytree(Path(registry.removeprefix("sqlite:///")).parent, tmp_path / "copied"))
    uri = f"sqlite:///{copied / 'mlflow.db'}"
    tag = f"mlflow.MlflowClient().set_model_version_tag('winprob', '2', {DIGEST!r}, '0' * 64)"
    subprocess.run(
        [sys.executable, "-c", f"import mlflow; {tag}"],
        env={"MLFLOW_TRACKING_URI": uri},
        capture_output=True,
        check=True,
    )
    with pytest.raises(InvalidBundle, match="which the registry has kept"):
        open_model("models:/winprob@champion", uri)


def test_registries_that_do_not_answer_are_named_without_secrets(tmp_path: Path) -> None:
    (tmp_path / "notes.db").write_text("only notes, but long enough")
    for uri, found in {
        "http://ann:secret@127.0.0.1:1": "http://***@127.0.0.1:1: expected an MLflow registry",
        f"sqlite:///{tmp_path}/notes.db": "found a file that is no SQLite database",
    }.items():
        with pytest.raises(ModelNotFetched) as refused:
            fetch("models:/winprob@champion", tmp_path / "model", uri)
        assert found in str(refused.value)
        assert "secret" not in str(refused.value)
        assert "\n" not in str(refused.value)
