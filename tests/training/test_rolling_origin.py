from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest
from bundles import simulated_history
from sklearn.base import clone

from features.build import build
from models.calibration import LogOddsCalibration
from models.win_model import WinModel
from training.dispersion import dispersion
from training.lessons import lessons
from training.moments import weekly_moments
from training.rolling_origin import Fitted, fit_calibrated
from training.splits import Round, Split, split

RECIPE = WinModel(trees=5)


@cache
def fitted() -> tuple[Split, pd.DataFrame, Fitted]:
    history = simulated_history()
    sides, moments = split(history, history.last_event), weekly_moments(history, history.last_event)
    X = build(history, moments=moments)
    return sides, X, fit_calibrated(RECIPE, sides, X)


def by_hand(rounds: Sequence[Round], X: pd.DataFrame) -> WinModel:
    """The last model, each learning from what the one before expects, calibrated by the windows before it."""
    calibrated, said, seen = None, [], []
    for number, each in enumerate(rounds):
        learned = rounds[number - 1].past.opportunities if number else 0
        rows = lessons(each.past, X, calibrated, learned)
        model = clone(RECIPE).fit(X.iloc[rows.index], rows["won"], rows["say"])
        found = model.decision_function(X.iloc[rows.index])
        model.calibration_ = LogOddsCalibration.fit_level(found, rows["won"], rows["weight"])
        by_itself = deepcopy(model)
        if seen:
            moments, log_odds = pd.concat([one.next.moments for one in seen]), np.concatenate(said)
            independent = moments["opportunity"].nunique() / dispersion(moments, log_odds)
            weight = moments["weight"] * (independent / moments["weight"].sum())
            line = LogOddsCalibration.fit(log_odds, moments["won"], weight)
            model.calibration_ = line.after(model.calibration_)
        said.append(by_itself.decision_function(X.iloc[each.next.moments.index]))
        seen.append(each)
        calibrated = model
    return calibrated


@pytest.mark.parametrize("served", [False, True])
def test_a_model_learns_from_what_the_one_before_expects_and_is_calibrated_by_how_the_past_did(
    served: bool,
) -> None:
    sides, X, found = fitted()
    rounds = [*sides.rounds, Round(sides.train, sides.test)]
    if served:
        rounds.append(Round(sides.known, sides.test))
    expected = by_hand(rounds, X)
    model = found.served if served else found.tested
    assert model.blend_.trees.model_to_string() == expected.blend_.trees.model_to_string()
    assert model.calibration_ == expected.calibration_


def test_models_of_the_past_are_calibrated_by_the_rounds_before_them() -> None:
    sides, X, found = fitted()
    past = found.past
    assert [each.round for each in past] == [*sides.rounds, Round(sides.train, sides.test)]
    for number, each in enumerate(past):
        known = replace(sides, rounds=sides.rounds[:number], test=each.round.next, train=each.round.past)
        assert fit_calibrated(RECIPE, known, X).tested.calibration_ == each.model.calibration_
    assert past[0].model.calibration_.slope == 1.0 != past[1].model.calibration_.slope


def test_without_a_round_the_tested_model_keeps_its_level_and_the_test_calibrates_the_served_one() -> None:
    sides, X, _ = fitted()
    found = fit_calibrated(RECIPE, replace(sides, rounds=()), X)
    assert found.tested.calibration_.slope == 1.0 != found.served.calibration_.slope
    untested = replace(sides, rounds=(), test=replace(sides.test, moments=sides.test.moments[:0]))
    assert fit_calibrated(RECIPE, untested, X).served.calibration_.slope == 1.0


def test_the_recipe_is_not_fitted() -> None:
    fitted()
    assert not hasattr(RECIPE, "blend_")
