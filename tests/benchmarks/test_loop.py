"""Months in service, and what is shown of them."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from bundles import simulated_company

from benchmarks import loop
from benchmarks.loop_figure import draw


def rows() -> pd.DataFrame:
    """Two companies and strategies over five months, by hand."""
    told = []
    for seed in (1, 2):
        for week in (-52, -4, 0, 4, 30):
            alarms = {-4: "drift", 4: "calibration drift"}.get(week, "") if seed == 1 else ""
            told.append((seed, week, "never", 0.1 * seed * (week > 0), alarms, 0))
            told.append((seed, week, "always", 0.02, "", int(week > -52)))
    return pd.DataFrame(told, columns=["seed", "week", "strategy", "loss", "alarms", "promoted"])


def test_tables_have_means_and_ranges_false_alarms_and_delays(capsys: pytest.CaptureFixture[str]) -> None:
    loop.show(rows())
    told = capsys.readouterr().out
    after = "0.0750 (0.0500 to 0.1000)"  # of each company: one month at 0, one at 0.1 times its seed
    assert (
        f"| never | 0.0000 (0.0000 to 0.0000) | {after} | 0.1500 (0.1000 to 0.2000) | 0.0 (0 to 0) |" in told
    )
    assert "| always | 0.0200 (0.0200 to 0.0200) |" in told
    assert "| 4.0 (4 to 4) |" in told
    assert "| never | 1 | 1 of 2 | 4 | calibration, drift |" in told
    assert "| never | 2 | 0 of 2 | none |  |" in told


def test_the_same_rows_make_the_same_figure(tmp_path: Path) -> None:
    for name in ("one.svg", "two.svg"):
        draw(rows(), tmp_path / name)
    one, two = (file.read_bytes() for file in sorted(tmp_path.iterdir()))
    assert one == two
    assert len(one) < 300_000


@pytest.mark.long
def test_months_of_a_company(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, week in (("FIRST", 96), ("CHANGES", 100), ("LAST", 104)):
        monkeypatch.setattr(loop, name, week)
    first, second = loop.months(simulated_company(), seed=1)
    assert first["week"].unique().tolist() == [-4]
    assert second["week"].unique().tolist() == [0]
    assert first["loss"].nunique() == 1  # all begin with the same model
    assert (first["loss"] > 0).all()
    assert not first["promoted"].any()
    own = second.set_index("strategy")
    assert own["promoted"]["every month, no gate"] == 1
    assert own["loss"]["never retrained"] != own["loss"]["every month, no gate"]
