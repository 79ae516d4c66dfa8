"""Where forecasts get their history from."""

import shutil
from pathlib import Path

import pandas as pd
import pytest
from bundles import simulated_history

from winprob.features.breach import InvalidHistory
from winprob.features.history import History
from winprob.features.mistake import Mistake
from winprob.features.playbook import Playbook, load_playbook
from winprob.features.reading import read
from winprob.serving.load import history_source
from winprob.serving.load.folder_state import folder_state
from winprob.serving.load.history_source import HistoryFolder, KnownHistory


def test_a_folder_is_read_with_the_models_playbook(history_folder: Path) -> None:
    playbook = load_playbook()
    found, expected = HistoryFolder(history_folder).history(playbook), read(history_folder, playbook)
    assert found.playbook is playbook
    pd.testing.assert_frame_equal(found.opportunities, expected.opportunities)


def test_every_breach_is_told(tmp_path: Path) -> None:
    (tmp_path / "opportunities.csv").write_text("opportunity_id,created_at\nA,soon\nA,2026-01-05\n")
    with pytest.raises(InvalidHistory) as refused:
        HistoryFolder(tmp_path).history(load_playbook())
    assert {breach.table for breach in refused.value.breaches} == {"opportunities", "stage_changes"}
    assert len(refused.value.breaches) >= 3


def test_files_that_are_replaced_while_they_are_read_are_not_taken(
    history_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Path(shutil.copytree(history_folder, tmp_path / "history"))
    source = HistoryFolder(folder, folder_state(folder))
    playbook = load_playbook()
    assert len(source.history(playbook))

    def slowly_read(place: Path, playbook: Playbook) -> History:
        history = read(place, playbook)
        (place / "amounts.csv").touch()
        return history

    monkeypatch.setattr(history_source, "read", slowly_read)
    with pytest.raises(Mistake, match="found them replaced while they were read"):
        source.history(playbook)


def test_a_known_history_is_read_anew_only_for_another_playbook(history_folder: Path) -> None:
    known = simulated_history()
    source = KnownHistory(known, HistoryFolder(history_folder))
    assert source.history(load_playbook()) is known
    other = load_playbook().model_copy(update={"code": "other"})
    assert source.history(other).playbook == other
