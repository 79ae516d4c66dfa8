"""Estimators from elsewhere: calibrated, explained exactly or not at all, stored and read back the same."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from estimators import deals
from lightgbm import LGBMClassifier
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.compose import make_column_transformer
from sklearn.ensemble import (
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
)
from sklearn.linear_model import LogisticRegression, RidgeClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder
from sklearn.utils.estimator_checks import parametrize_with_checks

from winprob.features.families import UNEXPLAINED
from winprob.models.measure.metrics import log_loss
from winprob.models.own_estimator.own_estimator import OwnEstimator, UnusableEstimator
from winprob.models.own_estimator.shap_values import NoExactContributions

EXACT = [
    LogisticRegression(C=0.5, max_iter=1000),
    LGBMClassifier(n_estimators=20, num_leaves=7, verbose=-1, n_jobs=1),
    HistGradientBoostingClassifier(max_iter=15),
    GradientBoostingClassifier(n_estimators=15),
]
WITHOUT = [
    RandomForestClassifier(10),
    GaussianNB(),
    KNeighborsClassifier(9),
    make_pipeline(
        make_column_transformer((OneHotEncoder(handle_unknown="ignore"), ["industry"])), LogisticRegression()
    ),
]


def expected_failures(_: OwnEstimator) -> dict[str, str]:
    reason = "medians and scales of the encoding are of rows, whatever their weight"
    return {"check_sample_weight_equivalence_on_dense_data": reason}


@parametrize_with_checks(  # type: ignore[untyped-decorator]
    [OwnEstimator(LogisticRegression(max_iter=1000), resamples=2)], expected_failed_checks=expected_failures
)
def test_it_is_a_scikit_learn_classifier(
    estimator: OwnEstimator, check: Callable[[OwnEstimator], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCIPY_ARRAY_API", "1")  # without it one check would be skipped
    check(estimator)


def named(estimator: ClassifierMixin) -> str:
    return type(estimator).__name__


@pytest.mark.parametrize("estimator", EXACT, ids=named)
def test_contributions_of_columns_add_up_to_what_is_served(estimator: ClassifierMixin) -> None:
    X, y = deals(300)
    model = OwnEstimator(estimator, resamples=2).fit(X, y)
    model.calibrate(model.decision_function(X), y)
    why = model.explain(X)
    assert list(why.contributions) == list(X)
    np.testing.assert_allclose(why.log_odds, model.decision_function(X), rtol=0, atol=1e-9)
    # The column that decides contributes, and one without a say nothing.
    size = why.contributions.abs().mean()
    assert size["stage_position"] == size.max()
    assert size["constant"] == pytest.approx(0, abs=1e-6)
    alone = model.explain(X.iloc[[-1]]).contributions
    np.testing.assert_allclose(alone, why.contributions.iloc[[-1]], rtol=0, atol=1e-9)


@pytest.mark.parametrize("estimator", WITHOUT, ids=named)
def test_without_exact_contributions_it_is_refused_unless_nobody_asks(estimator: ClassifierMixin) -> None:
    X, y = deals(300)
    with pytest.raises(NoExactContributions, match=r'expected contributions that .* or state explain="none"'):
        OwnEstimator(estimator, resamples=2).fit(X, y)
    model = OwnEstimator(estimator, "none", resamples=2).fit(X, y)
    why = model.explain(X)
    assert list(why.contributions) == [UNEXPLAINED]
    np.testing.assert_allclose(why.log_odds, model.decision_function(X), rtol=0, atol=1e-9)
    assert not model.gives_reasons
    p = model.predict_proba(X)[:, 1]
    assert p.min() >= 0.001 - 1e-9
    assert log_loss(y, p) < log_loss(y, np.full(len(y), y.mean()))


@pytest.mark.parametrize("estimator", [*EXACT, *WITHOUT], ids=named)
def test_it_is_read_back_with_the_same_answers(estimator: ClassifierMixin, tmp_path: Path) -> None:
    X, y = deals(200)
    contributions = "shap" if any(estimator is each for each in EXACT) else "none"
    model = OwnEstimator(estimator, contributions, resamples=2).fit(X, y)
    model.calibrate(model.decision_function(X), y)
    loaded = OwnEstimator.load(model.save(tmp_path / "model"))
    later, _ = deals(50, seed=1)
    np.testing.assert_array_equal(loaded.predict_proba(later), model.predict_proba(later))
    np.testing.assert_array_equal(loaded.predict_range(later), model.predict_range(later))
    pd.testing.assert_frame_equal(loaded.explain(later).contributions, model.explain(later).contributions)
    assert str(loaded.estimator.get_params()) == str(model.estimator.get_params())
    assert loaded.learned_ranges_ == model.learned_ranges_
    assert loaded.always_recorded_ == {"a", "b", "stage_position", "industry", "constant"}
    again = clone(loaded).fit(X, y)
    np.testing.assert_array_equal(
        again.explain(later).base,
        OwnEstimator(estimator, contributions, resamples=2).fit(X, y).explain(later).base,
    )


@pytest.mark.parametrize("estimator", [LogisticRegression(), KNeighborsClassifier(5)], ids=named)
def test_a_row_of_weight_0_is_as_if_not_there(estimator: ClassifierMixin) -> None:
    X, y = deals(200)
    weight = np.ones(len(X))
    weight[100:] = 0
    model = OwnEstimator(estimator, "none", resamples=2)
    found = [
        model.fit(X, y, weight).predict_proba(X).tolist(),
        model.fit(X[:100], y[:100]).predict_proba(X).tolist(),
    ]
    assert found[0] == found[1]


def test_an_estimator_without_weights_learns_from_rows_drawn_by_them() -> None:
    X, y = deals(400)
    weight = np.where(y == 1, 0.9, 0.1)  # wins count nine times as much
    likely = OwnEstimator(KNeighborsClassifier(25), "none", resamples=2).fit(X, y, weight)
    usual = OwnEstimator(KNeighborsClassifier(25), "none", resamples=2).fit(X, y)
    assert likely.predict_proba(X)[:, 1].mean() > usual.predict_proba(X)[:, 1].mean() + 0.2


@pytest.mark.parametrize("label", [0, 1])
def test_until_both_outcomes_are_known_the_answer_is_what_is_stated(label: int, tmp_path: Path) -> None:
    X = pd.DataFrame({"stated": [0.1, 1 / 3, 0.9], "amount": [3.0, None, 5.0]})
    model = OwnEstimator(LogisticRegression(), start="stated").fit(X, [label] * 3)
    assert model.predict_proba(X)[:, 1] == pytest.approx([0.1, 1 / 3, 0.9])
    why = model.explain(X)
    np.testing.assert_allclose(why.log_odds, model.decision_function(X), rtol=0, atol=1e-9)
    assert why.contributions["amount"].eq(0).all()
    loaded = OwnEstimator.load(model.save(tmp_path))
    np.testing.assert_array_equal(loaded.predict_range(X), model.predict_range(X))
    assert np.ptp(model.predict_range(X), axis=1) == pytest.approx([0.18, 0.52, 0.18], abs=0.12)


def test_ranges_grow_narrower_with_more_opportunities() -> None:
    few, many = (
        OwnEstimator(LogisticRegression(max_iter=1000)).fit(*deals(rows)).predict_range(deals(100, seed=2)[0])
        for rows in (100, 3000)
    )
    assert np.ptp(many, axis=1).mean() < np.ptp(few, axis=1).mean() / 2


def test_rows_of_one_opportunity_are_drawn_together() -> None:
    """Ten snapshots of each say no more than one: a range that drew rows would be narrower by a third."""
    X, y = deals(150)
    once = X.set_axis(pd.Index(range(150), name="opportunity_id"))
    often = pd.concat([once] * 10)
    model = OwnEstimator(LogisticRegression(max_iter=1000), resamples=40)
    widths = [
        np.ptp(
            model.fit(rows, np.tile(y, times), np.full(len(rows), 1 / times)).predict_range(X), axis=1
        ).mean()
        for rows, times in ((once, 1), (often, 10))
    ]
    assert widths[1] == pytest.approx(widths[0], rel=0.15)


def test_the_seed_is_of_the_estimator_too_where_it_states_none() -> None:
    X, y = deals(200)

    def probabilities(estimator: ClassifierMixin, seed: int) -> list[float]:
        model = OwnEstimator(estimator, "none", resamples=2, seed=seed)
        found: list[float] = model.fit(X, y).predict_proba(X)[:, 1].tolist()
        return found

    free, own = RandomForestClassifier(5), RandomForestClassifier(5, random_state=7)
    assert probabilities(free, 1) == probabilities(free, 1) != probabilities(free, 2)
    assert probabilities(own, 1) == probabilities(own, 2)


class Refusing(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Refuses everything."""

    def fit(self, X: np.ndarray, y: np.ndarray) -> Refusing:
        raise ValueError(f"I want {X.shape[1] + y[0]} columns")

    def predict_proba(self, X: np.ndarray) -> np.ndarray:
        return np.full((len(X), 2), 0.5)


