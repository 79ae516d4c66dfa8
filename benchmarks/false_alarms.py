"""How often the watch of a model raises an alarm where nothing has changed, by simulated companies.

A model learns from two years of each company and is watched for 56 weeks, every four weeks: so four windows
of 13 weeks and four quarters are over. All parameters of these companies stay the same, so any alarm is a
false one, but for what changes by itself in a young company: its customers become known.

The default seeds are companies at which nobody looked while the watch was made.

Run: python benchmarks/false_alarms.py --write FILE [--opportunities 1200] [--seeds 400 440]
     python benchmarks/false_alarms.py --show FILE [FILE ...]
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import pandas as pd
from scipy.stats import binomtest

if sys.path[0] == str(Path(__file__).parent):
    sys.path[0] = str(Path(__file__).parents[1])  # run as a file, this folder would hide the packages

from winprob.features.history import History
from winprob.features.playbook import load_playbook
from winprob.training.learn.learning import learn
from winprob.training.simulation import simulate
from winprob.training.simulation.calendar import monday
from winprob.training.watch.coverage import coverage_since
from winprob.training.watch.drift import drift_since
from winprob.training.watch.outcomes import outcomes_since
from winprob.training.watch.watch import Watch
from winprob.training.weekly.known_history import known_history

LEARNED, WATCHED, EVERY, WINDOW = 104, 56, 4, 13
"""Weeks of which a model learns, of which it is watched, between watches, and of a window of outcomes."""
CHECKS = ("calibration", "coverage", "drift", "missing")


def main() -> None:
    """Watch companies, or show what was seen of them."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--write", type=Path, metavar="FILE", help="CSV, a company after the other")
    parser.add_argument("--show", type=Path, nargs="+", metavar="FILE")
    parser.add_argument("--opportunities", type=int, default=1200)
    parser.add_argument("--seeds", type=int, nargs=2, default=[400, 440], metavar=("FROM", "BEFORE"))
    asked = parser.parse_args()
    if asked.write is not None:
        for seed in range(*asked.seeds):
            rows = watches(asked.opportunities, seed)
            rows.to_csv(asked.write, mode="a", header=not asked.write.exists(), index=False)
    for file in asked.show or ():
        print(file.stem)
        show(pd.read_csv(file, keep_default_na=False))


def watches(opportunities: int, seed: int) -> pd.DataFrame:
    """Learn from a company, and watch the model: a row for each watch."""
    simulated = simulate(opportunities, (LEARNED + WATCHED) / 52, seed)
    history = known_history(History.of(load_playbook(), simulated.tables))
    past = known_history(history, monday(LEARNED))
    model, since = learn(past).trained_model, past.last_event
    rows, over = [], ()
    for week in range(EVERY, WATCHED + 1, EVERY):
        known = history.until(monday(LEARNED + week))
        now = week // WINDOW, known.last_event.quarter
        if now != over:  # else neither a window nor a quarter has ended, and both say what they said
            claims, over = [part(model, known, since) for part in (outcomes_since, coverage_since)], now
        seen = Watch(since, known.last_event, drift_since(model, known, since), *claims)
        rows.append((opportunities, seed, len(past), week, *told(seen)))
    return pd.DataFrame(rows, columns=COLUMNS)


def told(seen: Watch) -> tuple[object, ...]:
    """Tell the alarms of a watch, and what they rest on."""
    codes = " ".join(alarm.code for alarm in seen.alarms)
    drifted = " ".join(shift.feature for shift in seen.drift.shifts if shift.drifted)
    outcomes, counts = seen.outcomes, (seen.outcomes.won, seen.outcomes.expected_won, len(seen.outcomes))
    return codes, seen.drift.opened, drifted, outcomes.evidence, seen.coverage.evidence, *counts


COLUMNS = [
    *("opportunities", "seed", "known", "week", "alarms", "open", "drifted"),
    *("calibration_evidence", "coverage_evidence", "won", "expected_won", "closed"),
]


def show(rows: pd.DataFrame) -> None:
    """Print how many companies had an alarm of each kind, with its 95 % interval (Clopper and Pearson)."""
    print(
        "| opportunities | companies | check | companies with an alarm | 95 % interval | watches with one |"
    )
    print("|---|---|---|---|---|---|")
    for size, own in rows.groupby("opportunities"):
        companies = own["seed"].nunique()
        for check in (*CHECKS, ""):
            told = own["alarms"].str.contains(check) & (own["alarms"] != "")
            alarmed = int(told.groupby(own["seed"]).any().sum())
            found = binomtest(alarmed, companies).proportion_ci(method="exact")
            print(
                f"| {size:,} | {companies} | {check or 'any'} | {alarmed} ({alarmed / companies:.1%}) "
                f"| {found.low:.1%} to {found.high:.1%} | {told.mean():.1%} |"
            )


if __name__ == "__main__":
    main()
