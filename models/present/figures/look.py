"""What all figures of forecasts have in common: colours that the colour-blind can tell apart, type, room."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap

from plotly.graph_objects import Figure

MODEL, FIXED, SELLERS, ACTUAL, PAST = "#1f5fa8", "#d1702a", "#8c3d8c", "#333333", "#8a8f98"
"""Colours of the forecast, of the fixed percentages, of the sellers' dates and of what came true: blue and
orange as in the figures of a training run, and marks differ in shape as well.
"""
BANDS = {95: "#dbe6f3", 80: "#b3cbe6", 50: "#7fa8d4"}
"""Shades of the forecast's ranges, the widest first."""
FONT = "Helvetica, Arial, 'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', sans-serif"
GRID = {"gridcolor": "#e8ebf0", "zerolinecolor": "#d5dae2", "automargin": True, "title": {"standoff": 12}}
TEMPLATE = {"layout": {"xaxis": GRID, "yaxis": GRID, "plot_bgcolor": "white", "paper_bgcolor": "white"}}
"""In place of Plotly's own, which are large: figures with menus would take seconds."""
BUTTONS = ("sendChartToCloud", "lasso2d", "select2d", "zoomIn2d", "zoomOut2d", "autoScale2d")
"""Plotly's buttons that are taken off: the first would send data away, the others are of no use."""
MOST_TICKS, LEAST_ROOM = 12, 6
"""Periods that are named below an axis at most (of more, every second, third or further one), and how many
there is room for at least, so that a single one does not fill it.
"""
TICK_LETTERS = 7
"""Of the name of a period in one line below an axis, about."""


def laid_out(figure: Figure, title: str, subtitle: str) -> Figure:
    """Give a figure its titles and the common look.

    Parameters
    ----------
    figure : plotly.graph_objects.Figure
        It is changed.
    title : str
        What is to be seen.
    subtitle : str
        What it is made of.

    Returns
    -------
    plotly.graph_objects.Figure
        The same.
    """
    heading = {
        "text": title,
        "font": {"size": 17},
        "subtitle": {"text": subtitle, "font": {"size": 13, "color": "#5c6470"}},
        "x": 0.0,
        "xref": "container",
        "xanchor": "left",
        "pad": {"l": 24},
        "y": 0.95,
        "yanchor": "top",
    }
    figure.update_layout(
        template=TEMPLATE,
        title=heading,
        font={"family": FONT, "size": 13, "color": ACTUAL},
        margin={"l": 24, "r": 32, "t": 100, "b": 72},
        legend={"orientation": "h", "x": 0.0, "y": 0.02, "yref": "container", "yanchor": "bottom"},
        modebar={"remove": list(BUTTONS)},
        hoverlabel={"bgcolor": "white", "font": {"family": FONT}},
    )
    return figure


def ticks(names: Sequence[str]) -> dict[str, object]:
    """Lay out an axis of periods.

    Parameters
    ----------
    names : sequence of str
        In order, as in the data.

    Returns
    -------
    dict
        What Plotly's axes take: names too long for one line are broken.

    Examples
    --------
    >>> ticks(["Week of 12 Aug 2024"])["ticktext"]
    ['Week of<br>12 Aug<br>2024']
    """
    shown = list(names[:: -(-len(names) // MOST_TICKS) or 1])
    spare = max(0, LEAST_ROOM - len(names)) / 2
    return {
        "type": "category",
        "categoryorder": "array",
        "categoryarray": list(names),
        "range": [-0.5 - spare, len(names) - 0.5 + spare],
        "tickvals": shown,
        "ticktext": ["<br>".join(_lines(name)) for name in shown],
    }


def blank(reason: str) -> Figure:
    """Say on a figure why nothing is drawn."""
    return laid_out(Figure(), reason, "").update_xaxes(visible=False).update_yaxes(visible=False)


def _lines(name: str) -> list[str]:
    return wrap(name.replace("年", "年 "), TICK_LETTERS, break_long_words=False)
