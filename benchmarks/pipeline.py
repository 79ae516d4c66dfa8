"""Time and memory of `winprob score` on a whole pipeline, by stages: the real command, on a large history.

A simulated company's open opportunities are copied, with new ids, until there are as many as asked for; what
is closed stays as it is. Only the size of such a history is meant. Seconds are of the processor, as the
command has one thread: what else the machine does meanwhile does not count.

Run: python benchmarks/pipeline.py MODEL [--open 2000 20000 100000] [--format csv|parquet|partitions]
     python benchmarks/pipeline.py MODEL --open 100000 --workers 1 2
"""

from __future__ import annotations

import argparse
import functools
import importlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from operator import itemgetter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd

if sys.path[0] == str(Path(__file__).parent):
    del sys.path[0]  # run as a file, this folder comes first, and its files would hide packages

STAGES = (
    ("load the model", "winprob.serving.load.served_model:open_model"),
    ("read", "winprob.features.reading:load_tables"),
    ("read", "winprob.features.partitions:_load"),
    ("validate", "winprob.features.reading:validate"),
    ("validate", "winprob.features.partitions:validate"),
    ("put in order", "winprob.features.history:History.of"),
    ("notices", "winprob.terminal:read_history"),
    ("notices", "winprob.models.present.partition_scores:tie_notices"),
    ("keep what is open", "winprob.models.present.score_table:open_pipeline"),
    ("keep what is open", "winprob.models.present.partition_scores:open_pipeline"),
    ("features", "winprob.models.bundle.trained_model:TrainedModel.compute"),
    ("evaluate", "winprob.models.present.score_table:score_part"),
    ("evaluate", "winprob.models.present.partition_scores:score_part"),
    ("write", "winprob.answers:write_tables"),
)
"""What the time of a stage is spent in, but for what other stages of the list take inside of it."""

COPIES = 17
"""Copies of what is open in a partition: 20,000 opportunities."""

AS_OF = "2025-12-29"
"""The end of the simulated history; without it all partitions would be read twice."""

FEW = ("OPP-05998", "OPP-05999", "OPP-06000")
"""Opportunities that are open at the end of the simulated history."""

TIMES = {
    "opportunities": ["created_at", "closed_at"],
    "activities": ["at", "next_at"],
    "close_dates": ["at", "expected_close"],
    "competitors": ["entered_at", "left_at"],
    "key_persons": ["identified_at"],
}


