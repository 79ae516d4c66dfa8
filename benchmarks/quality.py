"""How good the win model is where the truth is known: beside the rollout oracle and the rules, same rows.

A company is simulated and trained on as `winprob train` does it. Then opportunities open on Mondays of the
test window are looked at, also those whose ending came after the end of the history: the simulator knows it.
The oracle is the best possible probability, by rollout of the company from the state on that Monday.

Some 1,700 endings leave chance in a difference of log losses. So what is to be expected under the true
probabilities stands beside what happened: the divergence of the model from the truth is the expected log loss
above the oracle's, and the calibration error against the truth knows no luck.

The default seeds are companies at which nobody looked while the model was made: choosing anything by them
takes this away, and then others must be named here.

Run: python benchmarks/quality.py [--opportunities 6000] [--seeds 101 102 103 104 105] [--moments 4000]
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

GOAL = 0.03
MEASURES = (
    "log loss above the oracle's, as it happened",
    "log loss above the oracle's, expected under the truth",
    "calibration error, as it happened",
    "calibration error, against the truth",
)


def main() -> None:
    """Print a table per seed, then the means over the seeds and how many companies meet the goal."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--opportunities", type=int, default=6000)
    parser.add_argument("--seeds", type=int, nargs="+", default=[101, 102, 103, 104, 105])
    parser.add_argument("--moments", type=int, default=4000)
    asked = parser.parse_args()
    found = []
    for seed in asked.seeds:
        simulated = simulate(asked.opportunities, seed=seed)
        history = History.of(load_playbook(), simulated.tables)
        found.append(compare(seed, simulated, train(history, simulated.end), asked.moments))
    print(f"\n{'':56}{'mean':>8}{'lowest':>8}{'highest':>8}   companies at most {GOAL}")
    for name, values in zip(MEASURES, np.array(found).T, strict=True):
        met = f"{(values <= GOAL).sum()} of {len(values)}"
        print(f"{name:56}{values.mean():8.4f}{values.min():8.4f}{values.max():8.4f}   {met}")


def compare(seed: int, simulated: Simulated, trained: Trained, most: int) -> tuple[float, ...]:
    """Print the measures of the model, the oracle and the rules; give those of `MEASURES`."""
    moments = open_in_test_window(trained, most)
    matrix = build(trained.history, moments=moments)
    ids = matrix.index.get_level_values("opportunity_id")
    won = simulated.outcomes.set_index("opportunity_id").loc[ids, "outcome"].eq("won").to_numpy(float)
    model = trained.bundle.model.predict_proba(matrix)[:, 1]
    truth = np.clip(simulated.win_probability(ids, moments["at"], rollouts=100, seed=seed), 1e-6, 1 - 1e-6)
    forecasts = {"model": model, "oracle": truth, **rules(trained, matrix)}
    measured = {name: measure(won, p) for name, p in forecasts.items()}
    print(f"\nseed {seed}: {len(won):,} moments of {len(set(ids)):,} opportunities open in the test window")
    print(f"{'':16}{'log loss':>10}{'Brier':>10}{'AUC':>10}{'calibration error':>20}{'mean':>10}")
    for name, metrics in measured.items():
        print(row(name, metrics))
    divergence = truth * np.log(truth / model) + (1 - truth) * np.log((1 - truth) / (1 - model))
    return (
        measured["model"].log_loss - measured["oracle"].log_loss,
        float(divergence.mean()),
        measured["model"].calibration_error,
        calibration_error_against(truth, model),
    )


def calibration_error_against(truth: np.ndarray, model: np.ndarray) -> float:
    """Mean distance of the model's mean from the truth's, in 10 equal-count bins by the model."""
    bins = np.array_split(np.argsort(model, kind="stable"), 10)
    return float(np.mean([abs(model[rows].mean() - truth[rows].mean()) for rows in bins]))


def open_in_test_window(trained: Trained, most: int) -> pd.DataFrame:
    """Draw moments of the test window at which opportunities were open, whatever became of them."""
    manifest = trained.bundle.manifest
    moments = weekly_moments(trained.history, manifest.data.as_of)
    moments = moments[moments["at"] > manifest.validation.test.start]
    return moments.sample(min(most, len(moments)), random_state=0).sort_index().reset_index(drop=True)


def rules(trained: Trained, matrix: pd.DataFrame) -> dict[str, np.ndarray]:
    """Let the rules say what they think of the same rows, fitted on all that the model knows."""
    rows = split(trained.history, trained.bundle.manifest.data.as_of).train.moments.reset_index(drop=True)
    learned = build(trained.history, moments=rows[["opportunity", "at"]])
    found = rule_probabilities(learned, rows["won"], rows["weight"], matrix)
    return {name: p for name, p in found.items() if p is not None}


def row(name: str, found: Metrics) -> str:
    """One line of the table."""
    return (
        f"{name:16}{found.log_loss:10.4f}{found.brier:10.4f}{found.auc:10.4f}"
        f"{found.calibration_error:20.4f}{found.predicted:10.4f}"
    )


if __name__ == "__main__":
    main()
