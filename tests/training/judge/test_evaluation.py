from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from winprob.models.measure.metrics import log_loss
from winprob.training.judge.evaluation import evaluate, rule_probabilities

WON = pd.Series([1.0, 0.0, 1.0])
WEIGHT = pd.Series([1.0, 2.0, 1.0])


def test_model_and_rules_are_measured_on_the_same_weighted_rows() -> None:
    model, stage = np.array([0.9, 0.2, 0.6]), np.array([0.5, 0.5, 0.5])
    found = evaluate(WON, WEIGHT, model, {"stage": stage, "competition": None})
    assert found.metrics["model"] is found.model
    assert found.model.log_loss == log_loss(WON, model, WEIGHT)
    assert found.rules["stage"] is not None
    assert found.rules["stage"].log_loss == pytest.approx(np.log(2))
    assert found.metrics["competition"] is None
    assert list(found.rows) == ["won", "weight", "model", "stage"]


def test_a_rule_that_is_equal_or_better_is_unbeaten_and_one_that_does_not_apply_is_not_beaten_either() -> (
    None
):
    model = np.array([0.9, 0.2, 0.6])
    rules = {"equal": model, "better": WON.to_numpy(), "worse": 1 - model, "absent": None}
    assert list(evaluate(WON, WEIGHT, model, rules).unbeaten) == ["equal", "better"]


def test_rules_learn_from_the_training_rows_only() -> None:
    columns = {
        "stage_percentage": [0.5, 0.5, 0.9],
        "competition_rule": np.nan,
        "stage_position": [1.0, 1.0, 2.0],
    }
    train = pd.DataFrame(columns)
    test = pd.DataFrame({"stage_percentage": [0.25], "competition_rule": [np.nan], "stage_position": [1.0]})
    found = rule_probabilities(train, WON, WEIGHT, test)
    assert found["competition"] is None
    assert {name: p.tolist() for name, p in found.items() if p is not None} == {
        "stage": [0.25],
        "stage_win_rate": [pytest.approx((1 + 1) / (3 + 2))],
        "base_rate": [pytest.approx((2 + 1) / (4 + 2))],
    }
