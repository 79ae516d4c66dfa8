"""The forecast at a glance, for the terminal: the whole, beside what the rules that it replaces say."""

from __future__ import annotations

from rich.table import Table
from rich.text import Text

from models.forecast.forecast import Forecast

COLUMNS = ("won", "open deals", "new deals", "expected", "80 % range", "fixed percentages", "sellers' dates")


def overview(forecast: Forecast) -> Table:
    """Lay out what will be won in each period.

    Parameters
    ----------
    forecast : Forecast

    Returns
    -------
    rich.table.Table
        One row per period and currency; groups are left out. The caption counts the open deals.

    Examples
    --------
    ``rich.print(overview(forecast(pipeline(bundle, history), "quarter")))``
    """
    table = Table("period", "currency", caption=Text(caption(forecast)), caption_justify="left")
    for column in COLUMNS:
        table.add_column(column, justify="right", style="bold" if column == "expected" else None)
    for row in forecast.whole.to_dict("records"):
        named = [f"{row['period_start']} to {row['period_end']}", row["currency"] or "not recorded"]
        sums = [_money(row[name]) for name in ("won", "open_expected", "new_expected", "expected")]
        rules = [_money(row[name]) for name in ("rule_expected", "seller_expected")]
        table.add_row(*named, *sums, f"{_money(row['low_80'])} to {_money(row['high_80'])}", *rules)
    return table


def caption(forecast: Forecast) -> str:
    """Count the open deals, and those of them that have no amount.

    Parameters
    ----------
    forecast : Forecast

    Returns
    -------
    str
        One line.
    """
    amounts = forecast.pipeline.deals["amount"]
    missing = int(amounts.isna().sum())
    without = f"; {missing:,} without an amount, which count as 0" if missing else ", all with an amount"
    return f"As of {forecast.pipeline.at:%Y-%m-%d %H:%M} UTC: {len(amounts):,} open deals{without}."


def _money(amount: float) -> str:
    return f"{amount + 0.0:,.0f}"
