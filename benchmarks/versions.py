"""Whether a version of the model is better than another one, or the difference is noise.

Each version writes what it loses on the same sets to a file; two files are compared in pairs:

- *tested*: the log loss of each snapshot that `peers.py` judges, paired by opportunity;
- *learning curve*: the log loss of each draw of `learning_curve.py`, paired by draw;
- *company*: the measures of `quality.py` of each simulated company, paired by company.

The intervals are Student's, 95 %, of the mean difference over these pairs. They know nothing of what another
company, or another year at the chip maker, would have shown.

Run: python benchmarks/versions.py --write FILE [--seeds 101 102 103 104 105] [--data FOLDER]
     python benchmarks/versions.py --write FILE --curves --closed 400 --draws 25
     python benchmarks/versions.py --compare BEFORE AFTER
--curves writes the learning curves alone, with these points of them and so many draws for each.
FOLDER holds chipmaker/ and b2b/, which are not part of this project. For a version that does not have this
program yet, copy it there and mend its imports.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pandas as pd
from scipy.stats import t as student

if sys.path[0] == str(Path(__file__).parent):
    sys.path[0] = str(Path(__file__).parents[1])  # run as a file, this folder would hide the packages

from benchmarks import contest, hidden_interest, learning_curve, peers, quality
from benchmarks.truth import calibration_error_against, expected_log_loss
from winprob.features.build import open_snapshots
from winprob.features.history import History
from winprob.features.playbook import load_playbook
from winprob.features.reading import read
from winprob.models.measure.metrics import log_loss, measure
from winprob.training import simulation
from winprob.training.fit import train
from winprob.training.judge.evaluation import MODEL

Row = tuple[str, str, str, float, float]
"""Set, measure, pair, value and weight."""


def main() -> None:
    """Write what this version loses, or compare two versions."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--write", type=Path)
    parser.add_argument("--seeds", type=int, nargs="+", default=[101, 102, 103, 104, 105])
    parser.add_argument("--data", type=Path, help="folder with chipmaker/ and b2b/")
    parser.add_argument("--curves", action="store_true")
    parser.add_argument("--closed", type=int, nargs="+", default=[*learning_curve.CLOSED])
    parser.add_argument("--draws", type=int, default=learning_curve.DRAWS)
    parser.add_argument("--compare", type=Path, nargs=2, metavar=("BEFORE", "AFTER"))
    asked = parser.parse_args()
    if asked.write is not None:
        rows = list(curves(asked.seeds[0], asked.data, asked.closed, asked.draws))
        if not asked.curves:
            rows += [*companies(asked.seeds), *tested(asked.seeds[:2], asked.data)]
        columns = ["set", "measure", "pair", "value", "weight"]
        pd.DataFrame(rows, columns=columns).to_csv(asked.write, index=False)
    if asked.compare is not None:
        show(*(pd.read_csv(file, dtype={"pair": str}) for file in asked.compare))


def tested(seeds: list[int], data: Path | None) -> Iterator[Row]:
    """Log loss of each snapshot of the sets of `peers.py`, without the peers."""
    with patch.object(contest, "peers", dict), patch.object(peers, "show_random_splits"):
        for found in peers.contests(6000, seeds, data):
            won, p = found.won.to_numpy(), np.clip(found.forecasts[MODEL], 1e-15, 1 - 1e-15)
            loss = -np.log(np.where(won > 0, p, 1 - p))
            ids = found.won.index.get_level_values("opportunity_id").astype(str)
            for pair, value, weight in zip(ids, loss, found.weight, strict=True):
                yield found.name, "tested", pair, value, weight


def curves(seed: int, data: Path | None, closed: list[int], draws: int) -> Iterator[Row]:
    """Log loss of each draw of the learning curves."""
    sets = {
        "simulated": lambda: learning_curve.of_company(simulation.simulate(8500, seed=seed), seed),
        "hidden interest": lambda: learning_curve.of_company(hidden_interest.simulate(8500, seed=seed), seed),
    }
    if data is not None:
        playbook = load_playbook(learning_curve.EXAMPLES / "chipmaker.toml")
        sets["chipmaker"] = lambda: learning_curve.of_chipmaker(read(data / "chipmaker", playbook))
        sets["b2b"] = lambda: learning_curve.of_table(data / "b2b" / "b2b_sales.csv")
    with patch.multiple(learning_curve, CLOSED=closed, DRAWS=draws):
        for name, points in sets.items():
            for draw, (number, loss, *_) in enumerate(points()):
                yield name, f"{number:5} closed", str(draw), loss, 1.0


