"""Rows evaluated once: the same as each question by itself, in tables and in arrays."""

from __future__ import annotations

import numpy as np
import pytest
from bundles import simulated_history, trained_bundle
from estimators import deals, own_estimator_bundle
from numpy.testing import assert_array_equal

from winprob.features.build import open_snapshots
from winprob.features.instant import microseconds
from winprob.features.matrix import Matrix
from winprob.models.bundle.bundle import Bundle
from winprob.models.win.win_model import WinModel


def rows(bundle: Bundle) -> Matrix:
    """The open opportunities of the simulated company, with gaps in some."""
    history = simulated_history()
    snapshots = open_snapshots(history)
    found = bundle.compute(history, snapshots["opportunity"].to_numpy(), microseconds(snapshots["at"]))
    columns = dict(found.columns)
    gaps = np.arange(len(found)) % 3 == 0
    for name in ("days_since_contact", "contacts_in_90_days", "risk_answered"):
        columns[name] = np.where(gaps, np.nan, np.asarray(columns[name]))
    return Matrix(columns, found.ids, found.moments)


@pytest.mark.parametrize(
    "bundle", [trained_bundle, own_estimator_bundle, lambda: own_estimator_bundle("shap")]
)
def test_arrays_and_tables_and_first_rows_are_told_the_same(bundle: type[Bundle]) -> None:
    model, matrix = bundle().model, rows(bundle())
    whole, table = model.evaluate(matrix), model.evaluate(matrix.frame)
    head = model.evaluate(matrix).take(np.arange(5))
    for name in ("log_odds", "probability"):
        assert_array_equal(getattr(whole, name), getattr(table, name))
        assert_array_equal(getattr(whole, name)[:5], getattr(head, name))
    assert_array_equal(whole.range(), table.range())
    assert_array_equal(whole.range()[:5], head.range())
    assert whole.explanation.contributions.equals(table.explanation.contributions)
    assert whole.explanation.contributions[:5].equals(head.explanation.contributions)
    assert_array_equal(whole.log_odds, model.decision_function(matrix.frame))
    assert_array_equal(whole.range(0.5), model.predict_range(matrix.frame, 0.5))


@pytest.mark.parametrize(
    "bundle", [trained_bundle, own_estimator_bundle, lambda: own_estimator_bundle("shap")]
)
def test_contributions_add_up(bundle: type[Bundle]) -> None:
    found = bundle().model.evaluate(rows(bundle()))
    base, contributions = found.contributions
    assert found.base == found.take(np.arange(1)).base == base
    assert base + contributions.sum(axis=1) == pytest.approx(found.log_odds, abs=1e-9)


def test_each_part_is_computed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    X, won = deals(80)
    model, asked = WinModel(trees=5).fit(X, won), []
    imputation = type(model.blend_.imputation)
    impute = imputation.impute
    monkeypatch.setattr(imputation, "impute", lambda *given: asked.append(1) or impute(*given))
    found = model.evaluate(X)
    _ = found.log_odds, found.probability, found.range(), found.explanation, found.contributions
    assert len(asked) == 1
