"""What is lost where only every second, fourth or eighth week of an opportunity is learned from.

Simulated companies are judged under the true probabilities of opportunities open in the test window, at all
Mondays alike; the real history by what happened there. Printed are the log loss of every week, what fewer
add to it, and the processor's time of training.

Run: python benchmarks/thinning.py [--seeds 421 422] [--opportunities 6000] [--data FOLDER]
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

if sys.path[0] == str(Path(__file__).parent):
    sys.path[0] = str(Path(__file__).parents[1])  # run as a file, this folder would hide the package

from benchmarks import committee, hidden_interest
from benchmarks.learning_curve import EXAMPLES
from benchmarks.truth import expected_log_loss
from winprob.features.history import History
from winprob.features.playbook import load_playbook
from winprob.features.reading import read
from winprob.models.measure.metrics import log_loss
from winprob.training import simulation
from winprob.training.learn.recipe import untrained
from winprob.training.learn.rolling_origin import fit_calibrated
from winprob.training.weekly.snapshots import Snapshots
from winprob.training.weekly.splits import split

COMPANIES = {"simulated": simulation, "hidden interest": hidden_interest, "committee": committee}
EVERY = (1, 2, 4, 8)
JUDGED = 4000


def main() -> None:
    """Print a line for each company."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", type=int, nargs="+", default=[421, 422])
    parser.add_argument("--opportunities", type=int, default=6000)
    parser.add_argument("--data", type=Path, help="folder with chipmaker/")
    asked = parser.parse_args()
    print(f"{'every':30}" + "".join(f"{f'{every} week' + 's' * (every > 1):>22}" for every in EVERY))
    for name, company in COMPANIES.items():
        for seed in asked.seeds:
            show(f"{name}, seed {seed}", losses_of_company(company, asked.opportunities, seed))
    if asked.data is not None:
        history = read(asked.data / "chipmaker", load_playbook(EXAMPLES / "chipmaker.toml"))
        show("chipmaker", losses_of_history(history))


def show(name: str, found: Iterator[tuple[float, float]]) -> None:
    """Print log losses, those of fewer weeks as differences, and seconds."""
    losses, seconds = zip(*found, strict=True)
    told = [f"{losses[0]:.4f}", *(f"{loss - losses[0]:+.4f}" for loss in losses[1:])]
    cells = [f"{f'{text} ({spent:.0f} s)':>22}" for text, spent in zip(told, seconds, strict=True)]
    print(f"{name:30}" + "".join(cells), flush=True)


def losses_of_company(company: ModuleType, opportunities: int, seed: int) -> Iterator[tuple[float, float]]:
    """Judge by true probabilities."""
    simulated = company.simulate(opportunities, seed=seed)
    history = History.of(load_playbook(), simulated.tables)
    snapshots = Snapshots.weekly(history, simulated.end)
    later = snapshots.rows[snapshots.rows["at"] > split(snapshots).test.start]
    rows = later.sample(min(JUDGED, len(later)), random_state=seed).sort_index()
    X = snapshots.X.iloc[rows.index]
    truth = simulated.win_probability(X.index.get_level_values("opportunity_id"), rows["at"])
    yield from losses(snapshots, lambda model: expected_log_loss(truth, model.predict_proba(X)[:, 1]))


def losses_of_history(history: History) -> Iterator[tuple[float, float]]:
    """Judge by what became of the opportunities of the test."""
    snapshots = Snapshots.weekly(history, history.last_event)
    test = split(snapshots).test
    won, weight = test.rows["won"], test.rows["weight"]
    yield from losses(snapshots, lambda model: log_loss(won, model.predict_proba(test.X)[:, 1], weight))


def losses(snapshots: Snapshots, judge: Callable[..., float]) -> Iterator[tuple[float, float]]:
    """Train on every so many weeks; give the log loss of the tested model and the seconds."""
    history = snapshots.history
    for every in EVERY:
        begin = time.process_time()
        taken = Snapshots.weekly(history, snapshots.end, -(-len(snapshots) // every))
        model = fit_calibrated(untrained(history.playbook, history.attributes, 0), split(taken)).tested
        yield judge(model), time.process_time() - begin


if __name__ == "__main__":
    main()
