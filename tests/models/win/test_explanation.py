import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy.special import expit

from winprob.models.win.explanation import Explanation

FAMILIES = {"a": "stage", "b": "contact", "c": "stage", "d": "amount", "elsewhere": "risk"}

log_odds = st.one_of(st.just(0.0), st.floats(-700, 700), st.floats(-1e-6, 1e-6))


@st.composite
def explanations(draw: st.DrawFn) -> Explanation:
    rows = draw(st.integers(1, 4))
    shares = draw(arrays.arrays(np.float64, (rows, 4), elements=log_odds))
    return Explanation(draw(log_odds), pd.DataFrame(shares, columns=list("abcd")))


@given(explanations())
def test_both_views_add_up_by_feature_and_by_family(why: Explanation) -> None:
    for view in (why, why.by_family(FAMILIES)):
        np.testing.assert_allclose(
            view.base + view.contributions.sum(axis=1), why.log_odds, rtol=0, atol=1e-9
        )
        gained = why.probability - why.base_probability
        np.testing.assert_allclose(view.points.sum(axis=1), gained, rtol=0, atol=1e-9)


@given(explanations())
def test_points_have_the_sign_of_their_contribution_and_none_for_none(why: Explanation) -> None:
    points, shares = why.points.to_numpy(), why.contributions.to_numpy()
    assert np.isfinite(points).all()
    assert (points * np.sign(shares) >= 0).all()
    assert (points[shares == 0] == 0).all()


@given(explanations())
def test_family_points_are_the_sums_of_their_features_points(why: Explanation) -> None:
    families = why.by_family(FAMILIES).points
    assert list(families) == ["stage", "contact", "amount"]
    np.testing.assert_allclose(families["stage"], why.points["a"] + why.points["c"], rtol=0, atol=1e-9)


@given(explanations(), st.data())
def test_pooling_what_is_not_recorded_changes_no_sum(why: Explanation, data: st.DataObject) -> None:
    shape = why.contributions.shape
    missing = data.draw(arrays.arrays(bool, shape))
    X = pd.DataFrame(np.where(missing, np.nan, 1.0), columns=list("abcd"))
    pooled = why.pooled(X, FAMILIES)
    sums = ["stage.not_recorded", "contact.not_recorded", "amount.not_recorded"]
    assert list(pooled.contributions) == [*"abcd", *sums]
    np.testing.assert_allclose(pooled.log_odds, why.log_odds, rtol=0, atol=1e-9)
    assert (pooled.contributions[list("abcd")].to_numpy()[missing] == 0).all()
    of_stage = why.contributions["a"].where(missing[:, 0], 0) + why.contributions["c"].where(missing[:, 2], 0)
    np.testing.assert_allclose(pooled.contributions["stage.not_recorded"], of_stage, rtol=0, atol=1e-9)


@given(st.floats(-5, 5), arrays.arrays(np.float64, 3, elements=st.floats(-3, 3)))
def test_points_are_the_path_integral_of_the_slope(base: float, shares: np.ndarray) -> None:
    """The slow, obvious twin: walk the straight path in small steps and collect c · p (1 - p)."""
    steps = (np.arange(2000) + 0.5) / 2000
    p = expit(base + steps * shares.sum())
    walked = shares * (p * (1 - p)).mean()
    why = Explanation(base, pd.DataFrame([shares], columns=list("abc")))
    np.testing.assert_allclose(why.points.to_numpy()[0], walked, rtol=0, atol=1e-5)


def test_contributions_that_cancel_keep_their_worth() -> None:
    points = Explanation(0.0, pd.DataFrame({"up": [3.0], "down": [-3.0]})).points
    assert points.to_dict("records") == [{"up": 0.75, "down": -0.75}]


def test_rows_are_taken_by_position_and_keep_their_label() -> None:
    shares = pd.DataFrame({"a": [1.0, 2.0, 3.0]}, index=["X", "Y", "Z"])
    why = Explanation(0.5, shares)
    assert len(why) == 3
    assert why[1].log_odds.to_dict() == {"Y": 2.5}
    assert why[-1].contributions.index.tolist() == ["Z"]
    assert why[1:].contributions.index.tolist() == ["Y", "Z"]
    assert why[[2, 0]].contributions.index.tolist() == ["Z", "X"]
    assert [why[row].log_odds.item() for row in range(3)] == [1.5, 2.5, 3.5]
    with pytest.raises(IndexError):
        why[3]


def test_a_column_without_family_is_named() -> None:
    why = Explanation(0.0, pd.DataFrame({"a": [1.0], "unheard": [1.0]}))
    with pytest.raises(ValueError, match="families: expected one for every column, found none for unheard"):
        why.by_family(FAMILIES)
