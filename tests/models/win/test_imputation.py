from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit, logit

from winprob.features.timeline import Floats
from winprob.models.measure.metrics import log_loss
from winprob.models.measure.outcomes import Outcomes
from winprob.models.win.columns import Columns
from winprob.models.win.imputation import OWN, Imputation
from winprob.models.win.linear import LinearPart
from winprob.models.win.win_model import WinModel

FAMILIES = {
    "contacts": "contact",
    "days_since": "contact",
    "budget": "risk",
    "credit": "risk",
    "stage": "stage",
}
NAMES = ["stage", "contacts", "days_since", "budget", "credit", "region"]
PARTS = [("stage",), ("contacts", "days_since"), ("budget", "credit"), ("region",)]


def deals(rows: int = 2000, seed: int = 0) -> tuple[pd.DataFrame, Floats]:
    """Columns that go together; days since the last contact are empty where there was none."""
    draw = np.random.default_rng(seed)
    warm = draw.normal(size=rows)
    X = pd.DataFrame({"stage": np.round(warm + draw.normal(size=rows)), "contacts": np.round(np.exp(warm))})
    X["days_since"] = pd.Series(draw.exponential(20, rows)).mask(X["contacts"] == 0)
    X["budget"], X["credit"] = warm + draw.normal(0, 0.5, rows), draw.normal(size=rows)
    X["region"] = draw.choice(["north", "south"], rows)
    true = X["budget"] + 0.5 * X["stage"] + 0.5 * X["credit"] - 0.8 * (X["contacts"] == 0)
    return X, (draw.random(rows) < expit(true)).astype(float)


@cache
def parts(rows: int = 2000) -> tuple[LinearPart, Columns, Imputation, Floats]:
    X, won = deals(rows)
    columns = Columns.learn(X)
    values, outcomes = columns.encode(X), Outcomes.of(won)
    linear = LinearPart.fit(values, columns, {}, outcomes)
    return (
        linear,
        columns,
        Imputation.learn(linear.evaluate(values), outcomes.weight, columns, FAMILIES),
        values,
    )


def test_where_all_is_recorded_nothing_changes() -> None:
    linear, columns, imputation, values = parts()
    found = imputation.impute(linear, columns, values)
    np.testing.assert_array_equal(found.values, values)
    np.testing.assert_array_equal(found.added, linear.contributions(values))
    assert not found.total.any()
    assert (found.towards_even == 1).all()


def test_no_contact_yet_is_not_the_same_as_contacts_not_recorded() -> None:
    _, columns, imputation, values = parts()
    contacts, since = columns.names.index("contacts"), columns.names.index("days_since")
    row = values[np.isnan(values[:, since])][:1].repeat(2, axis=0)
    row[1, contacts] = np.nan
    found = imputation.unrecorded(columns, row)
    assert not found[0].any()
    assert np.flatnonzero(found[1]).tolist() == sorted([contacts, since])


def test_what_is_expected_is_the_regression_on_what_is_recorded() -> None:
    linear, columns, imputation, values = parts()
    place = columns.names.index("budget")
    row = values[5:6].copy()
    row[0, place] = np.nan
    added = linear.contributions(values)
    units = (added / added.std(axis=0) * np.sign(imputation.effect)).T
    correlation = np.corrcoef(units)
    others = [at for at in range(6) if at != place]
    among = correlation[np.ix_(others, others)] + OWN * np.eye(5)
    weights = np.linalg.solve(among, correlation[others, place])
    expected = weights @ units[others, 5]
    found = imputation.impute(linear, columns, row)
    assert linear.terms[place].rank_score_of(found.values[:, place])[0] == pytest.approx(expected, abs=1e-6)
    assert found.added[0, place] == pytest.approx(imputation.effect[place] * expected, abs=1e-9)
    left = 1 + OWN - correlation[place, others] @ weights
    assert found.total[0] == pytest.approx(imputation.effect[place] ** 2 * left, rel=1e-6)


def test_the_effect_of_a_column_is_how_much_it_moves_the_log_odds() -> None:
    linear, _, imputation, values = parts()
    moved = linear.contributions(values).std(axis=0)
    np.testing.assert_allclose(np.abs(imputation.effect), moved, atol=1e-12)
    falls = [place for place, effect in enumerate(imputation.effect) if effect < 0]
    assert all(linear.terms[place].slope < 0 for place in falls)  # type: ignore[union-attr]


@pytest.mark.parametrize("gone", [["budget"], ["stage"], ["region"], ["budget", "credit", "stage", "region"]])
def test_log_odds_without_a_part_lie_as_far_off_as_the_variance_says(gone: list[str]) -> None:
    linear, columns, imputation, values = parts(4000)
    lacking = values.copy()
    lacking[:, [columns.names.index(name) for name in gone]] = np.nan
    found = imputation.impute(linear, columns, lacking)
    off = linear.log_odds(values) - linear.base - found.added.sum(axis=1)
    # A little less: a share of each column is taken as its own.
    assert 0.75 * found.total.mean() < (off**2).mean() < 1.1 * found.total.mean()
    assert off.mean() == pytest.approx(0, abs=0.01)


