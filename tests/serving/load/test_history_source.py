"""Where forecasts get their history from."""

from pathlib import Path

import pandas as pd
import pytest

from winprob.features.breach import InvalidHistory
from winprob.features.playbook import load_playbook
from winprob.features.reading import read
from winprob.serving.load.history_source import HistoryFolder


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
