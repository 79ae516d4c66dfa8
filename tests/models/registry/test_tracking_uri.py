"""Addresses of registries."""

from __future__ import annotations

from pathlib import Path

import pytest

from winprob.models.registry.tracking_uri import (
    absolute,
    tracking_uri,
    without_secrets,
)

USUAL = "sqlite:///mlruns/mlflow.db"


@pytest.fixture(autouse=True)
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A working directory without a registry, and nothing said about one."""
    monkeypatch.chdir(tmp_path)
    for name in ("MLFLOW_TRACKING_URI", "WINPROB_HOME"):
        monkeypatch.delenv(name, raising=False)


def test_an_empty_variable_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    assert tracking_uri() == USUAL
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "")
    monkeypatch.setenv("WINPROB_HOME", "")
    assert tracking_uri() == USUAL
    monkeypatch.setenv("WINPROB_HOME", "/srv/sales")
    assert tracking_uri() == "sqlite:////srv/sales/mlruns/mlflow.db"
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://tracking:5000")
    assert tracking_uri() == "http://tracking:5000"


def test_the_default_is_a_file_in_the_current_folder(tmp_path: Path) -> None:
    assert absolute(tracking_uri()) == f"sqlite:///{tmp_path}/mlruns/mlflow.db"


def test_in_a_folder_of_a_project_it_is_the_project_s(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mlruns").mkdir()
    (tmp_path / "mlruns" / "mlflow.db").touch()
    inner = tmp_path / "notebooks" / "may"
    inner.mkdir(parents=True)
    monkeypatch.chdir(inner)
    assert tracking_uri() == f"sqlite:///{tmp_path}/mlruns/mlflow.db"
    (inner / "mlruns").mkdir()
    (inner / "mlruns" / "mlflow.db").touch()
    assert tracking_uri() == USUAL


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("postgresql://ann:secret@host/db", "postgresql://***@host/db"),
        ("http://ann:secret@host:5000/path", "http://***@host:5000/path"),
        ("https://secret@host", "https://***@host"),
        ("mysql+pymysql://ann:sec@re/t@host/db", "mysql+pymysql://***@host/db"),
        ("postgresql:///db?user=ann&password=secret", "postgresql:///db?user=ann&password=***"),
        ("no answer of 'http://a:secret@host/x', sorry", "no answer of 'http://***@host/x', sorry"),
        ("models:/winprob@champion", "models:/winprob@champion"),
        ("http://host:5000/path", "http://host:5000/path"),
        ("sqlite:////srv/mlruns/mlflow.db", "sqlite:////srv/mlruns/mlflow.db"),
    ],
)
def test_secrets_are_not_shown(text: str, shown: str) -> None:
    assert without_secrets(text) == shown
