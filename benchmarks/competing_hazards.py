"""One model in place of two: the win probability by the hazards of closing alone, beside the win model.

winprob asks two models: the win model whether an opportunity is won, and the hazards of winning and losing
(`winprob.models.closing.closing_times`) when. Hazards alone tell both: the cumulative incidence of winning in
the end is a win probability as well. Here they tell it, from the same snapshots, calibrated by the same line
through how the hazards of the past did in the windows after them, and are judged by the same test: log loss
under what happened (chip maker) or under the true chances (simulated companies), and the mean distance from
these.

Run: OMP_NUM_THREADS=1 python benchmarks/competing_hazards.py [--data FOLDER] [--opportunities 6000]
         [--seed 101] [--snapshots 30000]
FOLDER holds chipmaker/, which is not part of this project.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.special import expit, logit

if sys.path[0] == str(Path(__file__).parent):
    sys.path[0] = str(Path(__file__).parents[1])  # run as a file, this folder would hide the packages

from benchmarks.ablation import COMPANIES, DATES, EXAMPLES, JUDGED
from benchmarks.truth import log_losses
from winprob.features.history import History
from winprob.features.playbook import load_playbook
from winprob.features.reading import read
from winprob.models.closing.closing_times import ClosingTimes
from winprob.models.win.calibration import LogOddsCalibration
from winprob.training.judge.bootstrap import Bootstrap
from winprob.training.learn.closing import learn_closing_times
from winprob.training.learn.recipe import untrained
from winprob.training.learn.rolling_origin import calibration_weight, fit_calibrated
from winprob.training.weekly.snapshots import Snapshots
from winprob.training.weekly.splits import Side, split

SURE = 1e-4
"""Probabilities of hazards count as at least so far from 0 and 1."""


def main() -> None:
    """Print a line for each set."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, help="folder with chipmaker/")
    parser.add_argument("--opportunities", type=int, default=6000)
    parser.add_argument("--seed", type=int, default=101)
    parser.add_argument("--companies", nargs="*", choices=[*COMPANIES], default=[*COMPANIES])
    parser.add_argument("--snapshots", type=int, default=30_000, help="that hazards learn from")
    asked = parser.parse_args()
    if asked.data:
        history = read(asked.data / "chipmaker", load_playbook(EXAMPLES / "chipmaker.toml"))
        for date in DATES:
            known = history if date is None else history.until(date)
            snapshots = Snapshots.weekly(known.keep(known.learnable), known.last_event)
            test = split(snapshots).test
            show(f"chip maker, {date or 'end'}", snapshots, test.rows, test.rows["won"], asked.snapshots)
    for name in asked.companies:
        simulated = COMPANIES[name].simulate(asked.opportunities, seed=asked.seed)
        snapshots = Snapshots.weekly(History.of(load_playbook(), simulated.tables), simulated.end)
        later = snapshots.rows[snapshots.rows["at"] > split(snapshots).test.start]
        rows = later.sample(JUDGED, random_state=asked.seed).sort_index().assign(weight=1.0)
        ids = snapshots.X.index.get_level_values(0)[rows.index]
        truth = pd.Series(simulated.win_probability(ids, rows["at"]), rows.index)
        show(name, snapshots, rows, truth, asked.snapshots)


def show(name: str, snapshots: Snapshots, rows: pd.DataFrame, truth: pd.Series, most: int) -> None:
    """Print how both ways tell the rows of a test, and by how much hazards alone are worse."""
    X, weight = snapshots.X.iloc[rows.index], rows["weight"].to_numpy()
    said = {"two models": win_model(snapshots, X), "hazards alone": hazards(snapshots, X, rows["at"], most)}
    losses = np.column_stack([log_losses(truth.to_numpy(), p) for p in said.values()])
    worse = Bootstrap.of(X.index.get_level_values(0), weight).means(losses[:, [1]] - losses[:, [0]])[0]
    for way, p, loss in zip(said, said.values(), losses.T, strict=True):
        distance = np.average(np.abs(p - truth), weights=weight)
        print(f"{name:24} {way:14} log loss {np.average(loss, weights=weight):.4f}  distance {distance:.4f}")
    print(f"{'':24} hazards alone are worse by {worse.value:+.4f} ({worse.low:+.4f} to {worse.high:+.4f})")
    sys.stdout.flush()


def win_model(snapshots: Snapshots, X: pd.DataFrame) -> np.ndarray:
    """Win probabilities as `winprob.training.fit.train` tests them."""
    history, sides = snapshots.history, split(snapshots)
    fitted = fit_calibrated(untrained(history.playbook, history.attributes, 0), sides)
    return np.asarray(fitted.tested.predict_proba(X)[:, 1])


def hazards(snapshots: Snapshots, X: pd.DataFrame, at: pd.Series, most: int) -> np.ndarray:
    """Win probabilities by hazards alone, calibrated as the win model is."""
    sides, past = split(snapshots), []

    def learned(side: Side) -> ClosingTimes:
        times = learn_closing_times(snapshots, side.end, most)
        assert times is not None
        return times

    for each in sides.rounds:
        rows = each.next.rows
        past.append((rows, incidence(learned(each.past), each.next.X, rows["at"])))
    rows, log_odds = pd.concat([each for each, _ in past]), np.concatenate([z for _, z in past])
    line = LogOddsCalibration.fit(log_odds, rows["won"], calibration_weight(rows))
    return np.asarray(expit(line.apply(incidence(learned(sides.train), X, at))))


def incidence(times: ClosingTimes, X: pd.DataFrame, at: pd.Series) -> np.ndarray:
    """Log-odds of being won in the end, by the hazards of both endings."""
    outlook = times.outlook(X, at)
    found = [incidence._ended_by[0][:, -1] for _, incidence in outlook._incidences()]
    return np.asarray(logit(np.clip(np.concatenate(found), SURE, 1 - SURE)))


if __name__ == "__main__":
    main()
