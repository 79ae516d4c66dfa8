"""A real server on a free port, with a small real model."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
import uvicorn
from bundles import trained_bundle

from serving.app import create_app
from serving.desk import Desk
from serving.served_model import ServedModel
from serving.settings import Settings


@pytest.fixture(scope="session")
def desk() -> Desk:
    return Desk(ServedModel(trained_bundle(), "7"))


@pytest.fixture(scope="session")
def bundle_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return trained_bundle().save(tmp_path_factory.mktemp("serving") / "bundle")


@contextmanager
def running(settings: Settings) -> Iterator[httpx.Client]:
    """A client of a server that runs in a thread."""
    server = uvicorn.Server(uvicorn.Config(create_app(settings), port=0, log_level="critical", lifespan="on"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            time.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
            yield client
    finally:
        server.should_exit = True
        thread.join()


def settle(client: httpx.Client, status: int) -> httpx.Response:
    """Wait until the server is ready, or not, as expected; its last answer."""
    for _ in range(500):
        answer = client.get("/readyz")
        if answer.status_code == status and "being loaded" not in answer.text:
            return answer
        time.sleep(0.02)
    raise AssertionError(answer.text)


@pytest.fixture(scope="session")
def client(bundle_folder: Path) -> Iterator[httpx.Client]:
    with running(Settings(model=str(bundle_folder))) as client:
        settle(client, 200)
        yield client


@pytest.fixture(scope="session")
def broken_client() -> Iterator[httpx.Client]:
    """A client of a server whose model is not there."""
    with running(Settings(model="no/such/folder")) as client:
        settle(client, 503)
        yield client
