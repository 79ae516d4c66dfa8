"""The card of a real training."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from trainings import against, trained_model, trained_without

from winprob.models.bundle.card import Card
from winprob.models.bundle.manifest import CrossValidation
from winprob.models.measure.metrics import reliability
from winprob.models.win.win_model import WinModel
from winprob.training.judge.card import draw_up
from winprob.training.judge.evaluation import Evaluation


def drawn(evaluation: Evaluation | None = None, X: pd.DataFrame | None = None) -> Card:
    trained = trained_model()
    bundle = trained.bundle
    assert trained.tested is not None
    return draw_up(
        trained.tested,
        bundle.playbook,
        bundle.manifest,
        evaluation or trained.evaluation,
        trained.features if X is None else X,
    )


def test_the_card_of_a_bundle_is_that_of_its_test() -> None:
    trained = trained_model()
    card, model = trained.bundle.card, trained.evaluation.model
    assert drawn() == card
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


def test_ranges_are_those_of_the_model_on_the_test_rows() -> None:
    trained = trained_model()
    card, rows = trained.bundle.card, trained.evaluation.rows
    assert trained.tested is not None
    low, high = trained.tested.predict_range(trained.features).T
    assert card.overall.width == pytest.approx(np.average(high - low, weights=rows["weight"]))
    for each in card.reliability:
        chosen = rows["model"].between(each.lowest, each.highest).to_numpy()
        weight = rows["weight"][chosen]
        assert each.range is not None
        assert each.range.low == pytest.approx(np.average(low[chosen], weights=weight))
        assert each.range.high == pytest.approx(np.average(high[chosen], weights=weight))
        assert each.range.low < each.predicted < each.range.high
    assert all(segment.width is not None for grouping in card.groupings for segment in grouping.segments)


def test_ranges_that_lie_are_refuted(monkeypatch: pytest.MonkeyPatch) -> None:
    assert sum(each.range is not None and each.range.agrees for each in drawn().reliability) >= 8
    sure = np.column_stack([np.full(len(trained_model().features), end) for end in (0.997, 0.999)])
    monkeypatch.setattr(WinModel, "predict_range", lambda *_: sure)
    assert not any(each.range is not None and each.range.agrees for each in drawn().reliability[:5])


def test_other_models_predicted_a_cross_validated_table_so_its_ranges_are_not_shown() -> None:
    bundle, trained = trained_model().bundle, trained_model()
    validation = CrossValidation(folds=10, repeats=5, groups=40)
    manifest = bundle.manifest.model_copy(update={"validation": validation})
    card = draw_up(bundle.model, bundle.playbook, manifest, trained.evaluation, trained.features)
    assert card.overall.width is None
    assert {each.range for each in card.reliability} == {None}


@pytest.mark.parametrize(("base_rate", "best"), [(0.35, "base_rate"), (0.99, "stage")])
def test_the_model_is_compared_with_the_rule_that_did_best(base_rate: float, best: str) -> None:
    evaluation = against(trained_model(), stage=0.9, competition=None, base_rate=base_rate).evaluation
    card = drawn(evaluation)
    assert card.rule == best
    rule = evaluation.rules[best]
    assert card.overall.measures is not None
    assert rule is not None
    assert card.overall.measures.rule_log_loss.value == pytest.approx(rule.log_loss)


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
    assert "company size" not in words["attributes"]
    own = {limit.code: limit.words.en for limit in trained_model().bundle.card.limits}
    assert "company size" in own["attributes"]
