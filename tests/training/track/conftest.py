"""A registry of its own for the tests of a module."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from registries import champion_of
from trainings import against, trained_model

from winprob.training.fit import Trained
from winprob.training.track import run_facts
from winprob.training.track.champion import promote
from winprob.training.track.past_forecasts import past_forecasts
from winprob.training.track.tracking import Logged, log

DRAWN: dict[int, pd.DataFrame] = {}
"""The forecasts of past models: those that differ in nothing but how their tests came out have one bundle."""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder to work in, nothing said about MLflow, and forecasts of the past drawn once."""
    folder = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("MLFLOW_TRACKING_URI", raising=False)
        patch.chdir(folder)
        patch.setattr(run_facts, "past_forecasts", drawn_once)
        yield folder


def drawn_once(trained: Trained) -> pd.DataFrame:
    known = id(trained.bundle)
    if known not in DRAWN:
        DRAWN[known] = past_forecasts(trained)
    return DRAWN[known]


@pytest.fixture(scope="module")
def first(home: Path) -> Logged:
    """A model that beat its rules, logged where there was nothing."""
    assert not list(home.iterdir())
    return log(against(trained_model(), stage=0.99, competition=None, base_rate=0.98))


@pytest.fixture
def ready(first: Logged) -> Logged:
    """The first model is champion when a test begins."""
    if champion_of() != first.version:
        promote(first.version, "a test begins")
    return first
