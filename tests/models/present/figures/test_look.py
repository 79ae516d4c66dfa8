from __future__ import annotations

from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st
from plotly.graph_objects import Figure

from winprob.models.forecast.period import periods
from winprob.models.present.figures.look import LEAST_ROOM, MOST_TICKS, blank, laid_out, ticks
from winprob.models.present.figures.period_name import period_name


@given(st.integers(1, 80))
def test_as_many_names_as_there_is_room_for(count: int) -> None:
    names = [period_name(each, "zh") for each in periods(datetime(2026, 11, 22), "month", count)]
    axis = ticks(names)
    shown = axis["tickvals"]
    assert isinstance(shown, list)
    assert shown[0] == names[0]
    assert len(shown) <= MOST_TICKS
    assert len(shown) > MOST_TICKS / 2 or shown == names
    assert axis["categoryarray"] == names
    first, last = axis["range"]  # type: ignore[misc]
    assert last - first == max(count, LEAST_ROOM)


def test_long_names_are_broken_where_people_would() -> None:
    names = ["2026年四季度", "2026-11-16 当周", "Q4 2026", "Nov 2026"]
    lines = ["2026年<br>四季度", "2026-11-16<br>当周", "Q4 2026", "Nov<br>2026"]
    assert ticks(names)["ticktext"] == lines


def test_no_button_sends_data_away() -> None:
    """Plotly 7 has a button that uploads a figure with its data."""
    assert "sendChartToCloud" in laid_out(Figure(), "title", "subtitle").layout.modebar.remove


def test_a_figure_without_anything_says_why() -> None:
    figure = blank("nothing there")
    assert figure.layout.title.text == "nothing there"
    assert not figure.layout.xaxis.visible
