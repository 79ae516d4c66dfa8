"""A small real model, and servers that have it or miss it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from bundles import simulated_company, trained_bundle
from servers import running, settle

from winprob.serving.load.served_model import ServedModel
from winprob.serving.scores.scorer import Scorer
from winprob.serving.settings import Settings


@pytest.fixture(scope="session")
def scorer() -> Scorer:
    return Scorer(ServedModel(trained_bundle(), "7"))


@pytest.fixture(scope="session")
def bundle_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return trained_bundle().save(tmp_path_factory.mktemp("serving") / "bundle")


@pytest.fixture(scope="session")
def history_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("serving") / "history"
    simulated_company().write(folder)
    return folder


@pytest.fixture(scope="session")
def forecasts(bundle_folder: Path, history_folder: Path) -> Iterator[httpx.Client]:
    """A client of a server that has a history."""
    with running(Settings(model=str(bundle_folder), history=history_folder)) as client:
        settle(client, 200)
        yield client


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
