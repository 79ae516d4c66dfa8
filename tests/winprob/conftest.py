"""A folder in which verbs run in this process."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from bundles import simulated_company


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder to work in, with a history and without a registry, and a terminal of 120 columns."""
    folder = tmp_path_factory.mktemp("company")
    simulated_company().write(folder / "history")
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("MLFLOW_TRACKING_URI", raising=False)
        patch.setenv("COLUMNS", "120")
        patch.chdir(folder)
        yield folder
