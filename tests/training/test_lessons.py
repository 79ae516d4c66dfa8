from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest
from bundles import simulated_history

from features.build import build
from models.win_model import WinModel
from training.lessons import HALF_TRUSTED, lessons
from training.moments import weekly_moments
from training.splits import Side, Split, split


@cache
def sides() -> Split:
    return split(simulated_history(), simulated_history().last_event)


@cache
def matrix() -> pd.DataFrame:
    return build(simulated_history(), moments=weekly_moments(simulated_history(), sides().known.end))


@cache
def earlier() -> WinModel:
    rows = sides().train.moments
    return WinModel(trees=5).fit(matrix().iloc[rows.index], rows["won"], rows["say"])


def learned(number: int) -> pd.DataFrame:
    return lessons(sides().known, matrix(), earlier(), number)


def test_without_an_earlier_model_known_endings_stand_in_for_the_others() -> None:
    known = sides().known
    rows = lessons(known, matrix())
    pd.testing.assert_series_equal(rows["won"], known.moments["won"])
    assert np.ptp(rows["weight"] / known.moments["weight"]) == pytest.approx(0, abs=1e-9)
    assert np.ptp(rows["say"] / known.moments["say"]) == pytest.approx(0, abs=1e-9)


def test_a_model_that_learned_from_nothing_is_not_asked() -> None:
    pd.testing.assert_frame_equal(learned(0), lessons(sides().known, matrix()))


def test_unfinished_moments_have_the_outcome_expected_at_the_last_of_them() -> None:
    rows, unfinished = learned(100), sides().known.unfinished
    for _, moments in list(unfinished.groupby("opportunity"))[:20]:
        expected = earlier().predict_proba(matrix().iloc[[moments.index.max()]])[0, 1]
        own = rows.loc[moments.index]
        shares = own["weight"] * own["won"]
        found = shares.groupby(level=0).sum() / own["weight"].groupby(level=0).sum()
        assert found.to_numpy() == pytest.approx(expected)
    assert sorted(set(rows.index)) == list(range(len(matrix())))


@pytest.mark.parametrize("number", [0, 10, 1000])
def test_an_opportunity_has_the_say_of_one_and_all_together_that_of_those_that_ended(number: int) -> None:
    rows, known = learned(number), sides().known
    assert rows[["say", "weight"]].sum().to_numpy() == pytest.approx(known.opportunities)
    own = weekly_moments(simulated_history(), known.end)["opportunity"]
    ratio = rows["say"] / rows["weight"] * own.groupby(own).transform("size").loc[rows.index]
    assert np.ptp(ratio) == pytest.approx(0, abs=1e-9)


def test_trust_grows_with_what_the_earlier_model_had_learned_from() -> None:
    known = sides().known

    def trust(number: int) -> float:
        weight = learned(number)["weight"].groupby(level=0).sum()
        return float(weight.loc[known.unfinished.index].mean() / weight.loc[known.moments.index].mean())

    assert trust(int(HALF_TRUSTED)) == pytest.approx(0.5)
    assert trust(10) < 0.1
    assert trust(100_000) > 0.99
    sure = learned(100_000)["weight"].groupby(level=0).sum()
    assert np.ptp(sure) < 0.05


def test_nothing_known_is_nothing_to_learn() -> None:
    known = sides().known
    nothing = Side(None, known.end, known.moments[:0], known.unfinished)
    assert lessons(nothing, matrix()).empty
