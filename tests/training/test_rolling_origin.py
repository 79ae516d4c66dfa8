from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from bundles import simulated_history
from trainings import trained_model

from features.build import build
from models.calibration import LogOddsCalibration
from models.win_model import WinModel
from training.dispersion import dispersion
from training.fit import untrained
from training.rolling_origin import fit_calibrated
from training.splits import split


def test_the_calibration_is_learned_from_models_of_the_past() -> None:
    history = simulated_history()
    sides = split(history, history.last_event)
    log_odds, moments = [], pd.concat([each.next.moments for each in sides.rounds])
    for each in sides.rounds:
        past, later = (build(history, moments=side.moments) for side in (each.past, each.next))
        model = untrained(history.playbook, history.attributes, seed=0)
        model.fit(past, each.past.moments["won"], each.past.moments["say"])
        log_odds.append(model.decision_function(later))
    found = np.concatenate(log_odds)
    independent = moments["opportunity"].nunique() / dispersion(moments, found)
    weight = moments["weight"] / moments["weight"].sum() * independent
    line = LogOddsCalibration.fit(found, moments["won"], weight)
    served = trained_model().bundle.model.calibration_
    assert (served.slope, served.intercept) == pytest.approx((line.slope, line.intercept), abs=1e-6)


def test_rows_of_one_opportunity_have_the_say_of_one() -> None:
    sides = split(simulated_history(), simulated_history().last_event)
    again = build(simulated_history(), moments=sides.train.moments)
    model = trained_model().bundle.model
    grown = type(model)(**model.get_params()).fit(
        again, sides.train.moments["won"], sides.train.moments["say"]
    )
    assert grown.blend_.trees.model_to_string() == model.blend_.trees.model_to_string()


def test_without_a_round_the_model_is_not_calibrated() -> None:
    sides = replace(split(simulated_history(), simulated_history().last_event), rounds=())
    X = build(simulated_history(), moments=sides.train.moments.reset_index(drop=True))
    assert fit_calibrated(WinModel(trees=5), sides, X).calibration_ == LogOddsCalibration()
