"""The report of a backtest for the terminal: the forecast beside what would have been said without it."""

from __future__ import annotations

from rich.box import SIMPLE
from rich.table import Table
from rich.text import Text

from winprob.training.backtest.accuracy import ALL, LEVELS, MEASURES
from winprob.training.backtest.comparison import SPANS_BACK
from winprob.training.backtest.run import Backtest


def report(backtest: Backtest) -> Table:
    """Lay out how good the forecasts would have been.

    Returns
    -------
    rich.table.Table
        One row per method, for each currency. The caption says how they were measured.

    Examples
    --------
    ``rich.print(report(backtest(history)))``
    """
    table = Table(
        caption=Text(caption(backtest)), caption_justify="left", box=SIMPLE, padding=0, show_edge=False
    )
    for name in ("currency", ""):
        table.add_column(name, no_wrap=True)
    for name in ("wMAPE", "bias", *(f"in {level} %" for level in LEVELS), "periods"):
        table.add_column(name, justify="right")
    rows = backtest.summary
    for row in rows.to_dict("records"):
        shares = [
            "" if row[name] != row[name] else f"{row[name]:.{0 if name.startswith('coverage') else 1}%}"
            for name in MEASURES
        ]
        style = "bold" if row["method"] == "forecast" else None
        table.add_row(
            Text(row["currency"] or "not recorded"),
            row["method"].replace("_", " "),
            *shares,
            str(row["periods"]),
            style=style,
            end_section=row["method"] == rows["method"].iloc[-1],
        )
    return table


def caption(backtest: Backtest) -> str:
    """Say how it was measured.

    Returns
    -------
    str
        A few lines.
    """
    dates = backtest.periods["as_of"]
    first, last = f"{dates.min():%Y-%m-%d}", f"{dates.max():%Y-%m-%d}"
    lines = [
        f"Looked ahead a {backtest.horizon} every {backtest.every}, "
        f"{f'on {first}' if first == last else f'from {first} to {last}'}: learned anew from what was known "
        "each time. wMAPE: sum of absolute errors, bias: sum of errors, both as shares of what was won. In "
        "80 %: periods whose sum lies in the 80 % range. Moving average: mean of the "
        f"{SPANS_BACK} {backtest.horizon}s before, as far as the history reaches."
    ]
    if (backtest.summary["currency"] == ALL).any():
        lines.append("Currencies are not added up: all is the mean over them, weighed by the number of wins.")
    return "\n".join(lines)
