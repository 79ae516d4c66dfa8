from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from bundles import simulated_history
from sklearn.base import clone
from trainings import trained_model

from features.build import build
from models.calibration import LogOddsCalibration
from models.win_model import WinModel
from training.dispersion import dispersion
from training.recipe import untrained
from training.rolling_origin import fit_calibrated
from training.splits import Round, split


@pytest.mark.parametrize("served", [False, True])
def test_the_calibration_is_learned_from_models_of_the_past(served: bool) -> None:
    history = simulated_history()
    sides = split(history, history.last_event)
    rounds = [*sides.rounds, *([Round(sides.train, sides.test)] if served else [])]
    log_odds, moments = [], pd.concat([each.next.moments for each in rounds])
    for each in rounds:
        past, later = (build(history, moments=side.moments) for side in (each.past, each.next))
        model = untrained(history.playbook, history.attributes, seed=0)
        model.fit(past, each.past.moments["won"], each.past.moments["say"])
        log_odds.append(model.decision_function(later))
    found = np.concatenate(log_odds)
    independent = moments["opportunity"].nunique() / dispersion(moments, found)
    weight = moments["weight"] / moments["weight"].sum() * independent
    line = LogOddsCalibration.fit(found, moments["won"], weight)
    trained = trained_model()
    model = trained.bundle.model if served else trained.tested
    assert (model.calibration_.slope, model.calibration_.intercept) == pytest.approx(
        (line.slope, line.intercept), abs=1e-6
    )


@pytest.mark.parametrize("side", ["train", "known"])
def test_rows_of_one_opportunity_have_the_say_of_one(side: str) -> None:
    rows = getattr(split(simulated_history(), simulated_history().last_event), side).moments
    trained = trained_model()
    model = trained.tested if side == "train" else trained.bundle.model
    grown = clone(model).fit(build(simulated_history(), moments=rows), rows["won"], rows["say"])
    assert grown.blend_.trees.model_to_string() == model.blend_.trees.model_to_string()


def test_models_of_the_past_are_calibrated_by_the_rounds_before_them() -> None:
    history = simulated_history()
    sides = split(history, history.last_event)
    X = build(history, moments=sides.known.moments)
    past = fit_calibrated(WinModel(trees=5), sides, X).past
    assert [each.round for each in past] == [*sides.rounds, Round(sides.train, sides.test)]
    for number, each in enumerate(past):
        known = replace(sides, rounds=sides.rounds[:number], test=each.round.next, train=each.round.past)
        assert fit_calibrated(WinModel(trees=5), known, X).tested.calibration_ == each.model.calibration_
    assert past[0].model.calibration_ == LogOddsCalibration() != past[1].model.calibration_


def test_without_a_round_the_tested_model_is_not_calibrated_and_the_served_one_by_the_test() -> None:
    sides = replace(split(simulated_history(), simulated_history().last_event), rounds=())
    X = build(simulated_history(), moments=sides.known.moments.reset_index(drop=True))
    found = fit_calibrated(WinModel(trees=5), sides, X)
    assert found.tested.calibration_ == LogOddsCalibration()
    assert found.served.calibration_ != LogOddsCalibration()
    untested = replace(sides, test=replace(sides.test, moments=sides.test.moments[:0]))
    assert fit_calibrated(WinModel(trees=5), untested, X).served.calibration_ == LogOddsCalibration()


def test_the_recipe_is_not_fitted() -> None:
    sides = split(simulated_history(), simulated_history().last_event)
    recipe = WinModel(trees=5)
    fit_calibrated(recipe, sides, build(simulated_history(), moments=sides.known.moments))
    assert not hasattr(recipe, "blend_")
