"""The registry, opened without a word and without a trace."""

from __future__ import annotations

import logging
import os
import shutil
import socket
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from winprob.features.mistake import Mistake
from winprob.models.registry.access import RegistryOutOfReach
from winprob.training.track import registry_lock as lock
from winprob.training.track.registry import (
    QUIET,
    champion,
    check_registry,
    experiment,
    open_registry,
    opened_registry,
    quiet_mlflow,
)


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in, where nothing is said about MLflow."""
    for name in (*QUIET, "MLFLOW_TRACKING_URI"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_settings_hold_inside_only() -> None:
    before, level = dict(os.environ), logging.getLogger("mlflow").level
    with quiet_mlflow():
        assert QUIET.items() <= os.environ.items()
        assert logging.getLogger("mlflow").level == logging.ERROR
    assert dict(os.environ) == before
    assert logging.getLogger("mlflow").level == level


def test_settings_are_put_back_after_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DO_NOT_TRACK", "1")
    before = dict(os.environ)
    with pytest.raises(ZeroDivisionError), quiet_mlflow():
        1 / 0  # noqa: B018
    assert dict(os.environ) == before


def test_the_registry_lies_in_the_current_folder(elsewhere: Path) -> None:
    with quiet_mlflow():
        client = open_registry()
        assert client.tracking_uri == f"sqlite:///{elsewhere / 'mlruns' / 'mlflow.db'}"
        number = experiment(client, "winprob")
        assert experiment(client, "winprob") == number
        place = client.get_experiment(number).artifact_location
    assert place == (elsewhere / "mlruns" / "artifacts").as_uri()


def test_a_model_that_is_not_there_or_has_no_alias_has_no_champion() -> None:
    with quiet_mlflow():
        client = open_registry()
        assert champion(client, "winprob") is None
        client.create_registered_model("winprob")
        assert champion(client, "winprob") is None


def test_a_server_that_is_set_is_left_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://tracking.example:5000")
    with quiet_mlflow():
        assert open_registry().tracking_uri == "http://tracking.example:5000"


def test_a_server_that_does_not_answer_when_it_is_asked_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:1")
    with (
        pytest.raises(RegistryOutOfReach, match="found none that answers"),
        opened_registry() as client,
    ):
        client.search_registered_models()


def test_nobody_else_writes_to_a_registry_that_is_opened_as_locked(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lock, "PATIENCE", 0.01)
    uri = f"sqlite:///{elsewhere / 'mlruns' / 'mlflow.db'}"
    with opened_registry(), lock.registry_lock(uri):
        pass
    with opened_registry(locked=True), pytest.raises(Mistake, match="still at work"):
        lock.registry_lock(uri).__enter__()


def test_a_registry_that_is_not_there_yet_can_be_used_and_is_not_made(elsewhere: Path) -> None:
    check_registry()
    assert list(elsewhere.iterdir()) == []


def test_a_file_in_the_way_is_found_before_a_training(elsewhere: Path) -> None:
    (elsewhere / "mlruns").touch()
    with pytest.raises(RegistryOutOfReach, match="found a file where the folder"):
        check_registry()


def test_a_place_that_cannot_be_written_to_is_found_before_a_training(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "sqlite:////proc/winprob/mlflow.db")
    with pytest.raises(RegistryOutOfReach, match="found a place that cannot be written to"):
        check_registry()


def test_a_kind_of_registry_that_mlflow_does_not_know_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "bogus://somewhere")
    with pytest.raises(RegistryOutOfReach, match="found an address of a kind that MLflow does not know"):
        check_registry()
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "./mlruns")
    with pytest.raises(
        RegistryOutOfReach, match="found a folder, in which MLflow keeps no registry any more"
    ):
        check_registry()


def test_a_server_that_listens_and_does_not_answer_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        uri = f"http://127.0.0.1:{server.getsockname()[1]}"
        monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
        monkeypatch.setenv("MLFLOW_HTTP_REQUEST_TIMEOUT", "1")
        with pytest.raises(RegistryOutOfReach, match=r"found none that answers \(timed out\)"):
            check_registry()


def test_a_database_of_another_mlflow_is_told_how_to_be_upgraded(elsewhere: Path) -> None:
    with quiet_mlflow():
        experiment(open_registry(), "winprob")
    check_registry()
    database = elsewhere / "mlruns" / "mlflow.db"
    old = elsewhere / "old.db"
    shutil.copy(database, old)
    with closing(sqlite3.connect(old)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '0584bdc529eb'")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{old}")
        with pytest.raises(RegistryOutOfReach, match=f"then run: mlflow db upgrade sqlite:///{old}"):
            check_registry()


def test_an_experiment_that_was_deleted_is_told_how_to_be_restored() -> None:
    with quiet_mlflow():
        client = open_registry()
        client.delete_experiment(experiment(client, "winprob"))
    with pytest.raises(Mistake, match="mlflow experiments restore --experiment-id 1"):
        check_registry()