def companies(seeds: list[int]) -> Iterator[Row]:
    """Measures of `quality.py` of each simulated company."""
    for seed in seeds:
        simulated = simulation.simulate(6000, seed=seed)
        trained = train(History.of(load_playbook(), simulated.tables), simulated.end)
        drawn = quality.open_in_test_window(trained, 4000)
        matrix, truth = quality.with_truth(simulated, trained, drawn, seed)
        ids = matrix.index.get_level_values("opportunity_id")
        won = simulated.outcomes.set_index("opportunity_id").loc[ids, "outcome"].eq("won").to_numpy(float)
        p = trained.tested.predict_proba(matrix)[:, 1]
        found = {
            "log loss, as it happened": log_loss(won, p),
            "log loss, expected": expected_log_loss(truth, p),
            "calibration error, as it happened": measure(won, p).calibration_error,
            "calibration error, against the truth": calibration_error_against(truth, p),
        }
        today = quality.with_truth(simulated, trained, open_snapshots(trained.history, simulated.end), seed)
        for name, model, asked in (
            ("tested", trained.tested, (matrix, truth)),
            ("served", trained.bundle.model, today),
        ):
            bias, distance, held = quality.distances(model, *asked)
            found |= {f"{name}: bias": bias, f"{name}: distance": distance, f"{name}: in the range": held}
        for name, value in found.items():
            yield "company", name, str(seed), value, 1.0


def show(before: pd.DataFrame, after: pd.DataFrame) -> None:
    """Print the mean difference of each measure on each set, with its interval."""
    print(f"{'set':22}{'measure':40}{'pairs':>6}{'before':>9}{'after':>9}{'difference':>12}")
    groups = after.groupby(["set", "measure"], sort=False)
    earlier = dict(iter(before.groupby(["set", "measure"], sort=False)))
    for (name, measure_name), later in groups:
        if (name, measure_name) not in earlier:
            continue
        rows, alone = paired(earlier[name, measure_name], later)
        weight = rows["weight"].to_numpy()
        value, margin = difference((rows["after"] - rows["before"]).to_numpy(), weight)
        noise = "" if np.isnan(margin) else f" ± {margin:.4f}{' *' if abs(value) > margin else ''}"
        means = "".join(f"{np.average(rows[side], weights=weight):9.4f}" for side in ("before", "after"))
        left_out = f"  ({alone} pairs of one version left out)" if alone else ""
        print(f"{name:22}{measure_name:40}{len(rows):6}{means}{value:+12.4f}{noise}{left_out}")


def paired(before: pd.DataFrame, after: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Means of the pairs that both have, by the weights of each; how many only one of them has.

    Versions may judge other snapshots of an opportunity: which are tested is a part of a version.
    """
    means = [
        rows.assign(sum=rows["value"] * rows["weight"])
        .groupby("pair")[["sum", "weight"]]
        .sum()
        .eval("mean = sum / weight")
        for rows in (before, after)
    ]
    both = pd.DataFrame({"before": means[0]["mean"], "after": means[1]["mean"], "weight": means[1]["weight"]})
    return both.dropna(), int(both[["before", "after"]].isna().any(axis="columns").sum())


def difference(values: np.ndarray, weight: np.ndarray) -> tuple[float, float]:
    """Weighted mean over pairs, and the half width of its interval."""
    mean = float(np.average(values, weights=weight))
    n = len(values)
    if n < 2:
        return mean, float("nan")
    error = float(np.sqrt(((weight * (values - mean)) ** 2).sum() * n / (n - 1)) / weight.sum())
    return mean, error * float(student.ppf(0.975, n - 1))


if __name__ == "__main__":
    main()
