"""Scores read row by row: the same numbers as in their tables."""

from __future__ import annotations

import numpy as np
import pytest
from bundles import simulated_history, trained_bundle

from winprob.features.build import open_snapshots
from winprob.models.bundle.scoring import score
from winprob.serving.scores.scored_row import rows_of


def test_a_row_has_the_numbers_of_the_tables() -> None:
    history = simulated_history()
    scores = score(trained_bundle(), history, open_snapshots(history)[:20])
    why, rules = scores.explanation, scores.rules
    rows = rows_of(scores)
    assert len(rows) == 20
    for number, row in enumerate(rows):
        features = scores.features.iloc[number]
        assert [value is None for value in row.values.values()] == features.isna().tolist()
        recorded = {name: value for name, value in row.values.items() if value is not None}
        assert recorded == features[list(recorded)].to_dict()
        assert row.probability == scores.probability.iloc[number]
        assert [row.low, row.high] == scores.ranges.iloc[number].tolist()
        assert row.log_odds == pytest.approx(why.log_odds.iloc[number], abs=1e-12)
        assert (row.base, row.base_probability) == (why.base, why.base_probability)
        assert row.contributions == why.contributions.iloc[number].to_dict()
        points = {name: added * row.slope for name, added in row.contributions.items()}
        assert points == pytest.approx(why.points.iloc[number].to_dict(), abs=1e-12)
        told = [np.nan if value is None else value for value in row.rules.values()]
        np.testing.assert_array_equal(told, rules.iloc[number].to_numpy())
