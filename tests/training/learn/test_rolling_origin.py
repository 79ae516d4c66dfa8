from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest
from bundles import simulated_history
from sklearn.base import clone

from winprob.models.win.calibration import LogOddsCalibration
from winprob.models.win.win_model import WinModel
from winprob.training.learn.rolling_origin import Fitted, fit_calibrated
from winprob.training.weekly.snapshots import Snapshots
from winprob.training.weekly.splits import Round, Split, split

RECIPE = WinModel(trees=5)


@cache
def fitted() -> tuple[Split, Fitted]:
    sides = split(Snapshots.weekly(simulated_history()))
    return sides, fit_calibrated(RECIPE, sides)


def by_hand(rounds: Sequence[Round]) -> WinModel:
    """The last model, calibrated by how those before it did in the windows after them."""
    *seen, last = rounds
    predicted = []
    for each in seen:
        rows = each.past.rows
        model = clone(RECIPE).fit(each.past.X, rows["won"], rows["sample_weight"])
        predicted.append(model.decision_function(each.next.X))
    rows = last.past.rows
    model = clone(RECIPE).fit(last.past.X, rows["won"], rows["sample_weight"])
    later, log_odds = pd.concat([each.next.rows for each in seen]), np.concatenate(predicted)
    weight = later["weight"] * (later["opportunity"].nunique() / later["weight"].sum())
    model.calibration_ = LogOddsCalibration.fit(log_odds, later["won"], weight)
    return model


@pytest.mark.parametrize("served", [False, True])
def test_a_model_is_calibrated_by_how_models_of_the_past_did(
    served: bool,
) -> None:
    sides, found = fitted()
    rounds = [*sides.rounds, Round(sides.train, sides.test)]
    if served:
        rounds.append(Round(sides.known, sides.test))
    expected = by_hand(rounds)
    model = found.served if served else found.tested
    assert model.blend_.trees.model_to_string() == expected.blend_.trees.model_to_string()
    assert model.calibration_ == expected.calibration_


def test_models_of_the_past_are_calibrated_by_the_rounds_before_them() -> None:
    sides, found = fitted()
    past = found.past
    assert [each.round for each in past] == [*sides.rounds, Round(sides.train, sides.test)]
    for number, each in enumerate(past):
        known = replace(sides, rounds=sides.rounds[:number], test=each.round.next, train=each.round.past)
        assert fit_calibrated(RECIPE, known).tested.calibration_ == each.model.calibration_
    assert past[0].model.calibration_.slope == 1.0 != past[1].model.calibration_.slope


def test_without_a_round_the_tested_model_is_not_calibrated_and_the_test_calibrates_the_served_one() -> None:
    sides, _ = fitted()
    found = fit_calibrated(RECIPE, replace(sides, rounds=()))
    assert found.tested.calibration_.slope == 1.0 != found.served.calibration_.slope
    untested = replace(sides, rounds=(), test=replace(sides.test, places=sides.test.places[:0]))
    assert fit_calibrated(RECIPE, untested).served.calibration_.slope == 1.0


def test_the_recipe_is_not_fitted() -> None:
    fitted()
    assert not hasattr(RECIPE, "blend_")
