from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from bundles import simulated_history

from benchmarks.ablation import VARIANTS, Case, Variant, cell
from winprob.models.measure.metrics import log_loss
from winprob.models.win.win_model import WinModel
from winprob.training.learn.recipe import untrained
from winprob.training.learn.rolling_origin import fit_calibrated
from winprob.training.weekly.snapshots import Snapshots
from winprob.training.weekly.splits import split


@cache
def case() -> Case:
    snapshots = Snapshots.weekly(simulated_history())
    test = split(snapshots).test
    won = test.rows["won"].to_numpy()
    return Case(snapshots, None, 0, test.X, won, np.ones(len(test)), parts=True)


def test_with_all_mechanisms_it_is_the_model_that_training_tests() -> None:
    history = simulated_history()
    sides = split(Snapshots.weekly(history))
    tested = fit_calibrated(untrained(history.playbook, history.attributes, 0), sides).tested
    losses = case().losses(Variant())
    p = tested.predict_proba(sides.test.X)[:, 1]
    assert losses[:, 0].mean() == pytest.approx(log_loss(case().truth, p))
    assert losses[:, 1].mean() > losses[:, 0].mean()


@pytest.mark.parametrize("name", ["trees", "calibration", "imputation", "track record of sellers"])
def test_without_a_mechanism_the_losses_are_others_and_afterwards_it_is_there_again(name: str) -> None:
    before = WinModel.calibrate
    column = 1 if name == "imputation" else 0  # where all is recorded nothing is imputed
    found, whole = case().losses(VARIANTS[name]), case().losses(Variant())
    assert (found[:, column] != whole[:, column]).any()
    assert WinModel.calibrate is before


def test_a_cell_is_the_mean_over_draws_and_half_its_interval() -> None:
    differences = [np.full((3, 1), value) for value in (0.001, 0.002, 0.003)]
    # 4.303 is the 97.5 % quantile of Student's t with 2 degrees of freedom.
    assert cell([case()] * 3, differences, 0) == f"+20 ± {4.303 * 10 / 3**0.5:.0f}"
    assert cell([case()] * 3, [each + 0.1 for each in differences], 0).endswith("*")
    assert cell([case()], [np.full((len(case().X), 1), 0.002)], 0) == "+20 ± 0*"
