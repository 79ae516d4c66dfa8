"""How good the win model is where the truth is known: beside the rollout oracle and the rules, same rows.

A company is simulated and trained on as `winprob train` does it. Then the model that is tested, which knows
nothing of the test window, is asked of opportunities open on Mondays of that window, also of those whose
ending came after the end of the history: the simulator knows it. And the model that is served, which has
learned from the test window too, is asked of what is open at the end of the history: today's deals. The
oracle is the best possible probability, by rollout of the company from the state of that moment.

Some 1,700 endings leave chance in a difference of log losses. So what is to be expected under the true
probabilities stands beside what happened: the divergence of the model from the truth is the expected log loss
above the oracle's, and the calibration error against the truth knows no luck.

Then follow what a model is worth whose document lacks a part (`missing_parts.py`), and what it is worth with
few closed opportunities (`learning_curve.py`).

The default seeds are companies at which nobody looked while the model was made: choosing anything by them
takes this away, and then others must be named here.

Run: python benchmarks/quality.py [--opportunities 6000] [--seeds 101 102 103 104 105] [--snapshots 4000]
    [--data FOLDER]
FOLDER holds chipmaker/ and b2b/, which are not part of this project, for the learning curve.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

if sys.path[0] == str(Path(__file__).parent):
    sys.path[0] = str(Path(__file__).parents[1])  # run as a file, this folder would hide the packages

from benchmarks.learning_curve import show_learning_curves
from benchmarks.missing_parts import show_missing_parts
from benchmarks.truth import calibration_error_against, expected_log_loss
from winprob.features.build import build, open_snapshots
from winprob.features.history import History
from winprob.features.playbook import load_playbook
from winprob.models.measure.metrics import Metrics, measure
from winprob.models.win.win_model import WinModel
from winprob.training.fit import Trained, train
from winprob.training.judge.evaluation import rule_probabilities
from winprob.training.simulation import Simulated, simulate
from winprob.training.weekly.snapshots import weekly_snapshots

LOSSES = {
    "log loss above the oracle's, as it happened": (-1.0, 0.03),
    "log loss above the oracle's, expected under the truth": (0.0, 0.03),
    "calibration error, as it happened": (0.0, 0.03),
    "calibration error, against the truth": (0.0, 0.03),
}
DISTANCES = {
    "mean probability minus mean true one": (-0.02, 0.02),
    "mean distance from the true probability": (0.0, 0.06),
    "80 % ranges that hold the true probability": (0.75, 0.90),
}
"""What is measured of each company, and from where to where it is meant to lie."""


def main() -> None:
    """Print a table per seed, then the means over the seeds and how many companies meet the goals."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--opportunities", type=int, default=6000)
    parser.add_argument("--seeds", type=int, nargs="+", default=[101, 102, 103, 104, 105])
    parser.add_argument("--snapshots", type=int, default=4000)
    parser.add_argument("--data", type=Path, help="folder with chipmaker/ and b2b/")
    asked = parser.parse_args()
    found, parts = [], []
    for seed in asked.seeds:
        simulated = simulate(asked.opportunities, seed=seed)
        trained = train(History.of(load_playbook(), simulated.tables), simulated.end)
        matrix, truth = with_truth(simulated, trained, open_in_test_window(trained, asked.snapshots), seed)
        today, true_today = with_truth(
            simulated, trained, open_snapshots(trained.history, simulated.end), seed
        )
        found.append(
            (
                *compare(seed, simulated, trained, matrix, truth),
                *distances(trained.tested, matrix, truth),
                *distances(trained.bundle.model, today, true_today),
            )
        )
        parts.append((trained, matrix, truth))
    values = iter(np.array(found).T)
    summarise("the tested model in the test window", LOSSES | DISTANCES, values)
    summarise("the served model, opportunities open at the end", DISTANCES, values)
    show_missing_parts(parts)
    show_learning_curves(asked.seeds[0], asked.data)


