from __future__ import annotations

import pandas as pd
from bundles import simulated_history, trained_bundle
from rich.console import Console

from winprob.features.history import History
from winprob.models.forecast.forecast import Forecast, forecast
from winprob.models.forecast.pipeline import pipeline
from winprob.models.present.figures.money import Money
from winprob.models.present.overview import caption, overview


def made(history: History, as_of: str = "2024-04-10T00:00Z") -> Forecast:
    return forecast(pipeline(trained_bundle(), history, as_of), "quarter", 2, "team")


def printed(found: Forecast) -> str:
    console = Console(width=80)
    with console.capture() as captured:
        console.print(overview(found))
    return captured.get()


def test_each_period_and_currency_has_one_line_with_what_the_rules_say() -> None:
    found = made(simulated_history())
    lines = [line for line in printed(found).splitlines() if line.startswith("2024-")]
    assert len(lines) == 2 * len(found.whole)
    for line, until, row in zip(lines[::2], lines[1::2], found.whole.to_dict("records"), strict=True):
        assert line.startswith(f"{row['period_start']} {row['currency']}")
        assert until.strip() == str(row["period_end"])
        for name in ("won", "expected", "low_80", "high_80", "rule_expected", "seller_expected"):
            assert Money("", "en").number(row[name]) in line


def test_open_deals_without_an_amount_are_counted() -> None:
    history = simulated_history()
    assert caption(made(history)).splitlines()[0] == "As of 2024-04-10 00:00 UTC: 73 open deals."
    amounts = history.events["amounts"]
    bare = history.with_table("amounts", amounts[amounts["opportunity"] % 2 == 0])
    found = made(bare)
    missing = int(found.pipeline.deals["amount"].isna().sum())
    assert 0 < missing == found.whole["without_amount"].sum() / 2
    assert f"73 open deals, {missing} of them without an amount, which count as 0." in caption(found)


def test_a_currency_that_is_not_recorded_is_named_so() -> None:
    history = simulated_history()
    opportunities = history.opportunities.assign(currency=pd.Series(dtype="str"))
    assert printed(made(history.with_table("opportunities", opportunities))).count("missing") == 2
