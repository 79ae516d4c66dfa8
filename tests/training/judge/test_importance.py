"""How much each family of features moves probabilities."""

from __future__ import annotations

import numpy as np
import pytest
from trainings import trained_model

from winprob.features.build import catalogue
from winprob.features.families import FAMILY_NAMES
from winprob.training.judge.importance import EXPLAINED, evenly, importance


def test_contributions_of_a_family_are_added_before_their_size_is_taken() -> None:
    trained = trained_model()
    bundle, X, weight = trained.bundle, trained.features, trained.evaluation.rows["weight"]
    features = catalogue(bundle.playbook, bundle.attributes)
    assert trained.tested is not None
    why = trained.tested.explain(X)
    found = importance(trained.tested, features, FAMILY_NAMES, X, weight)
    assert len(X) <= EXPLAINED
    assert found == bundle.card.families
    for each in found:
        own = [feature.name for feature in features if feature.family == each.family]
        log_odds = np.abs([row[own].sum() for _, row in why.contributions.iterrows()])
        points = np.abs([row[own].sum() for _, row in why.points.iterrows()])
        assert each.log_odds == pytest.approx(np.average(log_odds, weights=weight))
        assert each.points == pytest.approx(np.average(points, weights=weight))


def test_the_family_that_moves_most_comes_first_and_none_is_left_out() -> None:
    bundle = trained_model().bundle
    points = [each.points for each in bundle.card.families]
    assert points == sorted(points, reverse=True)
    families = {feature.family for feature in catalogue(bundle.playbook, bundle.attributes)}
    assert {each.family for each in bundle.card.families} == families


def test_of_many_rows_some_are_explained_evenly_spaced() -> None:
    assert evenly(7).tolist() == list(range(7))
    assert evenly(0).tolist() == []
    chosen = evenly(10_000)
    assert (len(chosen), chosen[0], chosen[-1]) == (EXPLAINED, 0, 9_999)
    assert set(np.diff(chosen)) <= {10, 11}


def test_without_rows_nothing_is_explained() -> None:
    trained = trained_model()
    none = trained.features.iloc[:0]
    assert importance(trained.bundle.model, (), {}, none, trained.evaluation.rows["weight"].iloc[:0]) == ()
