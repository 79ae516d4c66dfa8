"""Whether watching and retraining keep a model good when the market changes, by simulated companies.

Each company has two years of which a first model learns, then two years in service: in the middle of these
its market changes, see `PRICE_WAR`. Every four weeks the model in service is watched, and a new one is
trained on what is known by then; the strategies of `strategies.py` differ in what becomes of it. A model is
judged by the opportunities open that day, by its log loss as it is to be expected under the true
probabilities, less the log loss of these themselves. Until the market changes, the true probabilities are
those of a market that stays as it is: nobody could know better.

The gate and the watch are those of `winprob retrain` and `winprob watch`; MLflow, which only keeps their
models, is left out.

Run: python benchmarks/loop.py --write FILE [--opportunities 2400] [--seeds 411 412 413]
     python benchmarks/loop.py --show FILE       # tables, and docs/loop.svg
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache, partial
from pathlib import Path

import pandas as pd

if sys.path[0] == str(Path(__file__).parent):
    sys.path[0] = str(Path(__file__).parents[1])  # run as a file, this folder would hide the packages

from benchmarks.loop_figure import draw
from benchmarks.strategies import STRATEGIES, Month, Strategy, pass_month
from benchmarks.truth import expected_log_loss
from winprob.features.build import build
from winprob.features.history import History
from winprob.features.playbook import load_playbook
from winprob.models.bundle.bundle import Bundle
from winprob.models.bundle.scoring import probability
from winprob.training.fit import train
from winprob.training.simulation import Simulated, simulate
from winprob.training.simulation.calendar import monday
from winprob.training.simulation.company import Change, Company

FIRST, CHANGES, LAST, EVERY = 104, 156, 208, 4
"""Weeks: when the first model has learned, when the market changes, when the company ends; and of a month."""
PRICE_WAR = Company(rivalry=-1.2, price=-0.75, acquaintance=(0.0, -0.4, 0.0))
"""Rivals count twice, prices three times, and whoever has bought before compares as all do: of open
opportunities 18 % are won instead of 30 %."""
FIGURE = Path(__file__).parents[1] / "docs" / "loop.svg"
SPANS = {"year before": (-52, 0), "half year after": (0, 26), "second half": (26, 52)}
"""Weeks from the change."""


def main() -> None:
    """Write what became of each company, or show it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--write", type=Path, metavar="FILE", help="CSV, a company after the other")
    parser.add_argument("--show", type=Path, metavar="FILE")
    parser.add_argument("--opportunities", type=int, default=2400)
    parser.add_argument("--seeds", type=int, nargs="+", default=[411, 412, 413])
    names = [strategy.name for strategy in STRATEGIES]
    parser.add_argument("--only", nargs="+", choices=names, default=names, help="strategies; by default all")
    asked = parser.parse_args()
    if asked.write is not None:
        for seed in asked.seeds:
            company = Company(change=Change(CHANGES, to=PRICE_WAR))
            simulated = simulate(asked.opportunities, LAST / 52, seed, company)
            for rows in months(simulated, seed, [each for each in STRATEGIES if each.name in asked.only]):
                rows.to_csv(asked.write, mode="a", header=not asked.write.exists(), index=False)
    if asked.show is not None:
        rows = pd.read_csv(asked.show, keep_default_na=False)
        show(rows)
        draw(rows, FIGURE)


def months(
    simulated: Simulated, seed: int, strategies: Sequence[Strategy] = STRATEGIES
) -> Iterator[pd.DataFrame]:
    """Let the months in service pass; a row for each strategy and month, a table for each month."""
    history = History.of(load_playbook(), simulated.tables)
    first = train(history, monday(FIRST))
    service = {strategy: Month(first) for strategy in strategies}
    for week in range(FIRST, LAST, EVERY):
        known = history.until(monday(week))
        if week > FIRST:
            challenger = cache(partial(train, known))
            service = {
                strategy: pass_month(strategy, month.serves, challenger, known)
                for strategy, month in service.items()
            }
        losses = expected_losses(simulated, known, week, [each.serves.bundle for each in service.values()])
        told = [
            (seed, week - CHANGES, strategy.name, loss, " ".join(month.alarms), int(month.promoted))
            for (strategy, month), loss in zip(service.items(), losses, strict=True)
        ]
        yield pd.DataFrame(told, columns=["seed", "week", "strategy", "loss", "alarms", "promoted"])


def expected_losses(simulated: Simulated, history: History, week: int, bundles: list[Bundle]) -> list[float]:
    """Log loss of models on the opportunities open on a Monday, above that of the true probabilities."""
    X = build(history, monday(week))
    if week < CHANGES:
        simulated = replace(simulated, company=replace(simulated.company, change=None))
    truth = simulated.win_probability(X.index.get_level_values("opportunity_id"), monday(week), 100, week)
    told = (probability(bundle, X[list(bundle.model.columns_.names)]).to_numpy() for bundle in bundles)
    best = expected_log_loss(truth, truth)
    return [expected_log_loss(truth, p) - best for p in told]


def show(rows: pd.DataFrame) -> None:
    """Print the tables of the documentation: means over companies, with the lowest and the highest."""
    print("| log loss above the best possible |", " | ".join(SPANS), "| promotions |")
    print("|---|" + "---|" * (len(SPANS) + 1))
    for strategy, own in rows.groupby("strategy", sort=False):
        losses = [
            over_companies(own[own["week"].between(a, b - 1)], "loss", "mean") for a, b in SPANS.values()
        ]
        cells = [f"{mean:.4f} ({low:.4f} to {high:.4f})" for mean, low, high in losses]
        cells.append("{:.1f} ({:.0f} to {:.0f})".format(*over_companies(own, "promoted", "sum")))
        print(f"| {strategy} |", " | ".join(cells), "|")
    print("\n| watch of the model | seed | months with an alarm before | first alarm after, weeks | codes |")
    print("|---|---|---|---|---|")
    for (strategy, seed), own in rows.groupby(["strategy", "seed"], sort=False):
        false, after = own[own["week"] <= 0], own[own["week"] > 0]
        found = after[after["alarms"] != ""]
        delay = str(found["week"].iloc[0]) if len(found) else "none"
        codes = sorted({code for told in own["alarms"] for code in told.split()})
        print(
            f"| {strategy} | {seed} | {(false['alarms'] != '').sum()} of {len(false) - 1} | {delay} | "
            f"{', '.join(codes)} |"
        )  # the first month has nothing to watch


def over_companies(rows: pd.DataFrame, column: str, by: str) -> tuple[float, float, float]:
    """Mean, lowest and highest of a measure of each company."""
    found = rows.groupby("seed")[column].agg(by)
    return float(found.mean()), float(found.min()), float(found.max())


if __name__ == "__main__":
    main()
