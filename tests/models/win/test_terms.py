import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from winprob.models.win.terms import KNOTS, Curve, Levels, Stated

finite = st.floats(allow_nan=False, allow_infinity=False)


@given(st.lists(st.tuples(finite | st.just(np.nan), st.integers(1, 4)), min_size=1, max_size=80))
def test_rank_scores_are_standardised_and_rise(rows: list[tuple[float, int]]) -> None:
    values, weight = (np.array(each, dtype=np.float64) for each in zip(*rows, strict=True))
    curve = Curve.of_rank_scores(values, weight)
    rank_score, known = curve.contributions(values), ~np.isnan(values)
    assert (rank_score[~known] == 0).all()
    distinct = len(np.unique(values[known]))
    assert len(curve.values) <= KNOTS
    if distinct < 2:
        assert (rank_score == 0).all()
    elif distinct <= KNOTS:
        mean = np.average(rank_score[known], weights=weight[known])
        assert mean == pytest.approx(0, abs=1e-9)
        assert np.average(rank_score[known] ** 2, weights=weight[known]) == pytest.approx(1, abs=1e-9)
    assert (np.diff(curve.contributions(np.sort(values[known]))) >= 0).all()


def test_ties_and_weights_have_rank_scores_as_the_definition_says() -> None:
    values, weight = np.array([5.0, 1.0, 5.0, 9.0, 7.0]), np.array([1.0, 2.0, 1.0, 3.0, 1.0])
    slow = [
        sum(w * ((v < each) + (v == each) / 2) for v, w in zip(values, weight, strict=True))
        for each in values
    ]
    standard = (slow - np.average(slow, weights=weight)) / np.sqrt(np.cov(slow, aweights=weight, ddof=0))
    np.testing.assert_allclose(
        Curve.of_rank_scores(values, weight).contributions(values), standard, atol=1e-12
    )


def test_many_values_are_remembered_by_few_from_the_lowest_to_the_highest() -> None:
    values = np.random.default_rng(0).lognormal(10, 3, 20_000)
    curve = Curve.of_rank_scores(values, np.ones(20_000))
    assert (curve.values[0], curve.values[-1]) == (values.min(), values.max())
    assert KNOTS / 2 < len(curve.values) <= KNOTS
    rank = np.argsort(np.argsort(values)) / 20_000
    step = 1 / (KNOTS - 1)
    np.testing.assert_allclose(curve.contributions(values) / np.sqrt(12), rank - 0.5, rtol=0, atol=step)


@given(
    st.lists(st.tuples(finite, st.floats(0, 10)), min_size=1, max_size=8, unique_by=lambda knot: knot[0]),
    st.lists(finite, min_size=2, max_size=30),
)
def test_a_rising_curve_rises_to_the_last_bit(knots: list[tuple[float, float]], values: list[float]) -> None:
    at = sorted(knot[0] for knot in knots)
    rising = Curve(values=tuple(at), rank_scores=tuple(sorted(knot[1] for knot in knots)), missing=3.0)
    found = rising.contributions(np.sort([*values, *at]))
    assert (np.diff(found) >= 0).all()
    assert rising.rank_scores[0] <= found[0]
    assert found[-1] <= rising.rank_scores[-1]
    assert rising.contributions(np.array(at)).tolist() == list(rising.rank_scores)


def test_a_curve_is_flat_beyond_the_data_and_scaled_as_said() -> None:
    curve = Curve(values=(0.0, 2.0), rank_scores=(-1.0, 1.0)).with_effect(0.5, 0.25, -0.75)
    found = curve.contributions(np.array([-1e15, 0.0, 1.0, 2.0, 1e15, np.nan]))
    assert found.tolist() == [-0.25, -0.25, 0.25, 0.75, 0.75, -0.75]


def test_levels_are_looked_up() -> None:
    levels = Levels(known=(), missing=0.5)
    assert levels.contributions(np.array([np.nan, np.nan])).tolist() == [0.5, 0.5]
    assert Levels(known=(1.0, 2.0), missing=0.5).contributions(np.array([1.0, 0.0])).tolist() == [2.0, 1.0]


@pytest.mark.parametrize(
    ("values", "rank_scores", "message"),
    [
        ((), (), "one or more values, found 0 for 0"),
        ((1.0, 2.0), (0.5,), "one or more values, found 1 for 2"),
        ((1.0, 1.0), (0.5, 0.6), r"rising values, found \(1.0, 1.0\)"),
    ],
)
def test_points_that_make_no_curve_are_refused(
    values: tuple[float, ...], rank_scores: tuple[float, ...], message: str
) -> None:
    with pytest.raises(ValidationError, match=message):
        Curve(values=values, rank_scores=rank_scores)


def test_what_is_stated_counts_as_far_as_it_is_believed() -> None:
    stated = Stated().with_effect(0.5, 0.25, -0.75)
    found = stated.contributions(np.array([0.5, 0.9, 0.0, 1.0, np.nan]))
    assert found[:2] == pytest.approx([0.25, 0.25 + np.log(9) / 2])
    assert found[2:4] == pytest.approx([0.25 - np.log(999) / 2, 0.25 + np.log(999) / 2])
    assert found[4] == -0.75