def main() -> None:
    """Print a line for each size, plain and with contributions; with --workers, for each number of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path, help="A bundle's folder.")
    parser.add_argument("--open", type=int, nargs="+", default=[2_000, 20_000, 100_000])
    parser.add_argument("--format", choices=["csv", "parquet", "partitions"], default="parquet")
    parser.add_argument("--explain", action="store_true", help="With contributions only.")
    parser.add_argument("--workers", type=int, nargs="+", help="Of a Dask cluster: partitions in seconds.")
    asked = parser.parse_args()
    with TemporaryDirectory(prefix="winprob-") as folder:
        place = Path(folder)
        simulated = simulated_company(place)
        if asked.workers:
            history = write_partitions(simulated, asked.open[0], place / "history")
            by_workers(asked.model, history, asked.workers, asked.explain)
            return
        few = {name: table[table["opportunity_id"].isin(FEW)] for name, table in simulated.items()}
        few_written = write_history(few, len(FEW), place / "few", "parquet")
        write = write_partitions if asked.format == "partitions" else write_history
        for explain in (True,) if asked.explain else (False, True):
            start = min(run(asked.model, few_written, explain)["in all"] for _ in range(3))
            print(f"{'--explain' if explain else 'plain'}: started, and a few scored: {start:.2f} s")
            for count in asked.open:
                history = write(simulated, count, place / str(count), asked.format)
                report(count, start, run(asked.model, history, explain))


def by_workers(model: Path, history: Path, numbers: Sequence[int], explain: bool) -> None:
    """Print the seconds that pass until workers have scored all partitions, and those of the processor.

    The former mean something only where as many cores are idle as there are workers, and one more.
    """
    from distributed import LocalCluster

    for workers in numbers:
        with LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None) as cluster:
            client = cluster.get_client()
            engine = ["--engine", "dask", "--scheduler", cluster.scheduler_address]
            run(model, history, explain, engine)  # imports, and loads the model, in each worker
            before = sum(client.run(time.process_time).values())
            spent = min((run(model, history, explain, engine) for _ in range(3)), key=itemgetter("passed"))
            own = (sum(client.run(time.process_time).values()) - before) / 3
            print(
                f"{workers} worker{'s' * (workers > 1)}: {spent['passed']:.1f} s passed; of the processor "
                f"{own:.1f} s in all workers, {spent['in all']:.1f} s in the command",
                flush=True,
            )


def report(count: int, start: float, spent: dict[str, float]) -> None:
    """Print what scoring a number of open opportunities took."""
    whole = spent.pop("in all")
    peak, passed = spent.pop("MiB"), spent.pop("passed")
    answering = spent["features"] + spent["evaluate"] + spent["write"]
    print(f"  {count:,} open: {whole:.2f} s ({passed:.0f} s passed), peak {peak:,.0f} MiB")
    print(f"    opportunities/s once started: {count / (whole - start):,.0f}, reading included")
    print(f"    opportunities/s once read:    {count / answering:,.0f}")
    print("    " + ", ".join(f"{stage} {seconds:.2f} s" for stage, seconds in spent.items()), flush=True)


def simulated_company(folder: Path) -> dict[str, pd.DataFrame]:
    """The tables of 6,000 opportunities over three years, as text."""
    from winprob.training.simulation import simulate

    simulate(6000, 3, 0).write(folder / "simulated")
    files = sorted((folder / "simulated").glob("*.csv"))
    return {file.stem: pd.read_csv(file, dtype="str") for file in files}


def write_history(tables: dict[str, pd.DataFrame], count: int, folder: Path, form: str) -> Path:
    """Copy what is open until there are `count`, and write all as CSV or Parquet."""
    folder.mkdir(exist_ok=True)
    opportunities = tables["opportunities"]
    is_open = opportunities["closed_at"].isna()
    ids = opportunities["opportunity_id"]
    closed = set(ids[~is_open])
    copies, rest = divmod(count, int(is_open.sum()))
    some = set(ids[is_open].head(rest))
    for name, table in tables.items():
        mine = table["opportunity_id"]
        waiting = table[~mine.isin(closed)]
        parts = [table[mine.isin(closed)]] + [_renamed(waiting, copy) for copy in range(copies)]
        parts.append(_renamed(waiting[waiting["opportunity_id"].isin(some)], copies))
        _write(pd.concat(parts), name, folder, form)
    return folder


def write_partitions(
    tables: dict[str, pd.DataFrame], count: int, folder: Path, _: str = "partitions"
) -> Path:
    """The same in partitions: one of what is closed, then of copies, until there are about `count`."""
    opportunities = tables["opportunities"]
    is_open = opportunities["closed_at"].isna()
    closed = set(opportunities["opportunity_id"][~is_open])
    copies = round(count / is_open.sum())
    for name, table in tables.items():
        settled = table["opportunity_id"].isin(closed)
        _write(table[settled].copy(), name, _partition(folder, name, 0), "parquet")
        for key, begin in enumerate(range(0, copies, COPIES), 1):
            own = range(begin, min(begin + COPIES, copies))
            part = pd.concat([_renamed(table[~settled], copy) for copy in own])
            _write(part, name, _partition(folder, name, key), "parquet")
    return folder


def _partition(folder: Path, table: str, key: int) -> Path:
    place = folder / table / f"part={key}"
    place.mkdir(parents=True, exist_ok=True)
    return place


def _renamed(rows: pd.DataFrame, copy: int) -> pd.DataFrame:
    return rows.assign(opportunity_id=rows["opportunity_id"] + f"/{copy}")


def _write(table: pd.DataFrame, name: str, folder: Path, form: str) -> None:
    if form == "csv":
        table.to_csv(folder / f"{name}.csv", index=False)
        return
    for column in TIMES.get(name, ["at"]):
        table[column] = pd.to_datetime(table[column], utc=True, format="ISO8601").dt.as_unit("us")
    for column in {"amount", "score", "influence", "employees"} & set(table):
        table[column] = pd.to_numeric(table[column])
    table.to_parquet(folder / f"{name}.parquet", index=False)


def run(model: Path, history: Path, explain: bool, engine: Sequence[str] = ()) -> dict[str, float]:
    """Run the command in a process of its own; gives seconds by stage, in all, and the peak of memory."""
    scores = history.with_suffix(".scores.csv")
    verb = ["score", str(history), "--out", str(scores), "--model", str(model), "--as-of", AS_OF, *engine]
    arguments = [sys.executable, __file__, "--timed", *verb, *(["--explain"] if explain else [])]
    begin = time.perf_counter()
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        *_, stages = process.stdout or [""]
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = status
    passed = time.perf_counter() - begin
    if status:
        raise SystemExit(f"expected winprob {' '.join(verb)} to end well, found status {status}; run it")
    spent: dict[str, float] = json.loads(stages)
    whole = usage.ru_utime + usage.ru_stime
    spent["end"] = whole - sum(spent.values())
    return {**spent, "in all": whole, "MiB": usage.ru_maxrss / 1024, "passed": passed}


def timed(arguments: list[str]) -> None:
    """Run the command with a clock around each stage; what is left is starting, importing and the like."""
    spent = {"start": 0.0} | dict.fromkeys((stage for stage, _ in STAGES), 0.0)
    running, since = ["start"], 0.0

    def turn(stage: str | None) -> None:
        nonlocal since
        now = time.process_time()
        spent[running[-1]] += now - since
        since = now
        running.append(stage) if stage else running.pop()

    def clocked(stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def clocked_function(*given: Any, **named: Any) -> Any:
            turn(stage)
            try:
                return function(*given, **named)
            finally:
                turn(None)

        return clocked_function

    from winprob.console import main as command

    for stage, place in STAGES:
        module, _, path = place.partition(":")
        *owners, name = path.split(".")
        owner = functools.reduce(getattr, owners, importlib.import_module(module))
        found = owner.__dict__[name] if owners else getattr(owner, name)
        bound = isinstance(found, classmethod)
        function = clocked(stage, found.__func__ if bound else found)
        setattr(owner, name, classmethod(function) if bound else function)
    sys.argv[1:] = arguments
    try:
        command()
    finally:
        turn("end")
        print(json.dumps(spent))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--timed"]:
        timed(sys.argv[2:])
    else:
        main()
