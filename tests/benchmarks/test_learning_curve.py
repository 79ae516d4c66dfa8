from __future__ import annotations

import numpy as np
import pytest
from bundles import simulated_history

from benchmarks import learning_curve
from benchmarks.learning_curve import curve, of_some
from winprob.models.measure.metrics import log_loss
from winprob.training.weekly.snapshots import Snapshots
from winprob.training.weekly.splits import split


def test_only_the_drawn_opportunities_are_learned_from() -> None:
    sides = split(Snapshots.weekly(simulated_history()))
    drawn = sides.train.rows["opportunity"].unique()[::3]
    own = of_some(sides, drawn)
    assert set(own.train.rows["opportunity"]) == set(drawn)
    for each in own.rounds:
        assert set(each.past.rows["opportunity"]) | set(each.next.rows["opportunity"]) <= set(drawn)
    assert set(own.known.rows["opportunity"]) == set(drawn)
    assert own.test.opportunities == 0
    nothing = of_some(sides, np.array([], dtype=int))
    assert (len(nothing.rounds), nothing.train.opportunities) == (0, 0)


def test_without_closed_opportunities_the_curve_starts_at_the_fixed_percentages(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(learning_curve, "DRAWS", 1)
    history = simulated_history()
    sides = split(Snapshots.weekly(history))
    test, X = sides.test.rows, sides.test.X
    found = {row[0]: row for row in curve(history, sides, X, lambda p: log_loss(test["won"], p))}
    _, model, stage, _ = found[0]
    assert abs(model - stage) < 1e-9
    assert max(found) <= sides.train.opportunities
