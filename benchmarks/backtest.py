"""How true forecasts of simulated companies are, beside forecasts made with the true probabilities.

The past of each company is replayed: on Mondays a model is trained on what was known then, and forecasts what
is won in the 13 weeks from that Monday on. Beside it stand the fixed percentages of what sellers expect in
those weeks, the sum of it, the mean of the four spans of 13 weeks before, and the same forecast with the true
probabilities instead: the chance that each open deal is won within 13 weeks, by rollout of the company from
the state on that Monday, times the same amounts, and the same new business. So what it does better is the
probabilities' merit alone; what is left of its error is chance, amounts and new business.

The default seeds are companies at which nobody looked while the forecast was made: choosing anything by them
takes this away, and then others must be named here.

Run: python benchmarks/backtest.py [--opportunities 6000] [--seeds 101 102 103 104 105] [--every 13]
    [--data FOLDER]
FOLDER holds chipmaker/, which is not part of this project: its table follows, by `winprob backtest`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pandas as pd

from winprob.features.contract import OPPORTUNITIES
from winprob.features.instant import timestamp

if sys.path[0] == str(Path(__file__).parent):
    sys.path[0] = str(Path(__file__).parents[1])  # run as a file, this folder would hide the packages

from winprob.features.history import History
from winprob.features.playbook import load_playbook
from winprob.features.reading import read
from winprob.models.forecast.forecast import Forecast
from winprob.models.forecast.period import Period
from winprob.training.backtest import backtest
from winprob.training.backtest.accuracy import ALL, METHODS, accuracy
from winprob.training.backtest.comparison import compare
from winprob.training.backtest.run import replay
from winprob.training.simulation import Simulated, simulate

WEEKS = 13
SKIPPED = 52
"""Weeks of each history that are only learned from."""
TRUE = "true_probabilities"
COVERED, BELOW_RULE, ABOVE_TRUE = (0.75, 0.87), 0.30, 1.15
"""Goals: share of periods in the 80 % range, how far the wMAPE is below that of the fixed percentages, and
how many times that of the true probabilities it may be."""


def main() -> None:
    """Print a table per company, then the means and the goals."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--opportunities", type=int, default=6000)
    parser.add_argument("--seeds", type=int, nargs="*", default=[101, 102, 103, 104, 105])
    parser.add_argument("--every", type=int, default=13, help="weeks from one forecast to the next")
    parser.add_argument("--data", type=Path, help="folder with chipmaker/")
    asked = parser.parse_args()
    tables = []
    for seed in asked.seeds:
        simulated = simulate(asked.opportunities, seed=seed)
        rows = pd.concat(forecasts(simulated, asked.every, seed), ignore_index=True)
        tables.append(accuracy(rows, {**METHODS, TRUE: TRUE}))
        show(f"seed {seed}: {rows['wins'].sum():,} wins", tables[-1])
    if tables:
        means = pd.concat(tables).groupby(["currency", "method"], sort=False).mean().reset_index()
        show(f"mean over {len(tables)} companies", means)
        goals(means[means["currency"] == ALL].set_index("method"))
    if asked.data is not None:
        show_chipmaker(asked.data / "chipmaker")


def forecasts(simulated: Simulated, every: int, seed: int) -> Iterator[pd.DataFrame]:
    """Replay a company from Monday to Monday; one table of its currencies each."""
    history = History.of(load_playbook(), simulated.tables)
    first = timestamp(history.times(OPPORTUNITIES, "created_at").min()).floor("D")
    mondays = pd.date_range(first, simulated.end, freq="W-MON")[SKIPPED:-WEEKS:every]
    spans = [Period(day.date(), day.date() + timedelta(weeks=WEEKS, days=-1)) for day in mondays]
    for said in replay(history, spans):
        yield with_truth(simulated, said, compare(history, said), seed)


def with_truth(simulated: Simulated, said: Forecast, rows: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Add what would be expected with the true probabilities."""
    deals = said.pipeline.deals
    won, _ = simulated.ended_within(
        [WEEKS], deals["opportunity_id"], said.pipeline.at, rollouts=100, seed=seed
    )
    by_currency = (deals["final_amount"] * won[0]).groupby(deals["currency"]).sum()
    return rows.assign(**{TRUE: rows["new_expected"] + rows["currency"].map(by_currency).fillna(0.0)})


def goals(means: pd.DataFrame) -> None:
    """Print the goals beside what was reached."""
    wmape, covered = means["wmape"], means.loc["forecast", "coverage_80"]
    below, above = 1 - wmape["forecast"] / wmape["fixed_percentages"], wmape["forecast"] / wmape[TRUE]
    print(f"\nin the 80 % range: {covered:.1%} of periods (goal: {COVERED[0]:.0%} to {COVERED[1]:.0%})")
    print(f"wMAPE below that of the fixed percentages: {below:.1%} (goal: at least {BELOW_RULE:.0%})")
    print(f"wMAPE, times that of the true probabilities: {above:.3f} (goal: at most {ABOVE_TRUE})")


def show_chipmaker(folder: Path) -> None:
    """Print the table of the chip maker's log, month by month; amounts are known for about half."""
    history = read(folder, Path(__file__).parents[1] / "examples" / "chipmaker.toml")
    for horizon in ("month", "quarter"):
        found = backtest(history, "month", horizon)
        days = found.periods["as_of"].dt.strftime("%Y-%m-%d").unique()
        show(f"chip maker, a {horizon} from {', '.join(days)} on", found.summary)


def show(title: str, table: pd.DataFrame) -> None:
    """Print a table."""
    print(f"\n{title}\n{table.to_string(index=False, float_format='{:.3f}'.format, na_rep='')}", flush=True)


if __name__ == "__main__":
    main()
