"""The waterfall: from one forecast of a period to a later one, part by part."""

from __future__ import annotations

import numpy as np
import pandas as pd
from plotly import graph_objects as go

from winprob.features.message import message
from winprob.features.mistake import Mistake
from winprob.features.playbook import Language
from winprob.features.timeline import Floats
from winprob.models.forecast.change import Change
from winprob.models.forecast.forecast import Forecast
from winprob.models.forecast.period import Period
from winprob.models.present.figures.currencies import by_currency, by_deals
from winprob.models.present.figures.look import FIXED, MODEL, PAST, laid_out
from winprob.models.present.figures.money import Money
from winprob.models.present.figures.period_name import period_name

EXPECTED = message("Expected")
CUT = message("Expected, on an axis that does not begin at 0")
CUT_FROM = 0.5
"""An axis begins at 0 unless all totals on the way lie above this share of the largest."""
BESIDE = 0.12
"""Room for the texts beside the bars, as a share of the axis."""
UNSEEN = 1e-4
"""Parts that are smaller than this share of the largest amount would not be seen."""
HEIGHT, ROW = 200, 28
"""Pixels: of what surrounds the bars, and for each bar."""


def waterfall(
    change: Change, period: Period | None = None, currency: str | None = None, language: Language = "en"
) -> go.Figure:
    """Draw why a forecast has moved.

    Parameters
    ----------
    change : Change
        Its parts add up from one expected value to the other; those too small to be seen are not drawn.
    period : Period, optional
        The first that both forecasts have, if left out.
    currency : str, optional
        Which one; if left out, a menu chooses between all that there are. Empty for amounts without one.
    language : str

    Returns
    -------
    plotly.graph_objects.Figure
        Read from top to bottom: what was expected then, what has raised and lowered it, what is now.

    Raises
    ------
    winprob.features.mistake.Mistake
        If there is no such period or currency.

    Examples
    --------
    ``waterfall(change(then, now)).show()`` in a notebook.
    """
    there = [each for each in change.then.periods if each in change.now.periods]
    if period is not None and period not in there:
        raise Mistake(f"period: expected one of {', '.join(map(str, there))}, found {period}")
    chosen = period or there[0]
    parts = change.parts[change.parts["period_start"] == chosen.start]

    def draw(money: Money) -> go.Figure:
        own = parts[parts["currency"] == money.currency]
        then, now = (_expected(each, chosen, money.currency) for each in (change.then, change.now))
        seen = own["amount"].abs() > UNSEEN * max(then, now, own["amount"].abs().max())
        return _titled(_drawn(then, now, own[seen], change, money), then, now, chosen, money)

    return by_currency(by_deals(change.now), currency, draw, language)


def _expected(forecast: Forecast, period: Period, currency: str) -> float:
    """What is expected of a currency in all; 0 where nothing is."""
    table = forecast.whole
    row = (table["period_start"] == period.start) & (table["currency"] == currency)
    return float(table.loc[row, "expected"].sum())


def _drawn(then: float, now: float, moved: pd.DataFrame, change: Change, money: Money) -> go.Figure:
    amounts, codes = moved["amount"].tolist(), ["then", *moved["part"], "now"]
    way = np.cumsum([then, *amounts])
    lengths = [then, *amounts, now]
    first, last = (_as_of(each, money) for each in (change.then, change.now))
    names = [first, *moved[f"name_{money.language}"], last]
    bars = go.Waterfall(
        orientation="h",
        y=codes,
        x=lengths,
        measure=["absolute", *["relative"] * len(amounts), "absolute"],
        text=[money.number(then), *map(money.signed, amounts), money.number(now)],
        textposition="outside",
        cliponaxis=False,
        customdata=[f"{name}: {money.full(each)}" for name, each in zip(names, lengths, strict=True)],
        hovertemplate="%{customdata}<extra></extra>",
        increasing={"marker": {"color": MODEL}},
        decreasing={"marker": {"color": FIXED}},
        totals={"marker": {"color": PAST}},
        connector={"line": {"color": PAST, "width": 1}},
    )
    rows = {"type": "category", "autorange": "reversed", "tickvals": codes, "ticktext": names}
    figure = go.Figure(bars, {"height": HEIGHT + ROW * len(codes), "showlegend": False, "yaxis": rows})
    return figure.update_xaxes(_axis(np.array([*way, now]), money))


def _as_of(forecast: Forecast, money: Money) -> str:
    day = forecast.pipeline.calendar.day(forecast.pipeline.at)
    return message("expected as of {day}", day=day).in_language(money.language)


def _axis(way: Floats, money: Money) -> dict[str, object]:
    """Lay out the axis of all totals on the way, not from 0 where the changes would be too small to see."""
    low, high = float(way.min()), float(way.max())
    cut = low > CUT_FROM * high
    start = low if cut else min(low, 0.0)
    beside = BESIDE * (max(high, 0.0) - start)
    ends = (start - beside if cut or low < 0 else start, max(high, 0.0) + beside)
    return money.axis(ends) | {"title": {"text": money.titled(CUT if cut else EXPECTED)}}


def _titled(figure: go.Figure, then: float, now: float, period: Period, money: Money) -> go.Figure:
    """Say by how much the forecast has moved, and how to read what is to be seen."""
    name, size, end = period_name(period, money.language), money.short(abs(now - then)), money.short(now)
    if abs(now - then) <= UNSEEN * max(then, now):
        title = message("{name}: the expected amount is still {end}", name=name, end=end)
    elif now > then:
        title = message(
            "{name}: the expected amount has risen by {size} to {end}", name=name, size=size, end=end
        )
    else:
        title = message(
            "{name}: the expected amount has fallen by {size} to {end}", name=name, size=size, end=end
        )
    subtitle = message(
        "The parts add up to the whole change: blue has raised what is expected, orange has lowered it"
    )
    return laid_out(figure, title.in_language(money.language), subtitle.in_language(money.language))
