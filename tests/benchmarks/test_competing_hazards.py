from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from bundles import simulated_history

from benchmarks.competing_hazards import hazards, incidence, show
from winprob.models.closing.closing_times import ClosingTimes
from winprob.training.weekly.snapshots import Snapshots
from winprob.training.weekly.splits import split


@pytest.mark.parametrize("of_four", [1, 2])
def test_of_endings_that_come_alike_the_incidence_is_the_share_of_wins(of_four: int) -> None:
    n = 80
    X = pd.DataFrame({"x": np.zeros(n)})
    at = pd.Series(pd.date_range("2024-01-01", periods=n, freq="D", tz="UTC"))
    times = ClosingTimes.fit(X, at, np.full(n, 10.0), np.arange(n) % 4 < of_four)
    assert 1 / (1 + np.exp(-incidence(times, X[:1], at[:1]))) == pytest.approx(of_four / 4, abs=0.02)


def test_hazards_tell_wins_from_losses(capsys: pytest.CaptureFixture[str]) -> None:
    snapshots = Snapshots.weekly(simulated_history())
    test = split(snapshots).test
    p, won = hazards(snapshots, test.X, test.rows["at"], 4000), test.rows["won"] == 1
    assert ((p > 0) & (p < 1)).all()
    assert p[won].mean() > p[~won].mean() + 0.1
    show("here", snapshots, test.rows, test.rows["won"], 4000)
    assert "hazards alone are worse by" in capsys.readouterr().out