@given(st.sets(st.sampled_from(NAMES)), st.sets(st.sampled_from(NAMES)), st.integers(0, 1999))
def test_the_less_is_recorded_the_more_may_vary(some: set[str], more: set[str], row: int) -> None:
    linear, columns, imputation, values = parts()
    total, doubted = [], []
    for gone in (some, some | more):
        lacking = values[row : row + 1].copy()
        lacking[:, [columns.names.index(name) for name in gone]] = np.nan
        found = imputation.impute(linear, columns, lacking)
        total.append(found.total[0])
        doubted.append(found.of_numbers[0])
    assert total[0] <= total[1] + 1e-12
    assert doubted[0] <= doubted[1] + 1e-12


def test_stated_odds_that_are_not_recorded_are_expected_as_well() -> None:
    X, won = stated_deals()
    model = WinModel(trees=20, start="stated").fit(X, won)
    gone = X.assign(stated=np.nan)
    found = model.decision_function(gone)
    assert expit(found).mean() == pytest.approx(won.mean(), abs=0.02)
    high, low = X["warmth"] > 1, X["warmth"] < -1
    assert expit(found[high]).mean() == pytest.approx(won[high].mean(), abs=0.1)
    assert expit(found[low]).mean() == pytest.approx(won[low].mean(), abs=0.1)
    assert widths(model, gone).min() > 1.2 * widths(model, X).max()


def test_the_range_without_stated_odds_reaches_to_the_answers_with_them() -> None:
    X, won = stated_deals()
    model = WinModel(start="stated").fit(X, won)
    low, high = model.predict_range(X.assign(stated=np.nan)).T
    with_it = model.predict_proba(X)[:, 1]
    assert ((low <= with_it) & (with_it <= high)).mean() >= 0.8


def test_a_category_that_is_not_recorded_widens_the_range_and_not_one_that_may_be_empty() -> None:
    X, won = deals()
    model = WinModel(trees=20).fit(X, won)
    assert (widths(model, X.assign(region=None)) > widths(model, X)).all()
    np.testing.assert_array_equal(
        model.predict_range(X.assign(region=None)), model.predict_range(X.assign(region="moon"))
    )
    sometimes = X.assign(region=X["region"].mask(np.arange(len(X)) % 9 == 0))
    learned = WinModel(trees=20).fit(sometimes, won)
    ratio = widths(learned, X.assign(region=None)) / widths(learned, X)
    np.testing.assert_allclose(ratio, 1, atol=1e-9)


@given(st.sets(st.sampled_from(NAMES)))
def test_explanations_add_up_whatever_is_not_recorded(names: set[str]) -> None:
    X, won = deals(300)
    model = WinModel(trees=20, families=FAMILIES).fit(X, won)
    gone = X[:20].assign(**dict.fromkeys(names))
    why, served = model.explain(gone), model.decision_function(gone)
    np.testing.assert_allclose(why.log_odds, served, rtol=0, atol=1e-9)
    low, high = model.predict_range(gone).T
    assert ((low < expit(served)) & (expit(served) < high)).all()


@pytest.mark.parametrize("family", ["contact", "risk", "stage"])
def test_it_is_nearly_as_good_as_a_model_of_just_the_recorded_columns(family: str) -> None:
    X, won = deals(4000, seed=1)
    later, won_later = deals(4000, seed=2)
    gone = [name for name, own in FAMILIES.items() if own == family]
    full = WinModel(families=FAMILIES).fit(X, won)
    own = WinModel().fit(X.drop(columns=gone), won)
    p = full.predict_proba(later.assign(**dict.fromkeys(gone)))[:, 1]
    own_p = own.predict_proba(later.drop(columns=gone))[:, 1]
    assert log_loss(won_later, p) < log_loss(won_later, own_p) + 0.01
    assert p.mean() == pytest.approx(won_later.mean(), abs=0.03)


@given(st.sets(st.sampled_from(NAMES)), st.sampled_from(PARTS))
def test_the_less_is_recorded_the_wider_the_range(gone: set[str], part: tuple[str, ...]) -> None:
    X, model = fitted()
    before = X.assign(**dict.fromkeys(gone))
    after = before.assign(**dict.fromkeys(part))
    if set(part) <= gone:
        np.testing.assert_array_equal(widths(model, before), widths(model, after))
    else:
        assert widths(model, before).mean() < widths(model, after).mean()


@cache
def fitted() -> tuple[pd.DataFrame, WinModel]:
    X, won = deals()
    return X, WinModel(trees=20, families=FAMILIES).fit(X, won)


def stated_deals(rows: int = 3000) -> tuple[pd.DataFrame, Floats]:
    """Deals of which the stated odds are right, and go with how warm the customer is."""
    draw = np.random.default_rng(5)
    X = pd.DataFrame({"warmth": draw.normal(size=rows)})
    position = np.clip(np.round(2 + X["warmth"] + draw.normal(size=rows)), 0, 4).astype(int)
    X["stated"] = np.array([0.1, 0.25, 0.5, 0.75, 0.9])[position]
    return X, (draw.random(rows) < expit(logit(X["stated"]))).astype(float)


def widths(model: WinModel, X: pd.DataFrame) -> Floats:
    """Widths of the ranges in log-odds."""
    return np.asarray(logit(model.predict_range(X)) @ [-1, 1])