@pytest.mark.parametrize(
    ("estimator", "expected"),
    [
        (RidgeClassifier(), "RidgeClassifier: expected an estimator with predict_proba, found none"),
        (Refusing(), "Refusing: expected to be fitted to 60 rows, .* found that it refuses: I want"),
    ],
    ids=named,
)
def test_what_cannot_be_used_is_named_with_what_to_do(estimator: ClassifierMixin, expected: str) -> None:
    with pytest.raises(UnusableEstimator, match=expected):
        OwnEstimator(estimator).fit(*deals(60))


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"contributions": "lime"}, "contributions: expected shap or none, found 'lime'"),
        ({"resamples": 1}, "resamples: expected 2 or more, found 1"),
        ({"extreme": 0.5}, "extreme: expected a probability above 0 and below 0.5, found 0.5"),
    ],
)
def test_a_parameter_that_cannot_be_is_refused(parameters: dict[str, object], expected: str) -> None:
    with pytest.raises(ValueError, match=expected):
        OwnEstimator(LogisticRegression(), **parameters).fit(*deals(60))  # type: ignore[arg-type]


def test_parameters_of_the_estimator_can_be_searched() -> None:
    model = OwnEstimator(LogisticRegression()).set_params(estimator__C=0.25, calibration__slope=0.5)
    assert model.estimator.C == 0.25
    assert model.get_params()["calibration__slope"] == 0.5
