"""What figures are drawn with: ranges around a forecast, and traces that say what they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd
from plotly import graph_objects as go

from winprob.features.message import Wording, message
from winprob.models.present.figures.look import BANDS
from winprob.models.present.figures.money import Money


class Mark(NamedTuple):
    """A column of amounts, and how it is drawn.

    Attributes
    ----------
    column : str
    words : Wording
        What people call it.
    color, symbol : str
    mode : str
        ``markers``, ``lines`` or ``lines+markers``.
    dash : str
        Of its line.
    """

    column: str
    words: Wording
    color: str
    symbol: str
    mode: str = "markers"
    dash: str = "solid"


def bands(x: Sequence[str], rows: pd.DataFrame, money: Money) -> list[go.Bar]:
    """Draw ranges, the widest first, so that the narrower ones lie on it.

    Parameters
    ----------
    x : sequence of str
        Where on the axis each row is.
    rows : pandas.DataFrame
        ``low_95``, ``high_95`` and so on.
    money : Money
    """
    drawn = []
    for level, color in BANDS.items():
        low, high = rows[f"low_{level}"], rows[f"high_{level}"]
        bar = go.Bar(x=x, base=low.tolist(), y=(high - low).tolist(), marker={"color": color})
        name = message("{level} % range", level=level).in_language(money.language)
        drawn.append(named(bar, name, [money.span(*ends) for ends in zip(low, high, strict=True)]))
    return drawn


def marks(x: Sequence[str], rows: pd.DataFrame, drawn: Sequence[Mark], money: Money) -> list[go.Scatter]:
    """Draw columns of amounts as marks and lines.

    Parameters
    ----------
    x : sequence of str
        Where on the axis each row is.
    rows : pandas.DataFrame
        With the columns of `drawn`; what is missing is not drawn.
    drawn : sequence of Mark
    money : Money
    """
    traces = []
    for each in drawn:
        there = rows[each.column].notna().to_numpy()
        amounts = rows.loc[there, each.column].tolist()
        trace = go.Scatter(
            x=[name for name, known in zip(x, there, strict=True) if known],
            y=amounts,
            mode=each.mode,
            marker={
                "symbol": each.symbol,
                "size": 10,
                "color": each.color,
                "line": {"width": 1, "color": "white"},
            },
            cliponaxis=False,
            line={"dash": each.dash, "width": 2, "color": each.color},
        )
        traces.append(named(trace, each.words.in_language(money.language), list(map(money.short, amounts))))
    return traces


def named(trace: go.Bar | go.Scatter, name: str, told: Sequence[str]) -> go.Bar | go.Scatter:
    """Let a trace say what it is, in the legend and where the pointer is.

    Parameters
    ----------
    trace : plotly.graph_objects.Bar or plotly.graph_objects.Scatter
        It is changed.
    name : str
    told : sequence of str
        Its amounts in words.

    Returns
    -------
    plotly.graph_objects.Bar or plotly.graph_objects.Scatter
        The same.
    """
    text = f"{name}: %{{customdata}}<extra></extra>"
    return trace.update(name=name, customdata=list(told), hovertemplate=text)
