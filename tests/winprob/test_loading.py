from __future__ import annotations

from pathlib import Path

import pytest
from bundles import trained_bundle

from winprob.loading import load
from winprob.serving.load.fetch import ModelNotFetched


def test_a_folder_is_loaded(tmp_path: Path) -> None:
    folder = trained_bundle().save(tmp_path / "bundle")
    assert load(folder).manifest == trained_bundle().manifest


def test_a_registry_without_the_model_says_so(tmp_path: Path) -> None:
    with pytest.raises(ModelNotFetched):
        load(tracking_uri=f"sqlite:///{tmp_path}/mlflow.db")
