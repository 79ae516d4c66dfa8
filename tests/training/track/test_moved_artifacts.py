"""Registries whose folder was moved, and what MLflow finds in them afterwards."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from winprob.models.registry.tracking_uri import artifacts_beside
from winprob.training.track.moved_artifacts import point_to_artifacts_beside
from winprob.training.track.registry import check_registry, experiment, open_registry, quiet_mlflow

PLACE = Path("mlruns") / "mlflow.db"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with a run and a model of a version, each with a file."""
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    folder = tmp_path / "project"
    folder.mkdir()
    monkeypatch.chdir(folder)
    with quiet_mlflow():
        client = open_registry()
        number = experiment(client, "winprob")
        run = client.create_run(number)
        client.log_text(run.info.run_id, "a card", "card.md")
        model = client.create_logged_model(number, "winprob", source_run_id=run.info.run_id)
        file = folder / "model.txt"
        file.write_text("a model")
        client.log_model_artifact(model.model_id, str(file))
        client.create_registered_model("winprob")
        client.create_model_version(
            "winprob", f"models:/{model.model_id}", run.info.run_id, model_id=model.model_id
        )
    monkeypatch.chdir(tmp_path)
    return folder


def _read(folder: Path) -> tuple[str, str]:
    """What MLflow finds of the run and of the version."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        with quiet_mlflow():
            from mlflow.artifacts import download_artifacts, load_text

            client = open_registry()
            (run,) = client.search_runs([experiment(client, "winprob")])
            card = str(load_text(f"{run.info.artifact_uri}/card.md"))
            (version,) = client.search_model_versions("name = 'winprob'")
            place = Path(
                download_artifacts(f"models:/winprob/{version.version}", dst_path=str(folder / "got"))
            )
            return card, (place / "model.txt").read_text()


def test_a_moved_project_keeps_its_artifacts(project: Path, tmp_path: Path) -> None:
    moved = project.rename(tmp_path / "moved elsewhere")
    assert _read(moved) == ("a card", "a model")
    assert not project.exists()


def test_a_copied_project_leaves_the_original_alone(project: Path, tmp_path: Path) -> None:
    copied = Path(shutil.copytree(project, tmp_path / "copied"))
    card = next(copied.rglob("card.md"))
    card.write_text("another card")
    assert _read(copied) == ("another card", "a model")
    assert _read(project) == ("a card", "a model")


def test_a_check_before_a_training_is_enough(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    moved = project.rename(tmp_path / "moved")
    monkeypatch.chdir(moved)
    check_registry()
    with quiet_mlflow():
        found = open_registry().get_experiment_by_name("winprob")
    assert found is not None
    assert found.artifact_location == artifacts_beside(moved / PLACE).as_uri()


def test_artifacts_that_stayed_where_they_were_are_not_lost(project: Path, tmp_path: Path) -> None:
    database = Path(shutil.copy(project / PLACE, tmp_path / "mlflow.db"))
    location = artifacts_beside(project / PLACE).as_uri()
    before = database.read_bytes()
    assert not point_to_artifacts_beside(database, location)
    (tmp_path / "artifacts").mkdir()
    assert not point_to_artifacts_beside(database, location)
    assert database.read_bytes() == before
