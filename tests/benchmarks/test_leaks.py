from __future__ import annotations

import numpy as np

from benchmarks.leaks import WORDS, _found, _planted
from winprob.training.simulation import simulate


def test_planted_columns_are_what_their_words_say() -> None:
    opportunities = simulate(300, 2, seed=1).tables["opportunities"]
    planted = _planted(opportunities, np.random.default_rng(0))
    outcome = planted["outcome"]
    assert set(planted) - set(opportunities) == set(WORDS)
    assert set(outcome[planted["loss_reason"].notna()]) == set(
        outcome[planted["loss_reason_of_half"].notna()]
    )
    assert (outcome[planted["loss_reason"].notna()] == "lost").all()
    assert (planted["final_price"].notna() == (outcome == "won")).all()
    assert (planted["won_flag"] == (outcome == "won")).all()
    assert (planted["won_flag_of_most"] <= planted["won_flag"]).all()
    assert outcome[planted["handover"].notna()].notna().all()
    assert outcome[planted["discount"] > 0].notna().all()
    wrong = (planted["copy"] != (outcome == "won"))[outcome.notna()].mean()
    assert 0 < wrong < 0.06
    assert planted["budget"][outcome.isna()].notna().any()


def test_every_column_is_counted() -> None:
    found = _found(300, [1])
    assert list(found.index) == [*WORDS, "any other feature"]
    assert found["handover"] == 2
    assert found["budget"] == found["any other feature"] == 0
