from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from winprob.models.win.rank_scores import BLOCK, RankScores

number = st.floats(-1e6, 1e6)
lines = st.lists(
    st.lists(st.tuples(number, number), min_size=1, max_size=6, unique_by=lambda knot: knot[0]),
    min_size=1,
    max_size=4,
)


def interpolated(knots: tuple[list[float], list[float]], values: np.ndarray) -> np.ndarray:
    """Column by column, as numpy does it."""
    return np.where(np.isnan(values), 0.0, np.interp(values, *knots))


@given(lines, st.data())
def test_each_column_is_interpolated(drawn: list[list[tuple[float, float]]], data: st.DataObject) -> None:
    knots = []
    for line in drawn:
        at, scores = zip(*sorted(line), strict=True)
        knots.append((list(at), sorted(scores)))
    places = [st.sampled_from(at) | number | st.just(np.nan) for at, _ in knots]
    rows = data.draw(st.lists(st.tuples(*places), max_size=8))
    values = np.array(rows, np.float64).reshape(len(rows), len(knots))
    expected = [interpolated(line, column) for line, column in zip(knots, values.T, strict=True)]
    found = RankScores(knots).of(values)
    assert_allclose(found, np.array(expected).reshape(len(knots), len(rows)).T, rtol=1e-9, atol=1e-6)


def test_knots_are_met_to_the_last_bit_however_close_they_are() -> None:
    at = [0.0, 5e-324, 1.0, 1e308]
    scores = [-1.5, -0.1, 0.3, 1.7]
    assert RankScores([(at, scores)]).of(np.array([at]).T)[:, 0].tolist() == scores


def test_rows_of_different_blocks_are_told_the_same() -> None:
    line = ([0.0, 1.0, 4.0], [-1.0, 0.0, 2.0])
    values = np.random.default_rng(0).uniform(-1, 5, (2 * BLOCK + 1, 1))
    assert_array_equal(RankScores([line]).of(values), RankScores([line]).of(values[::-1])[::-1])


def test_no_columns_have_no_rank_scores() -> None:
    assert RankScores([]).of(np.empty((3, 0))).shape == (3, 0)
