"""Measures of the model on some of the test rows."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from trainings import trained_model

from winprob.features.playbook_part import Words
from winprob.models.measure import metrics
from winprob.training.judge.measures import FEWEST_ENDINGS, FEWEST_OPPORTUNITIES, measures, segment, tells
from winprob.training.judge.segments import Rows

NORTH = Words(zh="北", en="north")


def rows(won: int, lost: int, each: int = 3) -> pd.DataFrame:
    """Rows of so many opportunities, with a model that is better than the rule."""
    random = np.random.default_rng(0)
    opportunities = won + lost
    index = pd.MultiIndex.from_product([range(opportunities), range(each)], names=["opportunity_id", "as_of"])
    ended = np.repeat([1.0] * won + [0.0] * lost, each)
    return pd.DataFrame(
        {
            "won": ended,
            "weight": random.uniform(0.5, 2, len(index)),
            "model": np.where(ended == 1, 0.7, 0.4) + random.uniform(-0.2, 0.2, len(index)),
            "stage_win_rate": 0.5,
        },
        index=index,
    )


def test_measures_are_those_of_the_metrics() -> None:
    test = rows(20, 30)
    found = measures(test, "stage_win_rate")
    model = metrics.measure(test["won"], test["model"], test["weight"])
    rule = metrics.log_loss(test["won"], test["stage_win_rate"], test["weight"])
    assert found.won.value == pytest.approx(model.observed)
    assert found.predicted.value == pytest.approx(model.predicted)
    assert found.log_loss.value == pytest.approx(model.log_loss)
    assert found.brier.value == pytest.approx(model.brier)
    assert found.rule_log_loss.value == pytest.approx(rule)
    assert found.better_by.value == pytest.approx(rule - model.log_loss)
    assert 0 < found.better_by.low < found.better_by.value < found.better_by.high
    assert found.rule_log_loss.low == pytest.approx(found.rule_log_loss.high)  # a coin surprises all alike


def test_certain_probabilities_count_as_in_the_metrics() -> None:
    test = rows(5, 5).assign(model=1.0)
    assert measures(test, "stage_win_rate").log_loss.value == pytest.approx(
        metrics.log_loss(test["won"], test["model"], test["weight"])
    )


@pytest.mark.parametrize(
    ("won", "lost", "told"),
    [
        (10, FEWEST_OPPORTUNITIES - 10, True),
        (10, FEWEST_OPPORTUNITIES - 11, False),
        (FEWEST_ENDINGS - 1, 100, False),
        (100, FEWEST_ENDINGS - 1, False),
        (FEWEST_ENDINGS, 100, True),
        (0, 0, False),
    ],
)
def test_few_opportunities_tell_nothing(won: int, lost: int, told: bool) -> None:
    test = rows(won, lost)
    found = segment(test, "stage_win_rate", Rows(NORTH, np.ones(len(test), bool)))
    assert tells(test) is told
    assert (found.measures is not None) is told
    assert (found.name, found.opportunities, found.rows) == (NORTH, won + lost, 3 * (won + lost))


def test_only_the_chosen_rows_count() -> None:
    test = trained_model().evaluation.rows
    chosen = (test["model"] > test["model"].median()).to_numpy()
    found = segment(test, "stage_win_rate", Rows(NORTH, chosen))
    assert found.measures == measures(test[chosen], "stage_win_rate")
    assert found.opportunities == test.index[chosen].get_level_values("opportunity_id").nunique()
