"""The registry, opened without a word and without a trace."""

from __future__ import annotations

import logging
import os
from pathlib import Path

import pytest

from training.registry import QUIET, champion, experiment, open_registry, quiet_mlflow


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