def with_truth(
    simulated: Simulated, trained: Trained, snapshots: pd.DataFrame, seed: int
) -> tuple[pd.DataFrame, np.ndarray]:
    """The matrix of snapshots, and the best possible probabilities."""
    matrix = build(trained.history, snapshots=snapshots)
    ids = matrix.index.get_level_values("opportunity_id")
    truth = simulated.win_probability(ids, snapshots["at"], rollouts=400, seed=seed)
    return matrix, np.clip(truth, 1e-6, 1 - 1e-6)


def distances(model: WinModel, matrix: pd.DataFrame, truth: np.ndarray) -> tuple[float, float, float]:
    """The measures of `DISTANCES`."""
    probability = model.predict_proba(matrix)[:, 1]
    low, high = model.predict_range(matrix).T
    away = probability - truth
    return float(away.mean()), float(abs(away).mean()), float(((low <= truth) & (truth <= high)).mean())


def summarise(title: str, goals: dict[str, tuple[float, float]], found: Iterator[np.ndarray]) -> None:
    """Print means over the companies, and how many meet the goals."""
    print(f"\n{title:56}{'mean':>8}{'lowest':>8}{'highest':>8}   companies within the goal")
    for (name, (low, high)), values in zip(goals.items(), found, strict=False):
        goal = f"{low} to {high}" if name[0] in "m8" and low else f"at most {high}"
        met = f"{((values >= low) & (values <= high)).sum()} of {len(values)} ({goal})"
        print(f"{name:56}{values.mean():8.4f}{values.min():8.4f}{values.max():8.4f}   {met}", flush=True)


def compare(
    seed: int, simulated: Simulated, trained: Trained, matrix: pd.DataFrame, truth: np.ndarray
) -> tuple[float, ...]:
    """Print the measures of the tested model, the oracle and the rules; give those of `LOSSES`."""
    ids = matrix.index.get_level_values("opportunity_id")
    won = simulated.outcomes.set_index("opportunity_id").loc[ids, "outcome"].eq("won").to_numpy(float)
    model = trained.tested.predict_proba(matrix)[:, 1]
    forecasts = {"model": model, "oracle": truth, **rules(trained, matrix)}
    measured = {name: measure(won, p) for name, p in forecasts.items()}
    print(f"\nseed {seed}: {len(won):,} snapshots of {len(set(ids)):,} opportunities open in the test window")
    print(f"{'':16}{'log loss':>10}{'Brier':>10}{'AUC':>10}{'calibration error':>20}{'mean':>10}")
    for name, metrics in measured.items():
        print(row(name, metrics), flush=True)
    return (
        measured["model"].log_loss - measured["oracle"].log_loss,
        expected_log_loss(truth, model) - expected_log_loss(truth, truth),
        measured["model"].calibration_error,
        calibration_error_against(truth, model),
    )


def open_in_test_window(trained: Trained, most: int) -> pd.DataFrame:
    """Draw snapshots of the test window at which opportunities were open, whatever became of them."""
    manifest = trained.bundle.manifest
    snapshots = weekly_snapshots(trained.history, manifest.data.as_of)
    snapshots = snapshots[snapshots["at"] > manifest.validation.test.start]
    return snapshots.sample(min(most, len(snapshots)), random_state=0).sort_index().reset_index(drop=True)


def rules(trained: Trained, matrix: pd.DataFrame) -> dict[str, np.ndarray]:
    """Let the rules say what they think of the same rows, fitted on all that the model knows."""
    known = trained.past[-1].round.past
    found = rule_probabilities(known.X, known.rows["won"], known.rows["weight"], matrix)
    return {name: p for name, p in found.items() if p is not None}


def row(name: str, found: Metrics) -> str:
    """One line of the table."""
    return (
        f"{name:16}{found.log_loss:10.4f}{found.brier:10.4f}{found.auc:10.4f}"
        f"{found.calibration_error:20.4f}{found.predicted:10.4f}"
    )


if __name__ == "__main__":
    main()
