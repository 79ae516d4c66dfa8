"""The card of a real training."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from trainings import trained_model, trained_without

from models.card import Card
from models.metrics import reliability
from training.card import draw_up
from training.evaluation import Evaluation


def drawn(evaluation: Evaluation | None = None, X: pd.DataFrame | None = None) -> Card:
    trained = trained_model()
    bundle = trained.bundle
    return draw_up(
        bundle.model,
        bundle.playbook,
        bundle.manifest,
        evaluation or trained.evaluation,
        trained.features if X is None else X,
    )


def test_the_card_of_a_bundle_is_that_of_its_test() -> None:
    trained = trained_model()
    card, model = trained.bundle.card, trained.evaluation.model
    assert drawn() == card
    assert card.rule == "stage_win_rate"
    assert card.overall.rows == model.rows
    assert card.overall.measures is not None
    assert card.overall.measures.log_loss.value == pytest.approx(model.log_loss)
    assert card.auc is not None
    assert card.auc.value == pytest.approx(model.auc)
    assert card.calibration_error is not None
    assert card.calibration_error.value == pytest.approx(model.calibration_error)


def test_every_row_is_in_one_segment_of_each_grouping() -> None:
    card = trained_model().bundle.card
    assert [grouping.code for grouping in card.groupings] == ["stage", "region", "amount"]
    for grouping in card.groupings:
        assert sum(segment.rows for segment in grouping.segments) == card.overall.rows
    assert [segment.name.en for segment in card.groupings[0].segments] == [
        stage.name.en for stage in trained_model().bundle.playbook.stages
    ]


def test_bins_are_those_of_the_figure_with_the_interval_of_what_was_observed() -> None:
    rows = trained_model().evaluation.rows
    table = reliability(rows["won"], rows["model"], rows["weight"])
    bins = trained_model().bundle.card.reliability
    np.testing.assert_allclose([each.predicted for each in bins], table["predicted"])
    np.testing.assert_allclose([each.observed.value for each in bins], table["observed"])
    assert [each.rows for each in bins] == table["rows"].tolist()
    for each in bins:
        chosen = rows["model"].between(each.lowest, each.highest)
        assert each.opportunities == rows.index[chosen].get_level_values("opportunity_id").nunique()
        assert each.observed.low <= each.observed.value <= each.observed.high


def test_where_no_stage_is_recorded_the_base_rate_is_the_rule() -> None:
    evaluation = trained_model().evaluation
    card = drawn(replace(evaluation, rows=evaluation.rows.drop(columns="stage_win_rate")))
    assert card.rule == "base_rate"
    assert card.overall.measures is not None
    base_rate = evaluation.rules["base_rate"]
    assert base_rate is not None
    assert card.overall.measures.rule_log_loss.value == pytest.approx(base_rate.log_loss)


def test_a_history_without_regions_lacks_that_section_and_says_so() -> None:
    X = trained_model().features
    card = drawn(X=X.assign(region=X["region"].cat.remove_categories(X["region"].cat.categories)))
    regions = next(grouping for grouping in card.groupings if grouping.code == "region")
    assert regions.segments == ()
    assert "not_recorded" in {limit.code for limit in card.limits}


@pytest.mark.parametrize("rows", [0, 5])
def test_a_tiny_test_tells_nothing_and_says_so(rows: int) -> None:
    evaluation, X = trained_model().evaluation, trained_model().features
    card = drawn(replace(evaluation, rows=evaluation.rows.iloc[:rows]), X.iloc[:rows])
    assert (card.overall.measures, card.auc, card.calibration_error) == (None, None, None)
    assert card.reliability == ()
    assert "too_few" in {limit.code for limit in card.limits}
    assert Card.model_validate_json(card.model_dump_json()) == card


def test_attributes_are_told() -> None:
    words = {limit.code: limit.words.en for limit in trained_without("company_size").bundle.card.limits}
    assert "company_size" not in words["attributes"]
    own = {limit.code: limit.words.en for limit in trained_model().bundle.card.limits}
    assert "company_size" in own["attributes"]
