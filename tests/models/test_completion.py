from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit

from features.timeline import Floats
from models.columns import Columns
from models.completion import SHARED, Completion
from models.linear import LinearPart
from models.metrics import log_loss
from models.outcomes import Outcomes
from models.win_model import WinModel

FAMILIES = {
    "contacts": "contact",
    "days_since": "contact",
    "budget": "risk",
    "credit": "risk",
    "stage": "stage",
}


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


def parts(rows: int = 2000) -> tuple[LinearPart, Columns, Completion, Floats]:
    X, won = deals(rows)
    columns = Columns.learn(X)
    values, outcomes = columns.encode(X), Outcomes.of(won)
    linear = LinearPart.fit(values, columns, {}, outcomes)
    return linear, columns, Completion.learn(linear, values, outcomes.weight, columns, FAMILIES), values


def test_where_all_is_recorded_nothing_changes() -> None:
    linear, columns, completion, values = parts()
    found = completion.complete(linear, columns, values)
    np.testing.assert_array_equal(found.values, values)
    assert not found.variance.any()
    assert (found.towards_even == 1).all()


def test_no_contact_yet_is_not_the_same_as_contacts_not_recorded() -> None:
    _, columns, completion, values = parts()
    contacts, since = columns.names.index("contacts"), columns.names.index("days_since")
    row = values[np.isnan(values[:, since])][:1].repeat(2, axis=0)
    row[1, contacts] = np.nan
    found = completion.unrecorded(columns, row)
    assert not found[0].any()
    assert np.flatnonzero(found[1]).tolist() == sorted([contacts, since])


def test_what_is_expected_is_the_regression_on_what_is_recorded() -> None:
    linear, columns, completion, values = parts()
    place = columns.names.index("budget")
    row = values[5:6].copy()
    row[0, place] = np.nan
    standings = np.array([[linear.terms[at].standing_of(values[:, at])] for at in range(5)])[:, 0]
    correlation = np.corrcoef(standings)
    others = [at for at in range(5) if at != place]
    among = correlation[np.ix_(others, others)] + SHARED * np.eye(4)
    weights = np.linalg.solve(among, correlation[others, place])
    expected = weights @ standings[others, 5]
    found = completion.complete(linear, columns, row)
    assert linear.terms[place].standing_of(found.values[:, place])[0] == pytest.approx(expected, abs=1e-6)
    left = 1 - correlation[place, others] @ weights
    assert found.total[0] == pytest.approx(linear.terms[place].slope ** 2 * left, rel=1e-6)


@given(st.sets(st.sampled_from(["stage", "contacts", "days_since", "budget", "credit", "region"])))
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


def test_the_less_is_recorded_the_wider_the_range() -> None:
    X, won = deals()
    model = WinModel(trees=20, families=FAMILIES).fit(X, won)

    def width(table: pd.DataFrame) -> float:
        return float((model.predict_range(table) @ [-1, 1]).mean())

    without_risk = X.assign(budget=None, credit=None)
    assert width(X) < width(without_risk) < width(without_risk.assign(contacts=None, days_since=None))
