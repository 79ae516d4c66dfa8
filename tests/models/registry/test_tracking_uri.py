"""Addresses of registries."""

from __future__ import annotations

from pathlib import Path

import pytest

from winprob.models.registry.tracking_uri import (
    DEFAULT,
    absolute,
    artifacts_beside,
    database_file,
    tracking_uri,
    without_secrets,
)


def test_an_empty_variable_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    assert tracking_uri() == DEFAULT
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "")
    assert tracking_uri() == DEFAULT
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://tracking:5000")
    assert tracking_uri() == "http://tracking:5000"


def test_the_default_is_a_file_in_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert absolute(DEFAULT) == f"sqlite:///{tmp_path}/mlruns/mlflow.db"
    file = database_file(absolute(DEFAULT))
    assert file == tmp_path / "mlruns" / "mlflow.db"
    assert artifacts_beside(file) == tmp_path / "mlruns" / "artifacts"


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
