"""The fan: what was won in past periods, and how much will be in those to come, with its ranges."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pandas as pd
from plotly import graph_objects as go

from winprob.features.calendar import Calendar
from winprob.features.history import History
from winprob.features.message import in_context, message, plural
from winprob.features.playbook import Language
from winprob.models.forecast.cells import Cells
from winprob.models.forecast.forecast import Forecast
from winprob.models.forecast.period import Period, unit_start
from winprob.models.forecast.won import Won
from winprob.models.present.figures.currencies import by_currency, by_deals
from winprob.models.present.figures.look import FIXED, MODEL, PAST, SELLERS, laid_out, ticks
from winprob.models.present.figures.money import Money
from winprob.models.present.figures.period_name import period_name, unit_of
from winprob.models.present.figures.traces import Mark, bands, marks, named

WON = in_context("what is won already", "won")
WON_THEN = message("Won in the period")
MARKS = (
    Mark("median", message("forecast: median"), MODEL, "circle", "lines+markers"),
    Mark("rule_expected", message("fixed percentages"), FIXED, "diamond"),
    Mark(
        "seller_expected",
        message("sum of the sellers' dates"),
        SELLERS,
        "triangle-up",
    ),
)
"""What is marked on the ranges."""


def fan(
    forecast: Forecast, past: int = 8, currency: str | None = None, language: Language = "en"
) -> go.Figure:
    """Draw a forecast after what came before it.

    Parameters
    ----------
    forecast : Forecast
        Its groups are passed over: the whole is drawn.
    past : int
        How many periods before it are drawn, as far as the history goes back.
    currency : str, optional
        Which one; if left out, a menu chooses between all that there are. Empty for amounts without one.
    language : str

    Returns
    -------
    plotly.graph_objects.Figure
        Bars of what is won, the median with 50, 80 and 95 % ranges around it, and as marks what the fixed
        percentages and the sellers' dates come to.

    Raises
    ------
    winprob.features.mistake.Mistake
        If there is no such currency.

    Examples
    --------
    ``fan(forecast(pipeline(bundle, history), "quarter", 2)).show()`` in a notebook.
    """
    table = forecast.whole
    before = won_before(forecast.pipeline.history, periods_before(forecast.periods[0], past))
    calendar = forecast.pipeline.calendar
    as_of = calendar.day(forecast.pipeline.at)

    def draw(money: Money) -> go.Figure:
        rows, won = (each[each["currency"] == money.currency] for each in (table, before))
        drawn, first = _drawn(rows, won, calendar, money), forecast.periods[0]
        return _titled(drawn, first, rows, len(won), as_of, money)

    return by_currency(by_deals(forecast), currency, draw, language)


def periods_before(first: Period, count: int) -> tuple[Period, ...]:
    """List the periods before one.

    Parameters
    ----------
    first : Period
    count : int
        How many.

    Returns
    -------
    tuple of Period
        Rising; weeks, months or quarters as it is one itself, else of as many days.

    Examples
    --------
    >>> from datetime import date
    >>> [str(each) for each in periods_before(Period(date(2026, 10, 1), date(2026, 12, 31)), 2)]
    ['2026-04-01 to 2026-06-30', '2026-07-01 to 2026-09-30']
    """
    unit, length = unit_of(first), first.end - first.start
    found: list[Period] = []
    start = first.start
    for _ in range(count):
        end = start - timedelta(days=1)
        start = end - length if unit is None else unit_start(end, unit, first.calendar)
        found.insert(0, Period(start, end, first.calendar))
    return tuple(found)


def won_before(history: History, periods: Sequence[Period]) -> pd.DataFrame:
    """Add up what was won in periods of the past.

    Returns
    -------
    pandas.DataFrame
        ``period_start``, ``period_end``, ``currency`` (empty where none is recorded) and ``won``, one row per
        currency and period. Periods that began before the first opportunity was created are left out: not
        all that was won in them is known.
    """
    won, cells = Won.of(history), Cells.of(history)
    sums = [
        cells.names.assign(
            period_start=period.start,
            period_end=period.end,
            won=cells.add(won.opportunity, won.within(period)),
        )
        for period in periods
        if len(history) and period.calendar.start_of(period.start) >= history.first_creation
    ]
    columns = ["period_start", "period_end", "currency", "won"]
    return pd.concat(sums, ignore_index=True)[columns] if sums else pd.DataFrame(columns=columns)


def _drawn(rows: pd.DataFrame, before: pd.DataFrame, calendar: Calendar, money: Money) -> go.Figure:
    came, ahead = (
        [period_name(each, money.language) for each in _periods(table, calendar)] for table in (before, rows)
    )
    won = [*before["won"], *rows["won"]]
    bars = go.Bar(x=came + ahead, y=won, marker={"color": PAST})
    figure = go.Figure(
        [
            *bands(ahead, rows, money),
            named(bars, WON.in_language(money.language), list(map(money.short, won))),
            *marks(ahead, rows, MARKS, money),
        ],
        {"barmode": "overlay", "bargap": 0.35, "hovermode": "x unified"},
    )
    drawn = [0.0, *won, *rows["high_95"], *rows["rule_expected"], *rows["seller_expected"]]
    figure.update_xaxes(ticks(came + ahead))
    return figure.update_yaxes(money.axis(drawn), title={"text": money.titled(WON_THEN)})


def _periods(table: pd.DataFrame, calendar: Calendar) -> list[Period]:
    ends = zip(table["period_start"], table["period_end"], strict=True)
    return [Period(start, end, calendar) for start, end in ends]


def _titled(
    figure: go.Figure, period: Period, rows: pd.DataFrame, past: int, as_of: date, money: Money
) -> go.Figure:
    """Say how much is expected in the first period, and what else is to be seen."""
    first = rows.iloc[0]
    name = period_name(period, money.language)
    expected, span = money.short(first["expected"]), money.span(first["low_80"], first["high_80"])
    title = message("{name}: {expected} expected, 80 % range {span}", name=name, expected=expected, span=span)
    subtitle = (
        message(
            "Forecast as of {as_of}, after what was won in the {past} periods before", as_of=as_of, past=past
        )
        if past
        else message("Forecast as of {as_of}", as_of=as_of)
    )
    missing = int(first["without_amount"])
    uncounted = plural(
        "; {missing} open deal has no amount and counts as 0",
        "; {missing} open deals have no amount and count as 0",
        missing,
        missing=missing,
    )
    told = subtitle.in_language(money.language) + (uncounted.in_language(money.language) if missing else "")
    return laid_out(figure, title.in_language(money.language), told)
