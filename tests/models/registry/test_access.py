"""Registries that cannot be used: real files in the way, real ports where nothing answers."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from winprob.models.registry.access import RegistryOutOfReach, out_of_reach, reaching, reason


@pytest.fixture
def closed_port() -> int:
    """A port at which nothing listens."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


@contextmanager
def _told_again(error: Exception) -> Iterator[None]:
    """Let a library wrap what the system says."""
    try:
        yield
    except OSError as cause:
        raise error from cause


def _refusal(uri: str) -> str:
    with pytest.raises(RegistryOutOfReach) as refused, reaching(uri):
        raise AssertionError("nobody should have gone on")
    assert "\n" not in str(refused.value)
    return str(refused.value)


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "notes.db").write_text("these are only notes, but long enough")
    refusal = _refusal(f"sqlite:///{tmp_path}/notes.db")
    assert refusal == (
        f"sqlite:///{tmp_path}/notes.db: expected an MLflow registry, found a file that is no SQLite database"
        "; move it out of the way, or set MLFLOW_TRACKING_URI to another place"
    )


def test_a_file_in_the_place_of_a_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "mlruns").touch()
    refusal = _refusal(f"sqlite:///{tmp_path}/mlruns/deeper/mlflow.db")
    assert f"found a file where the folder {tmp_path}/mlruns should be; move it" in refusal


def test_a_folder_in_the_place_of_the_database_is_named(tmp_path: Path) -> None:
    assert f"found a folder where the database {tmp_path} should be" in _refusal(f"sqlite:///{tmp_path}")


def test_nothing_at_all_may_become_a_database(tmp_path: Path) -> None:
    (tmp_path / "empty.db").touch()
    for name in ("empty.db", "new.db", "folder/new.db"):
        with reaching(f"sqlite:///{tmp_path}/{name}"):
            pass
    assert [path.name for path in tmp_path.iterdir()] == ["empty.db"]


def test_a_database_server_that_is_not_there_is_named_without_its_password(closed_port: int) -> None:
    refusal = _refusal(f"postgresql://ann:secret@127.0.0.1:{closed_port}/db")
    assert refusal.startswith(
        f"postgresql://***@127.0.0.1:{closed_port}/db: expected an MLflow registry, found"
    )
    assert "Connection refused" in refusal
    assert "secret" not in refusal


def test_a_database_without_its_driver_is_told_so() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        refusal = _refusal(f"mssql+adodbapi://127.0.0.1:{server.getsockname()[1]}/db")
    assert "none that answers (" in refusal


def test_a_registry_of_an_unusual_kind_is_told_which_there_are() -> None:
    told = str(out_of_reach("bogus://x", "Model registry is unavailable; got unsupported URI 'bogus://x'"))
    assert "found an address of a kind that MLflow does not know; set MLFLOW_TRACKING_URI to sqlite:" in told


def test_patience_is_short_only_while_a_registry_is_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_TIMEOUT", "77")
    monkeypatch.delenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", raising=False)
    before = dict(os.environ)
    with reaching("http://tracking:5000"):
        assert os.environ["MLFLOW_HTTP_REQUEST_TIMEOUT"] == "77"
        assert os.environ["MLFLOW_HTTP_REQUEST_MAX_RETRIES"] == "0"
    assert dict(os.environ) == before


def test_the_reason_is_the_cause_and_not_the_advice(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path}/x.db")
    with engine.connect() as connection, pytest.raises(SQLAlchemyError) as failed:
        connection.execute(text("SELECT * FROM missing"))
    engine.dispose()
    assert "Background on this error at" in str(failed.value)
    assert reason(failed.value) == "(sqlite3.OperationalError) no such table: missing"


def test_the_reason_is_what_the_system_said(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError) as failed, _told_again(RuntimeError("API request failed")):
        (tmp_path / "no").read_text()
    assert reason(failed.value) == f"[Errno 2] No such file or directory: '{tmp_path}/no'"
    assert reason(RuntimeError("at http://ann:secret@host")) == "at http://***@host"
    assert reason(RuntimeError()) == "RuntimeError"
    assert len(reason(RuntimeError("much " * 1000))) == 301
