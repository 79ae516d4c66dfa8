"""Time of a forecast of many open deals, beside a plain Monte Carlo loop of as many scenarios.

Run: OMP_NUM_THREADS=1 python benchmarks/forecast.py [--deals 100000] [--groups 50] [--scored 600]

Timed is one quarter, the whole and every group: first the chances of the quarter, from the rates at which
each deal is won and lost, then the table from chances, amounts, dates and groups, with new business,
categories and ranges. The history is in memory, and the deals are scored; what scoring takes is a line of its
own, measured on fewer deals. The plain loop draws one scenario after another: a common factor, then for all
deals whether they are won and what their amounts become, added up by group. It does nothing else. Seconds are
those of one core, whatever else the machine does.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

if sys.path[0] == str(Path(__file__).parent):
    del sys.path[0]  # run as a file, this folder comes first, and its features.py would hide the package

from scipy.special import expit, logit

from winprob.features.company_days import WEEKS
from winprob.features.history import History
from winprob.features.playbook import load_playbook
from winprob.models.bundle.bundle import Bundle
from winprob.models.closing.outlook import Outlook
from winprob.models.closing.periods import PERIODS
from winprob.models.closing.seasonality import Seasonality
from winprob.models.forecast.amounts import AmountChange
from winprob.models.forecast.period import periods
from winprob.models.forecast.pipeline import Pipeline, pipeline
from winprob.models.forecast.scenarios import SCENARIOS
from winprob.models.forecast.table import table
from winprob.training.fit import train
from winprob.training.simulation import simulate

AT = pd.Timestamp("2026-10-15", tz="UTC")
SEASON = Seasonality(weeks_left=(4.0, 2.0, *(1.0,) * (WEEKS - 2)), day_off=0.2, level=1.0)
CLOSED = 2
"""Closed opportunities in the history for each open one."""
PLAIN = 100
"""Scenarios of the plain loop that are timed; all would take long, and each takes the same time."""


def main() -> None:
    """Print the times and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--deals", type=int, default=100_000)
    parser.add_argument("--groups", type=int, default=50)
    parser.add_argument("--scored", type=int, default=600)
    sizes = parser.parse_args()
    bundle, simulated = small_company(sizes.scored)
    deals, chances = many_deals(bundle, sizes.deals, sizes.groups)
    opportunities = f"{sizes.deals:,} open deals of {len(deals.history):,} opportunities"
    print(f"{opportunities}, {sizes.groups} groups, {SCENARIOS:,} scenarios")
    rates = np.random.default_rng(2).uniform(1e-4, 5e-3, (2, sizes.deals, PERIODS))
    moment = np.full(sizes.deals, AT.timestamp() / 86_400)
    outlook = Outlook(*rates, moment, (SEASON, SEASON))
    days = periods(AT, "quarter")[0].days_after(AT)
    timing = min(seconds(lambda: outlook.shares_within(days)) for _ in range(3))
    print(f"the chances of the quarter: {timing:.2f} s")
    drawing = min(seconds(lambda: forecast_table(deals, chances)) for _ in range(3))
    print(f"from chances, amounts and groups to the table, with ranges: {drawing:.2f} s")
    ours = timing + drawing
    print(f"together: {ours:.2f} s (goal < 2)")
    theirs = seconds(lambda: plain_loop(deals, chances[:, 0], PLAIN)) * SCENARIOS / PLAIN
    print(f"plain Monte Carlo loop, the ranges alone: {theirs:.0f} s, as {PLAIN} scenarios tell")
    print(f"ratio: {theirs / ours:,.0f}")
    scoring = seconds(lambda: pipeline(bundle, simulated))
    count = len(pipeline(bundle, simulated))
    print(f"scoring, not included: {scoring:.2f} s for {count:,} open deals")


def forecast_table(deals: Pipeline, chances: np.ndarray) -> pd.DataFrame:
    """What is timed: the table of this quarter by team."""
    return table(deals, periods(AT, "quarter"), chances, "team")


def plain_loop(deals: Pipeline, chance: np.ndarray, scenarios: int) -> np.ndarray:
    """Draw the sums of all groups, scenario by scenario: array of shape (scenarios, groups)."""
    random = np.random.default_rng(0)
    spread, change = deals.bundle.common_factor.spread, deals.change.spread
    kept = logit(chance) - spread**2 / 2 * (1 - 2 * chance)  # the mean stays, to second order
    amount = deals.deals["final_amount"].to_numpy()
    group, names = pd.factorize(deals.group("team"), sort=True)
    sums = []
    for _ in range(scenarios):
        won = random.random(len(chance)) < expit(kept + spread * random.standard_normal())
        became = amount * np.exp(change * random.standard_normal(len(chance)) - change**2 / 2)
        sums.append(np.bincount(group, won * became, len(names)))
    return np.array(sums)


def many_deals(bundle: Bundle, count: int, groups: int) -> tuple[Pipeline, np.ndarray]:
    """Open deals at random, beside closed ones, and their chances; only their number matters."""
    random = np.random.default_rng(1)
    rows = (1 + CLOSED) * count
    age = random.uniform(0, 730, rows)
    created = AT - pd.to_timedelta(age, unit="D").round("s")
    is_open = np.arange(rows) < count
    closed = pd.Series(AT - pd.to_timedelta(age * random.random(rows), unit="D").round("s")).mask(is_open)
    ids = np.char.add("OPP-", np.arange(rows).astype(str))
    opportunities = pd.DataFrame(
        {
            "opportunity_id": ids,
            "created_at": created,
            "closed_at": closed,
            "outcome": np.where(is_open, None, np.where(random.random(rows) < 0.3, "won", "lost")),
            "team": np.char.add("team ", random.integers(0, groups, rows).astype(str)),
            "currency": "EUR",
        }
    )
    amount = random.lognormal(11, 1, rows).round()
    amounts = pd.DataFrame({"opportunity_id": ids, "at": created, "amount": amount})
    history = History.of(load_playbook(), {"opportunities": opportunities, "amounts": amounts})
    chance = random.beta(0.7, 4.0, (count, 1))
    deals = pd.DataFrame(
        {
            "opportunity": np.arange(count),
            "opportunity_id": ids[:count],
            "currency": "EUR",
            "amount": amount[:count],
            "final_amount": 0.95 * amount[:count],
            "stage": "intent",
            "probability": chance[:, 0],
            "rule": 0.75,
            "expected_close": AT + pd.to_timedelta(random.integers(-30, 365, count), unit="D"),
        }
    )
    return Pipeline(bundle, history, AT, deals, AmountChange(0.95, 0.1), None), chance


def small_company(opportunities: int) -> tuple[Bundle, History]:
    """A simulated company with a model that learned from it."""
    history = History.of(load_playbook(), simulate(opportunities, 2, 11).tables)
    return train(history).bundle, history


def seconds(work: Callable[[], object]) -> float:
    """Time a piece of work, in seconds of the processor."""
    begin = time.process_time()
    work()
    return time.process_time() - begin


if __name__ == "__main__":
    main()
