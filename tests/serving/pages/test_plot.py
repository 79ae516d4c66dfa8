"""Where numbers lie in a picture."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from winprob.serving.pages.plot import Plot, round_share

NUMBERS = st.floats(-1e6, 1e6)


@given(NUMBERS, NUMBERS, NUMBERS, NUMBERS, st.floats(0, 1), st.floats(0, 1))
def test_what_lies_between_the_ends_lies_in_the_picture(
    first: float, wide: float, low: float, high: float, across: float, up: float
) -> None:
    plot = Plot(first, first + abs(wide), min(low, high), max(low, high))
    x, y = plot.x(first + across * abs(wide)), plot.y(plot.low + up * (plot.high - plot.low))
    assert plot.left - 0.1 <= x <= plot.right + 0.1
    assert 8 - 0.1 <= y <= plot.bottom + 0.1


def test_the_ends_are_the_ends() -> None:
    plot = Plot(10, 20, 0, 0.4, height=200)
    assert (plot.x(10), plot.x(20), plot.x(15)) == (plot.left, plot.right, (plot.left + plot.right) / 2)
    assert (plot.y(0), plot.y(0.4)) == (plot.bottom, 8)
    assert plot.bottom == 200 - 22


def test_a_single_value_has_a_place() -> None:
    plot = Plot(3, 3, 5, 5)
    assert (plot.x(3), plot.y(5)) == (plot.left, plot.bottom)


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=9))
def test_a_band_goes_there_above_and_back_below(rows: list[tuple[float, float, float]]) -> None:
    across = [row[0] for row in rows]
    low, high = [min(row[1:]) for row in rows], [max(row[1:]) for row in rows]
    plot = Plot(0, 1, 0, 1)
    points = re.findall(r"([\d.]+),([\d.]+)", plot.band(across, low, high))
    there, back = points[: len(rows)], points[len(rows) :][::-1]
    assert [each[0] for each in there] == [each[0] for each in back] == [str(plot.x(x)) for x in across]
    for above, below in zip(there, back, strict=True):
        assert float(above[1]) <= float(below[1])


@pytest.mark.parametrize(
    ("highest", "end"), [(0, 0.1), (0.1, 0.1), (0.11, 0.2), (0.2, 0.2), (0.45, 0.6), (0.81, 1.0), (1, 1.0)]
)
def test_an_axis_ends_at_a_round_share(highest: float, end: float) -> None:
    assert round_share(highest) == end


@given(st.floats(0, 1))
def test_nothing_lies_above_the_axis(highest: float) -> None:
    assert highest <= round_share(highest) <= 1
