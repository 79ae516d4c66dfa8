"""What is said of the versions in a registry, and two of them on the same rows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from trainings import against, clairvoyant, trained_model

from winprob.training.track import run_facts
from winprob.training.track.registry import open_registry, quiet_mlflow
from winprob.training.track.tracking import Logged, log
from winprob.training.track.versions import versions


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Logged, Logged]]:
    """A model that is champion, and one that knew what would happen and took its place."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("home"))
        patch.delenv("MLFLOW_TRACKING_URI", raising=False)
        patch.setattr(run_facts, "past_forecasts", lambda _: np.empty(0))
        yield (
            log(against(trained_model(), stage=0.99, competition=None, base_rate=0.98)),
            log(clairvoyant(trained_model())),
        )


def test_versions_are_listed_with_what_decided(both: tuple[Logged, Logged]) -> None:
    second, first = versions()
    assert (first.version, second.version) == ("1", "2")
    assert (first.status, second.status) == ("former champion", "champion")
    assert (first.why, second.why) == tuple(logged.decision.reason for logged in both)
    manifest = trained_model().bundle.manifest
    assert first.data_until == second.data_until == manifest.data.as_of.isoformat()  # type: ignore[union-attr]
    assert first.log_loss == pytest.approx(trained_model().evaluation.model.log_loss)
    assert second.log_loss == pytest.approx(-np.log(0.99))
    assert first.created_at < second.created_at
    assert first.run_name.startswith("customer-grades to ")


@pytest.mark.usefixtures("both")
def test_a_version_whose_run_was_deleted_is_still_listed() -> None:
    with quiet_mlflow():
        client = open_registry()
        run_id = client.get_model_version("winprob", "1").run_id
        client.delete_run(run_id)
        try:
            assert [each.version for each in versions()] == ["2", "1"]
        finally:
            client.restore_run(run_id)


def test_an_empty_registry_has_no_versions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path / 'runs.db'}")
    assert versions() == []
