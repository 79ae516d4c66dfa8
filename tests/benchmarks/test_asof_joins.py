from __future__ import annotations

import numpy as np
from bundles import simulated_history

from benchmarks.asof_joins import by_winprob, peer
from winprob.features.build import open_snapshots
from winprob.features.instant import microseconds


def test_pandas_gives_the_same_columns() -> None:
    history = simulated_history()
    snapshots = open_snapshots(history, "2024-03-04")
    opportunity, moment = snapshots["opportunity"].to_numpy(), microseconds(snapshots["at"])
    expected = by_winprob(history, opportunity, moment)
    found = peer("pandas", history, opportunity, moment)()
    for ours, theirs in zip(expected, found, strict=True):
        np.testing.assert_array_equal(ours, theirs)
