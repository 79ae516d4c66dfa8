"""What training takes: processor's time beside that of the calls of `lightgbm.train` in it, and memory.

With --workers, the seconds that pass where the models are fitted by so many workers of a Dask cluster; they
mean something only where as many cores are idle.

Run: winprob simulate six --opportunities 60000 --years 6 && python benchmarks/training.py six
     python benchmarks/training.py six --workers 1 2
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import lightgbm

if sys.path[0] == str(Path(__file__).parent):
    del sys.path[0]  # run as a file, this folder comes first, and its files would hide packages

from winprob.dask_engine import fit_by_workers
from winprob.features.history import History
from winprob.features.reading import read
from winprob.training.fit import train

GOAL = "goal: at most 1.5; of 60,000 opportunities over six years at most 360 s and 2,500 MB"


def main() -> None:
    """Print both times, their ratio and the peak of memory."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("history", type=Path)
    parser.add_argument("--workers", type=int, nargs="+")
    asked = parser.parse_args()
    history = read(asked.history)
    if asked.workers:
        for workers in asked.workers:
            by_workers(history, workers)
        return
    trees = Timed(lightgbm.train)
    lightgbm.train = trees
    whole = Timed(train)
    rows = whole(history).bundle.manifest.data.rows
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    spent, fitting = whole.seconds, trees.seconds
    print(f"{len(history):,} opportunities, {rows:,} snapshots learned from")
    print(f"training: {spent:.0f} s of a processor; {trees.calls} calls of lightgbm.train: {fitting:.0f} s")
    print(f"ratio {spent / fitting:.2f}, peak {peak:,.0f} MB ({GOAL})")


def by_workers(history: History, workers: int) -> None:
    """Print the seconds that pass in training, and in having the models fitted."""
    from distributed import LocalCluster

    steps: list[float] = []
    with (
        LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None) as cluster,
        cluster.get_client() as client,
    ):
        begin = time.perf_counter()
        fit_map = fit_by_workers(client)
        train(history, progress=lambda *_: steps.append(time.perf_counter()), fit_map=fit_map)
        passed = time.perf_counter() - begin
    fitting = steps[-1] - steps[1]
    print(f"{workers} workers: {passed:.0f} s passed, {fitting:.0f} of these until all models were fitted")


class Timed:
    """A function, and the processor's time that its calls have taken."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function
        self.seconds, self.calls = 0.0, 0

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call it."""
        begin = time.process_time()
        try:
            return self.function(*args, **kwargs)
        finally:
            self.seconds += time.process_time() - begin
            self.calls += 1


if __name__ == "__main__":
    main()
