"""The forecast at a glance, for the terminal: the whole, beside what the rules that it replaces say."""

from __future__ import annotations

from rich.box import SIMPLE
from rich.table import Table
from rich.text import Text

from winprob.models.forecast.forecast import Forecast
from winprob.models.present.figures.money import Money

COLUMNS = ("won", "open", "new", "expected", "80 % range", "fixed %", "sellers")


def overview(forecast: Forecast) -> Table:
    """Lay out what will be won in each period.

    Returns
    -------
    rich.table.Table
        One row per period and currency; groups are left out. The caption counts the open deals.

    Examples
    --------
    ``rich.print(overview(forecast(pipeline(bundle, history), "quarter")))``
    """
    table = Table(
        caption=Text(caption(forecast)), caption_justify="left", box=SIMPLE, padding=0, show_edge=False
    )
    for column in ("from\nuntil", "currency"):
        table.add_column(column, no_wrap=True)
    for column in COLUMNS:
        style = "bold" if column == "expected" else None
        table.add_column(column, justify="right", style=style, no_wrap=True)
    for row in forecast.whole.to_dict("records"):
        money = Money("", "en")
        sums = [money.number(row[name]) for name in ("won", "open_expected", "new_expected", "expected")]
        rules = [money.number(row[name]) for name in ("rule_expected", "seller_expected")]
        table.add_row(
            f"{row['period_start']}\n{row['period_end']}",
            Text(row["currency"] or "missing"),
            *sums,
            money.span(row["low_80"], row["high_80"]),
            *rules,
        )
    return table


def caption(forecast: Forecast) -> str:
    """Count the open deals, and those of them that have no amount; say what the rules are.

    Returns
    -------
    str
        Two lines.
    """
    amounts = forecast.pipeline.deals["amount"]
    missing = int(amounts.isna().sum())
    without = f", {missing:,} of them without an amount, which count as 0" if missing else ""
    as_of = forecast.pipeline.calendar.text(forecast.pipeline.at)
    return (
        f"As of {as_of}: {len(amounts):,} open deals{without}.\n"
        "fixed %: by the playbook's percentages and the sellers' dates; sellers: by their dates alone."
    )
