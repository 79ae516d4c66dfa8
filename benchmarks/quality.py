"""How good the win model is where the truth is known: beside the rollout oracle and the rules, same rows.

A company is simulated and trained on as `winprob train` does it. Then opportunities open on the Mondays of the
test window are looked at, also those whose ending came after the end of the history: the simulator knows it. The oracle is the best possible probability, by rollout of the company from the state on that Monday.

Run: python benchmarks/quality.py [--opportunities 6000] [--seeds 0 1 2] [--moments 4000]
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
import pandas as pd

if sys.path[0] == str(Path(__file__).parent):
    del sys.path[0]  # run as a file, this folder comes first, and its features.py would hide the package

from features.build import build
from features.history import History
from features.playbook import load_playbook
from models.metrics import Metrics, measure
from training.evaluation import rule_probabilities
from training.fit import Trained, train
from training.moments import weekly_moments
from training.simulation import Simulated, simulate
from training.splits import split

GOAL_GAP, GOAL_CALIBRATION = 0.03, 0.03


def main() -> None:
    """Print a table per seed, and whether the goals are met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--opportunities", type=int, default=6000)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--moments", type=int, default=4000)
    asked = parser.parse_args()
    for seed in asked.seeds:
        simulated = simulate(asked.opportunities, seed=seed)
        history = History.of(load_playbook(), simulated.tables)
        report(seed, simulated, train(history, simulated.end), asked.moments)


def report(seed: int, simulated: Simulated, trained: Trained, most: int) -> None:
    """Print the measures of the model, the oracle and the rules on open opportunities of the test window."""
    moments = open_in_test_window(trained, simulated.end, most)
    matrix = build(trained.history, moments=moments)
    ids = matrix.index.get_level_values("opportunity_id")
    won = simulated.outcomes.set_index("opportunity_id").loc[ids, "outcome"].eq("won").to_numpy(float)
    forecasts = {
        "model": trained.bundle.model.predict_proba(matrix)[:, 1],
        "oracle": simulated.win_probability(ids, moments["at"], rollouts=100, seed=seed),
        **rules(trained, matrix),
    }
    measured = {name: measure(won, p) for name, p in forecasts.items()}
    print(f"\nseed {seed}: {len(won):,} moments of {len(set(ids)):,} opportunities open in the test window")
    print(f"{'':16}{'log loss':>10}{'Brier':>10}{'AUC':>10}{'calibration error':>20}{'mean':>10}")
    for name, found in measured.items():
        print(row(name, found))
    gap = measured["model"].log_loss - measured["oracle"].log_loss
    error = measured["model"].calibration_error
    print(f"log loss above the oracle's: {gap:.4f} (goal <= {GOAL_GAP}: {verdict(gap <= GOAL_GAP)})")
    print(
        f"calibration error: {error:.4f} (goal <= {GOAL_CALIBRATION}: {verdict(error <= GOAL_CALIBRATION)})"
    )


def open_in_test_window(trained: Trained, end: pd.Timestamp, most: int) -> pd.DataFrame:
    """Draw moments of the test window at which opportunities were open, whatever became of them."""
    start = trained.bundle.manifest.validation.test.start
    moments = weekly_moments(trained.history, end)
    moments = moments[moments["at"] > start]
    return moments.sample(min(most, len(moments)), random_state=0).sort_index().reset_index(drop=True)


def rules(trained: Trained, matrix: pd.DataFrame) -> dict[str, np.ndarray]:
    """Let the rules say what they think of the same rows, fitted on all that the model knows."""
    sides = split(trained.history, trained.bundle.manifest.data.as_of).sides
    rows = pd.concat([sides[0].moments, sides[1].moments], ignore_index=True)
    learned = build(trained.history, moments=rows[["opportunity", "at"]])
    found = rule_probabilities(learned, rows["won"], rows["weight"], matrix)
    return {name: p for name, p in found.items() if p is not None}


def row(name: str, found: Metrics) -> str:
    """One line of the table."""
    return (
        f"{name:16}{found.log_loss:10.4f}{found.brier:10.4f}{found.auc:10.4f}"
        f"{found.calibration_error:20.4f}{found.predicted:10.4f}"
    )


def verdict(met: bool) -> str:
    """Say whether a goal is met."""
    return "met" if met else "NOT met"


if __name__ == "__main__":
    main()
