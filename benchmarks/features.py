"""Time and memory of the feature matrix; two of its columns beside as-of joins of pandas, DuckDB and Polars.

Needs the extra "benchmark". All have one thread.

Run: python benchmarks/features.py [--opportunities 100000] [--snapshots 1000000] [--activities 2000000]
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

if sys.path[0] == str(Path(__file__).parent):
    # Run as a file, this folder comes first, and this very file would hide the package.
    sys.path[:] = [*sys.path[1:], str(Path(__file__).parents[1])]

from benchmarks.asof_joins import PEERS, Columns, by_winprob, peer
from winprob.features.build import build
from winprob.features.contract import ACTIVITY_KINDS, ROLES, STANCES
from winprob.features.history import History
from winprob.features.instant import MICROSECONDS_PER_DAY, TIME, microseconds
from winprob.features.playbook import load_playbook
from winprob.features.timeline import Integers

DAYS = 3 * 365
START = pd.Timestamp("2023-01-02", tz="UTC")


def main() -> None:
    """Print the times, their ratio and the peak of memory."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--opportunities", type=int, default=100_000)
    parser.add_argument("--snapshots", type=int, default=1_000_000)
    parser.add_argument("--activities", type=int, default=2_000_000)
    sizes = parser.parse_args()
    history = company(sizes.opportunities, sizes.activities)
    random = np.random.default_rng(1)
    opportunity = random.integers(0, sizes.opportunities, sizes.snapshots)
    snapshots = pd.DataFrame({"opportunity": opportunity, "at": some_times(random, sizes.snapshots)})
    print(
        f"{sizes.snapshots:,} snapshots, {sizes.opportunities:,} opportunities, "
        f"{sizes.activities:,} activities"
    )
    print(f"before: {peak_mebibytes():,.0f} MiB at most so far, the history itself included")

    begin = time.process_time()
    matrix = build(history, snapshots=snapshots)
    ours = time.process_time() - begin
    peak = f"peak {peak_mebibytes():,.0f} MiB (goal < 2,048)"
    print(f"winprob.features.build: {matrix.shape[1]} columns in {ours:.1f} s; {peak}")

    per_column = ours / matrix.shape[1]
    print(f"seconds per column: {per_column:.3f}")
    compare(history, opportunity, microseconds(snapshots["at"]))


def compare(history: History, opportunity: Integers, moment: Integers) -> None:
    """Print the time of the same two columns, ours and others, each the best of three."""
    ours, expected = best(lambda: by_winprob(history, opportunity, moment))
    print(f"days since the last contact, and the amount: {ours:.2f} s")
    for name in PEERS:
        theirs, found = best(peer(name, history, opportunity, moment))
        same = all(np.array_equal(*pair, equal_nan=True) for pair in zip(found, expected, strict=True))
        print(f"  {name}: {theirs:.2f} s, {theirs / ours:.1f} times as long; equal: {same}")


def best(run: Callable[[], Columns]) -> tuple[float, Columns]:
    """Run three times; gives the fewest seconds of the processor, and what was found."""
    seconds = []
    for _ in range(3):
        begin = time.process_time()
        found = run()
        seconds.append(time.process_time() - begin)
    return min(seconds), found


def company(count: int, activities: int) -> History:
    """A company with every table of the contract filled at random; only its size matters."""
    random = np.random.default_rng(0)
    playbook = load_playbook()
    ids = np.char.add("OPP-", np.arange(count).astype(str))
    created = some_times(random, count)

    def events(rows: int, time_column: str, **columns: object) -> pd.DataFrame:
        owner = ids[random.integers(0, count, rows)]
        return pd.DataFrame({"opportunity_id": owner, time_column: some_times(random, rows), **columns})

    def some(values: object, rows: int) -> np.ndarray:
        return np.array(values)[random.integers(0, len(np.array(values)), rows)]

    people = np.char.add("P", np.arange(5).astype(str))
    items = [item.code for item in playbook.risk_items]
    tables = {
        "opportunities": pd.DataFrame(
            {
                "opportunity_id": ids,
                "created_at": created,
                "customer_id": some(np.char.add("C", np.arange(20_000).astype(str)), count),
                "owner_id": some(np.char.add("S", np.arange(500).astype(str)), count),
                "team": some(["north", "south", "east", "west"], count),
                "industry": some(["energy", "finance", "制造", "物流"], count),
                "region": some(["华东", "华南", "EMEA"], count),
            }
        ),
        "stage_changes": events(3 * count, "at", stage=some(playbook.stage_codes, 3 * count)),
        "amounts": events(2 * count, "at", amount=random.lognormal(12, 1, 2 * count)),
        "close_dates": events(2 * count, "at", expected_close=some_times(random, 2 * count)),
        "activities": events(
            activities,
            "at",
            kind=some(ACTIVITY_KINDS, activities),
            person_id=some(people, activities),
            effective=random.random(activities) < 0.6,
            next_at=some_times(random, activities),
        ),
        "key_persons": events(
            3 * count,
            "identified_at",
            person_id=some(people, 3 * count),
            role=some(ROLES, 3 * count),
            influence=random.random(3 * count) + 0.1,
            stance=some(STANCES, 3 * count),
        ),
        "competitors": events(count, "entered_at", competitor=some(["A", "B", "C"], count)),
        "assessments": events(
            5 * count, "at", item=some(items, 5 * count), score=random.integers(0, 3, 5 * count).astype(float)
        ),
        "checkpoints": events(3 * count, "at", checkpoint=some(playbook.checkpoint_codes, 3 * count)),
    }
    return History.of(playbook, tables)


def some_times(random: np.random.Generator, rows: int) -> pd.Series:
    """Times over three years, to the microsecond."""
    since = pd.to_timedelta(random.integers(0, DAYS * MICROSECONDS_PER_DAY, rows), unit="us")
    return pd.Series(START + since).astype(TIME)


def peak_mebibytes() -> float:
    """The most memory that this process has held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
