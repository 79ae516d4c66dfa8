"""Accuracy over time: what was forecast, beside what came of it and what the usual rules would have said."""

from __future__ import annotations

import numpy as np
import pandas as pd
from plotly import graph_objects as go

from winprob.features.message import message
from winprob.features.playbook import Language
from winprob.models.present.figures.currencies import by_currency
from winprob.models.present.figures.look import ACTUAL, FIXED, MODEL, PAST, laid_out, ticks
from winprob.models.present.figures.money import Money
from winprob.models.present.figures.traces import Mark, bands, marks

MARKS = (
    Mark("moving_average", message("moving average"), PAST, "square", "lines+markers", "dot"),
    Mark(
        "rule_expected",
        message("fixed percentages"),
        FIXED,
        "diamond",
        "lines+markers",
        "dash",
    ),
    Mark("expected", message("forecast"), MODEL, "circle", "lines+markers"),
    Mark("actual", message("what was won"), ACTUAL, "x"),
)
"""What is drawn on the ranges, in the order of its drawing."""
AMOUNT = message("Won in the time ahead")


def accuracy(periods: pd.DataFrame, currency: str | None = None, language: Language = "en") -> go.Figure:
    """Draw forecasts of the past beside what happened.

    Parameters
    ----------
    periods : pandas.DataFrame
        One row per forecast and currency, as a backtest has them: ``as_of``, ``currency``, ``actual``,
        ``expected``, the ranges ``low_50`` … ``high_95``, ``rule_expected`` and ``moving_average``, which may
        be missing.
    currency : str, optional
        Which one; if left out, a menu chooses between all that there are. Empty for amounts without one.
    language : str

    Returns
    -------
    plotly.graph_objects.Figure
        The title says how far off each was on average, and how often the 80 % ranges held.

    Raises
    ------
    winprob.features.mistake.Mistake
        If there is no such currency.

    Examples
    --------
    ``accuracy(backtest(history).periods).show()`` in a notebook.
    """

    def draw(money: Money) -> go.Figure:
        rows = periods[periods["currency"] == money.currency].sort_values("as_of")
        return _titled(_drawn(rows, money), rows, money)

    by_actual = periods.groupby("currency")["actual"].agg(lambda won: int((won > 0).sum()))
    return by_currency(
        list(by_actual.sort_values(ascending=False, kind="stable").index), currency, draw, language
    )


def _drawn(rows: pd.DataFrame, money: Money) -> go.Figure:
    x = [f"{at:%Y-%m-%d}" for at in rows["as_of"]]
    figure = go.Figure(
        [*bands(x, rows, money), *marks(x, rows, MARKS, money)],
        {"barmode": "overlay", "bargap": 0.1, "hovermode": "x unified"},
    )
    amounts = rows[["high_95", *(mark.column for mark in MARKS)]].to_numpy(np.float64)
    asked = message("Forecast as of").in_language(money.language)
    figure.update_xaxes(ticks(x), title={"text": asked})
    return figure.update_yaxes(money.axis([0.0, *amounts.ravel()]), title={"text": money.titled(AMOUNT)})


def _titled(figure: go.Figure, rows: pd.DataFrame, money: Money) -> go.Figure:
    """Say how far off each was, and how often the ranges held."""
    columns = ("expected", "rule_expected", "moving_average")
    model, fixed, average = (_off(rows, name, money.language) for name in columns)
    title = message(
        "Forecasts were off by {model}, fixed percentages by {fixed}, moving averages by {average}",
        model=model,
        fixed=fixed,
        average=average,
    )
    held = int(rows["actual"].between(rows["low_80"], rows["high_80"]).sum())
    subtitle = message(
        "Sum of absolute errors as a share of what was won (wMAPE); 80 % ranges held in {held} of "
        "{count} forecasts",
        held=held,
        count=len(rows),
    )
    return laid_out(figure, title.in_language(money.language), subtitle.in_language(money.language))


def _off(rows: pd.DataFrame, column: str, language: Language) -> str:
    """How far off a column was, in percent; a dash where nothing was won or nothing was said."""
    told = rows[rows[column].notna()]
    won = told["actual"].sum()
    if not won:
        return "–"
    off = f"{100 * (told[column] - told['actual']).abs().sum() / won:,.0f}"
    return message("{off} %", off=off).in_language(language)
