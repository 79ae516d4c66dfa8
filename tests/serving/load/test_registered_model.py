"""The version that an alias means: found out again and again, and asked of MLflow as seldom as possible."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from served_registries import registered, set_champion

from winprob.models.registry.alias import aliased_version
from winprob.serving.load import registered_model
from winprob.serving.load.fetch import ModelNotFetched
from winprob.serving.load.registered_model import RegisteredModel

CHAMPION = "models:/winprob@champion"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every question to MLflow, which always answers 8."""
    questions: list[str] = []

    def look_up(uri: str, _: str) -> str:
        questions.append(uri)
        return "8"

    monkeypatch.delenv("MLFLOW_REGISTRY_URI", raising=False)
    monkeypatch.setattr(registered_model, "look_up", look_up)
    return questions


@pytest.fixture
def server_says(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What a tracking server says by itself, by alias."""
    said: dict[str, str] = {}
    monkeypatch.setattr(registered_model, "aliased_version", lambda _, __, alias: said.get(alias))
    return said


def test_a_database_that_nobody_wrote_to_is_not_asked_again(asked: list[str], tmp_path: Path) -> None:
    database = tmp_path / "mlflow.db"
    database.write_bytes(b"one")
    model = RegisteredModel(CHAMPION, f"sqlite:///{database}")
    for _ in range(3):
        model.poll()
        assert model.state == "8"
    assert asked == [CHAMPION]
    database.write_bytes(b"other")
    model.poll()
    (tmp_path / "mlflow.db-wal").write_bytes(b"written, not yet merged")
    model.poll()
    model.poll()
    model.poll(asked=True)
    assert asked == [CHAMPION] * 4


def test_a_database_that_is_gone_is_asked_for_and_the_version_stays(
    asked: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = RegisteredModel(CHAMPION, f"sqlite:///{tmp_path / 'mlflow.db'}")
    model.poll()
    model.poll()
    assert asked == [CHAMPION] * 2

    def look_up(*_: str) -> str:
        raise ModelNotFetched("no such file")

    monkeypatch.setattr(registered_model, "look_up", look_up)
    with pytest.raises(ModelNotFetched, match="no such file"):
        model.poll()
    assert model.state == "8"


def test_a_server_is_asked_first_and_mlflow_if_it_does_not_say(
    asked: list[str], server_says: dict[str, str]
) -> None:
    model = RegisteredModel(CHAMPION, "https://tracking.example")
    server_says["champion"] = "9"
    model.poll()
    assert (model.state, asked) == ("9", [])
    server_says.clear()
    model.poll()
    assert (model.state, asked) == ("8", [CHAMPION])


@pytest.mark.parametrize(
    ("uri", "registry"),
    [
        ("models:/winprob/latest", "https://tracking.example"),
        (CHAMPION, "postgresql://tracking.example/mlflow"),
    ],
)
def test_what_a_server_has_no_short_answer_to_is_asked_of_mlflow(
    asked: list[str], server_says: dict[str, str], uri: str, registry: str
) -> None:
    server_says |= {"champion": "9", "": "9"}
    RegisteredModel(uri, registry).poll()
    assert asked == [uri]


def test_a_registry_elsewhere_is_asked_through_mlflow(
    asked: list[str], server_says: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server_says["champion"] = "9"
    monkeypatch.setenv("MLFLOW_REGISTRY_URI", "databricks-uc")
    (tmp_path / "mlflow.db").write_bytes(b"runs alone")
    for registry in ("https://tracking.example", f"sqlite:///{tmp_path / 'mlflow.db'}"):
        model = RegisteredModel(CHAMPION, registry)
        model.poll()
        model.poll()
        assert model.state == "8"
    assert asked == [CHAMPION] * 4


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory, bundle_folder: Path) -> str:
    return registered(tmp_path_factory.mktemp("registry"), bundle_folder, bundle_folder)


@pytest.mark.long
def test_a_new_champion_is_seen_and_opened(registry: str, tmp_path: Path) -> None:
    copied = Path(shutil.copytree(Path(registry.removeprefix("sqlite:///")).parent, tmp_path / "copied"))
    uri = f"sqlite:///{copied / 'mlflow.db'}"
    model = RegisteredModel(CHAMPION, uri)
    assert model.open().version == model.state == "1"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(registered_model, "look_up", lambda *_: pytest.fail("nobody has written to it"))
        model.poll()
    set_champion(uri, "2")
    model.poll()
    assert model.state == "2"
    set_champion(uri, "1")
    assert model.open().version == "2"  # the one that was looked up


@pytest.fixture
def tracking_server(registry: str) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "mlflow", "server", "--backend-store-uri", registry]
    with subprocess.Popen(
        [*command, "--port", str(port), "--workers", "1"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            os.killpg(process.pid, signal.SIGTERM)


@pytest.mark.long
def test_a_real_tracking_server_says_the_version(tracking_server: str) -> None:
    for _ in range(600):
        try:
            httpx.get(f"{tracking_server}/health")
            break
        except httpx.TransportError:
            time.sleep(0.2)
    assert aliased_version(tracking_server, "winprob", "champion") == "1"
    assert aliased_version(tracking_server, "winprob", "challenger") is None
