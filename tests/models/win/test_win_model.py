import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV
from sklearn.utils.estimator_checks import parametrize_with_checks

from winprob.models.measure.metrics import log_loss
from winprob.models.win.parameters import Priors
from winprob.models.win.win_model import WinModel


@parametrize_with_checks([WinModel()])  # type: ignore[untyped-decorator]
def test_it_is_a_scikit_learn_classifier(
    estimator: WinModel, check: Callable[[WinModel], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCIPY_ARRAY_API", "1")  # without it one check would be skipped
    check(estimator)


def deals(rows: int, seed: int = 0) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    """A matrix with numbers, gaps, text and a constant; its outcomes; and their true log-odds."""
    draw = np.random.default_rng(seed)
    X = pd.DataFrame(draw.normal(size=(rows, 6)), columns=list("abcdef"))
    X["stage_position"] = draw.integers(0, 5, rows).astype(float)
    X["industry"] = pd.Categorical(draw.choice(["steel", "chips", "bread", "ships"], rows))
    X["source"] = pd.Series(draw.choice(["fair", "call", ""], rows), dtype="str").replace("", None)
    X["constant"] = 3.0
    X[["c", "d"]] = X[["c", "d"]].mask(draw.random((rows, 2)) < 0.3)
    true = 0.8 * (X["stage_position"] - 2) + X["a"] - 0.7 * X["b"] + 0.8 * (X["industry"] == "chips")
    log_odds = (true + 0.5 * X["c"].isna()).to_numpy(dtype=np.float64)
    return X, (draw.random(rows) < expit(log_odds)).astype(int), log_odds


DIRECTIONS = {"stage_position": 1, "a": 1, "b": -1, "elsewhere": 1}


def calibrated(
    model: WinModel, X: pd.DataFrame, y: npt.ArrayLike, weight: npt.ArrayLike | None = None
) -> WinModel:
    return model.calibrate(model.decision_function(X), y, weight)


def fitted(rows: int = 600) -> WinModel:
    X, y, _ = deals(rows)
    return WinModel(DIRECTIONS, trees=60).fit(X, y)


@st.composite
def small_tables(draw: st.DrawFn) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    """Any small table: gaps, ties, constants, one row of a class, text with missing levels; and weights."""
    rows, seed = draw(st.integers(2, 60)), draw(st.integers(0, 2**32 - 1))
    random = np.random.default_rng(seed)
    X = pd.DataFrame({"wide": random.normal(scale=10.0 ** draw(st.integers(-8, 8)), size=rows)})
    X["ties"] = random.integers(0, draw(st.integers(1, 4)), rows).astype(float)
    X["level"] = pd.Series(random.choice(["x", "y", "z", ""], rows), dtype="str").replace("", None)
    X["level"] = X["level"].astype(draw(st.sampled_from(["str", "category"])))
    X["wide"] = X["wide"].mask(random.random(rows) < draw(st.sampled_from([0.0, 0.3, 1.0])))
    y = (random.random(rows) < 0.5).astype(int)
    y[:2] = [0, 1]
    return X, y, random.integers(1, 4, rows).astype(float)


@given(small_tables(), st.booleans())
def test_explanations_add_up_to_what_is_served(
    table: tuple[pd.DataFrame, np.ndarray, np.ndarray], with_line: bool
) -> None:
    X, y, weight = table
    model = WinModel(trees=20, learning_rate=0.5, minimum_leaf=0.001, ridge=0.0, column_share=1.0).fit(
        X, y, weight
    )
    if with_line:
        calibrated(model, X, y, weight)
    why, served = model.explain(X), model.decision_function(X)
    np.testing.assert_allclose(why.log_odds, served, rtol=0, atol=1e-9)
    np.testing.assert_allclose(why.probability, model.predict_proba(X)[:, 1], rtol=0, atol=1e-9)
    alone = model.explain(X.iloc[[-1]])
    assert alone.base == why.base
    np.testing.assert_array_equal(alone.contributions, why.contributions.iloc[[-1]])
    assert model.decision_function(X.iloc[[-1]])[0] == served[-1]


@pytest.mark.parametrize(("label", "p"), [(0.0, 0.35), (1.0, 0.65)])
def test_with_a_start_one_outcome_will_do(label: float, p: float) -> None:
    X = pd.DataFrame({"stated": [0.5, 0.5]})
    found = WinModel(start="stated").fit(X, [label, label]).predict_proba(X)[:, 1]
    assert found == pytest.approx(p, abs=0.06)


def test_with_a_start_and_no_rows_the_answer_is_what_is_stated(tmp_path: Path) -> None:
    X = pd.DataFrame(
        {"stated": [0.1, 1 / 3, 0.9, None], "amount": [3.0, None, 5.0, 1.0], "region": list("abcd")}
    )
    model = WinModel({"amount": 1}, start="stated").fit(X[:0], np.empty(0))
    assert model.predict_proba(X)[:, 1] == pytest.approx([0.1, 1 / 3, 0.9, 0.5], abs=1e-12)
    assert model.explain(X).contributions["amount"].eq(0).all()
    loaded = WinModel.load(model.save(tmp_path))
    assert (loaded.predict_proba(X) == model.predict_proba(X)).all()


def test_without_a_start_both_outcomes_are_needed() -> None:
    with pytest.raises(ValueError, match=r"expected two classes, found one class only, \[1\] in all 2 rows"):
        WinModel().fit([[1.0], [2.0]], [1, 1])


def test_a_value_beyond_the_data_counts_as_the_furthest_seen() -> None:
    model = fitted()
    X, _, _ = deals(50, seed=1)
    highest = deals(600)[0]["a"].max()
    far, end = X.assign(a=1e15), X.assign(a=highest)
    assert (model.decision_function(far) == model.decision_function(end)).all()


def test_it_learns_what_drives_winning_with_its_defaults() -> None:
    X, y, true = deals(6000)
    model = calibrated(WinModel(DIRECTIONS).fit(X[:3000], y[:3000]), X[3000:4000], y[3000:4000])
    test, won = X[4000:], y[4000:]
    best = log_loss(won, expit(true[4000:]))
    assert log_loss(won, model.predict_proba(test)[:, 1]) < best + 0.03
    assert log_loss(won, np.full(2000, y.mean())) > best + 0.15


def test_it_beats_the_base_rate_from_300_rows() -> None:
    X, y, _ = deals(3300)
    model = calibrated(WinModel(DIRECTIONS).fit(X[:200], y[:200]), X[200:300], y[200:300])
    assert (
        log_loss(y[300:], model.predict_proba(X[300:])[:, 1])
        < log_loss(y[300:], np.full(3000, y.mean())) - 0.08
    )


def test_calibration_on_later_rows_follows_a_drift() -> None:
    X, y, true = deals(14_000)
    model = WinModel(DIRECTIONS).fit(X[:2000], y[:2000])
    drifted = (np.random.default_rng(1).random(12_000) < expit(true[2000:] - 1.5)).astype(int)
    before = model.predict_proba(X[12_000:])[:, 1].mean()
    calibrated(model, X[2000:12_000], drifted[:10_000])
    after = model.predict_proba(X[12_000:])[:, 1].mean()
    assert (drift := before - drifted[10_000:].mean()) > 0.1
    assert 0.75 * drift < before - after < drift


def test_a_raised_number_never_goes_against_its_direction() -> None:
    model = fitted()
    X, _, _ = deals(500, seed=1)
    for column, direction in (("stage_position", 1), ("a", 1), ("b", -1)):
        raised = X.assign(**{column: X[column] + 1.0})
        assert (direction * (model.decision_function(raised) - model.decision_function(X)) >= 0).all()


def test_the_same_seed_gives_the_same_model_to_the_last_bit(tmp_path: Path) -> None:
    X, y, _ = deals(600)
    for name in ("once", "again"):
        model = WinModel(DIRECTIONS, trees=60, seed=7).fit(X, y)
        calibrated(model, X[:200], y[:200]).save(tmp_path / name)
    for file in ("booster.txt", "model.json"):
        assert (tmp_path / "once" / file).read_bytes() == (tmp_path / "again" / file).read_bytes()


@pytest.mark.parametrize("labels", [(0, 1), ("lost", "won"), (False, True), (0.0, 1.0)])
def test_a_loaded_model_is_the_saved_one(tmp_path: Path, labels: tuple[Any, Any]) -> None:
    X, y, _ = deals(400)
    y = np.array(labels)[y]
    model = calibrated(WinModel(DIRECTIONS, trees=30).fit(X, y), X[:100], y[:100])
    loaded = WinModel.load(model.save(tmp_path))
    groups = {"priors": None, "shrinkage": None, "calibration": None}
    assert loaded.get_params() | groups == model.get_params()
    assert loaded.classes_.tolist() == model.classes_.tolist()
    later, _, _ = deals(50, seed=1)
    assert (loaded.decision_function(later) == model.decision_function(later)).all()
    assert loaded.explain(later).contributions.equals(model.explain(later).contributions)
    assert (loaded.predict(later) == model.predict(later)).all()
    with pytest.raises(ValueError, match="feature names should match"):
        loaded.predict(later.rename(columns={"a": "z"}))


def test_a_model_of_bare_numbers_is_loaded_as_one(tmp_path: Path) -> None:
    X = np.random.default_rng(0).normal(size=(80, 3))
    model = WinModel(trees=10).fit(X, X[:, 0] > 0)
    loaded = WinModel.load(model.save(tmp_path))
    assert (loaded.decision_function(X) == model.decision_function(X)).all()
    assert list(loaded.explain(X).contributions) == ["x0", "x1", "x2"]
    assert not hasattr(loaded, "feature_names_in_")


def test_a_level_never_seen_is_as_good_as_missing() -> None:
    model = fitted()
    X, _, _ = deals(50, seed=1)
    unseen, missing = X.assign(industry="moon"), X.assign(industry=None)
    assert (model.decision_function(unseen) == model.decision_function(missing)).all()


def test_explanations_carry_the_names_and_rows_of_the_table() -> None:
    X, _, _ = deals(5)
    X.index = pd.MultiIndex.from_product([["A", "B", "C", "D", "E"], [pd.Timestamp("2026-03-31", tz="UTC")]])
    why = fitted().explain(X)
    assert list(why.contributions.columns) == list(X.columns)
    assert why.contributions.index.equals(X.index)
    assert (why.contributions["constant"] == 0).all()


def test_rows_of_weight_zero_are_as_if_not_there() -> None:
    X, y, _ = deals(400)
    weight = np.r_[np.ones(300), np.zeros(100)]
    with_zeros, without = WinModel(trees=20).fit(X, y, weight), WinModel(trees=20).fit(X[:300], y[:300])
    assert (with_zeros.decision_function(X) == without.decision_function(X)).all()
    calibrated(with_zeros, X, y, weight)
    calibrated(without, X[:300], y[:300])
    assert with_zeros.calibration_.slope == pytest.approx(without.calibration_.slope, abs=1e-6)


def test_a_new_fit_forgets_the_calibration() -> None:
    X, y, _ = deals(300)
    model = calibrated(WinModel(trees=10).fit(X, y), X, y)
    assert model.calibration_.slope != 1.0
    assert (model.fit(X, y).calibration_.slope, model.calibration_.intercept) == (1.0, 0.0)


@pytest.mark.parametrize(
    "verb", ["calibrate", "explain", "decision_function", "predict", "predict_proba", "save"]
)
def test_everything_but_fit_comes_after_fit(verb: str, tmp_path: Path) -> None:
    X, y, _ = deals(20)
    given = {"calibrate": (y, y), "save": (tmp_path,)}.get(verb, (X,))
    with pytest.raises(NotFittedError, match="This WinModel instance is not fitted yet"):
        getattr(WinModel(), verb)(*given)


def test_calibrating_on_foreign_labels_is_refused() -> None:
    X, y, _ = deals(300)
    model = WinModel(trees=5).fit(X, np.array(["lost", "won"])[y])
    with pytest.raises(ValueError, match=r"y: expected labels of the fit, \['lost', 'won'\], found 'open'"):
        model.calibrate(np.zeros(300), ["won", "open", "lost"] * 100)


@pytest.mark.parametrize("shape", [(0, 3), (3, 0)])
def test_an_empty_table_is_refused(shape: tuple[int, int]) -> None:
    X = pd.DataFrame(np.zeros(shape))
    with pytest.raises(
        ValueError, match=rf"X: expected at least one row and one column, found shape \({shape[0]}, "
    ):
        WinModel().fit(X, [0, 1, 0][: shape[0]])


def test_a_wrong_parameter_is_named_when_it_matters() -> None:
    model = clone(WinModel(leaves=1))
    with pytest.raises(ValueError, match=r"leaves\n.*greater than or equal to 2"):
        model.fit(*deals(20)[:2])


def test_numbers_of_a_group_are_set_by_name_and_searched_over() -> None:
    X, y, _ = deals(200)
    model = WinModel(trees=5).set_params(priors__coefficient=0.1)
    assert (model.priors, model.get_params()["priors__coefficient"]) == (Priors(coefficient=0.1), 0.1)
    assert clone(model).get_params() == model.get_params()
    found = GridSearchCV(WinModel(trees=5), {"priors__coefficient": [1e-6, 0.3]}, cv=2).fit(X, y)
    assert found.best_params_ == {"priors__coefficient": 0.3}
    with pytest.raises(ValueError, match="priors__spread: expected one of calibration, "):
        model.set_params(priors__spread=1.0)
    with pytest.raises(ValueError, match=r"coefficient\n.*greater than 0"):
        model.set_params(priors__coefficient=-1.0)


def test_probabilities_far_out_stay_between_0_and_1() -> None:
    X = pd.DataFrame({"sure": [0.0, 1.0] * 200})
    model = WinModel(trees=2000, learning_rate=1.0, minimum_leaf=0.001, ridge=0.0).fit(X, X["sure"])
    p = model.predict_proba(X)
    assert np.isfinite(p).all()
    assert ((p >= 0) & (p <= 1)).all()
    assert math.isclose(p[0].sum(), 1.0)


@pytest.mark.parametrize("units", [-3.0, 7.0])
def test_the_unit_of_a_currency_does_not_matter(units: float) -> None:
    rng = np.random.default_rng(0)
    currency = pd.Series(rng.choice(["EUR", "CNY"], 400, p=[0.7, 0.3]))
    X = pd.DataFrame({"amount": rng.integers(-128, 129, 400) / 64, "currency": currency})  # sums are exact
    won = rng.random(400) < 1 / (1 + np.exp(X["amount"]))
    other = X.assign(amount=X["amount"] + np.where(currency == "CNY", units, 0.0))
    said = [
        WinModel(relative_to={"amount": "currency"}).fit(each, won).predict_proba(each)[:, 1]
        for each in (X, other)
    ]
    assert (said[0] == said[1]).all()
    assert said[0] != pytest.approx(WinModel().fit(other, won).predict_proba(other)[:, 1], abs=1e-2)
