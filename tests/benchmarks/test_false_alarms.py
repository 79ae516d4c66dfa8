"""False alarms are counted by company and check."""

from __future__ import annotations

import pandas as pd
import pytest

from benchmarks import false_alarms
from benchmarks.false_alarms import CHECKS, COLUMNS, show, watches


def test_companies_and_watches_with_an_alarm_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    alarms = {(0, 4): "drift", (0, 8): "calibration drift", (3, 8): "drift"}
    rows = [(800, seed, week, alarms.get((seed, week), "")) for seed in range(4) for week in (4, 8)]
    show(pd.DataFrame(rows, columns=["opportunities", "seed", "week", "alarms"]))
    told = capsys.readouterr().out
    assert "| 800 | 4 | calibration | 1 (25.0%) | 0.6% to 80.6% | 12.5% |" in told
    assert "| 800 | 4 | coverage | 0 (0.0%) | 0.0% to 60.2% | 0.0% |" in told
    assert "| 800 | 4 | drift | 2 (50.0%) | 6.8% to 93.2% | 37.5% |" in told
    assert "| 800 | 4 | any | 2 (50.0%) |" in told


@pytest.mark.long
def test_a_company_is_watched_every_four_weeks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(false_alarms, "WATCHED", 20)
    rows = watches(250, seed=7)
    assert list(rows) == COLUMNS
    assert rows["week"].tolist() == [4, 8, 12, 16, 20]
    assert rows["closed"].is_monotonic_increasing
    assert rows["closed"].iloc[2] == 0 < rows["closed"].iloc[3]  # 13 weeks are over
    assert set(" ".join(rows["alarms"]).split()) <= set(CHECKS)
