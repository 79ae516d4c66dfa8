"""The difference of two versions has an interval over what was drawn, not over rows."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from benchmarks.versions import difference, paired, show


def test_the_interval_is_student_s() -> None:
    values = np.random.default_rng(0).normal(0.3, 1.0, 12)
    mean, margin = difference(values, np.ones(12))
    low, high = stats.t.interval(0.95, 11, values.mean(), stats.sem(values))
    assert (mean - margin, mean + margin) == pytest.approx((low, high))


def test_the_interval_holds_the_true_difference_as_often_as_it_says() -> None:
    rng, held = np.random.default_rng(1), 0
    for _ in range(400):
        mean, margin = difference(rng.normal(0.1, 1.0, 40), rng.uniform(0.5, 1.5, 40))
        held += abs(mean - 0.1) <= margin
    assert 0.92 <= held / 400 <= 0.98


def test_rows_of_one_pair_count_once_by_their_weights() -> None:
    before = pd.DataFrame(
        {"pair": ["a", "a", "b", "c"], "value": [1.0, 4.0, 2.0, 9.0], "weight": [2, 1, 1, 1]}
    )
    after = pd.DataFrame({"pair": ["b", "a", "d"], "value": [2.5, 1.0, 7.0], "weight": [0.5, 1.0, 1.0]})
    rows, alone = paired(before, after)
    assert rows.to_dict("index") == {
        "a": {"before": 2.0, "after": 1.0, "weight": 1.0},
        "b": {"before": 2.0, "after": 2.5, "weight": 0.5},
    }
    assert alone == 2


def test_what_is_shown_is_of_the_pairs_of_both(capsys: pytest.CaptureFixture[str]) -> None:
    names = {"set": "chip maker", "measure": "tested", "weight": 1.0}
    before = pd.DataFrame({"pair": ["a", "b", "c"], "value": [0.1, 0.2, 0.6], **names})
    after = pd.DataFrame({"pair": ["a", "b", "d"], "value": [0.2, 0.3, 0.7], **names})
    show(before, pd.concat([after, after.assign(measure="of one version")]))
    heading, *shown = capsys.readouterr().out.splitlines()
    assert heading.split() == ["set", "measure", "pairs", "before", "after", "difference"]
    assert [" ".join(line.split()) for line in shown] == [
        "chip maker tested 2 0.1500 0.2500 +0.1000 ± 0.0000 * (2 pairs of one version left out)"
    ]
