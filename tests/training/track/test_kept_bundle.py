"""Models that were trained and could not be logged."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from bundles import trained_bundle
from trainings import trained_model

from winprob.models.bundle.bundle import Bundle
from winprob.serving.load.served_model import open_model
from winprob.training.track.kept_bundle import NotLogged, kept_if_not_logged
from winprob.training.track.tracking import log


def test_a_model_is_kept_when_the_registry_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mlruns").mkdir()
    (tmp_path / "mlruns" / "artifacts").write_text("in the way")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "sqlite:///mlruns/mlflow.db")
    trained = trained_model()
    with pytest.raises(NotLogged) as refused, kept_if_not_logged(trained.bundle):
        log(trained)
    assert "artifacts" in str(refused.value).splitlines()[0]
    (folder,) = re.findall(r"winprob serve --model (\S+)", str(refused.value))
    assert open_model(folder, "sqlite:///none.db").bundle.manifest == trained.bundle.manifest


def test_an_unwritable_folder_is_not_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    with (
        pytest.raises(NotLogged, match="http://\\*\\*\\*@host") as refused,
        kept_if_not_logged(trained_bundle()),
    ):
        raise RuntimeError("no answer of http://ann:secret@host")
    (kept,) = (tmp_path / "temporary").iterdir()
    assert str(kept) in str(refused.value)
    assert Bundle.load(kept).manifest == trained_bundle().manifest
    monkeypatch.chdir(tmp_path)


def test_a_model_that_was_logged_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with kept_if_not_logged(trained_bundle()):
        pass
    assert list(tmp_path.iterdir()) == []
