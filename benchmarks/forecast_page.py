"""Time and memory of the first forecast page of a large company: seconds of the processor, in one process.

With --open a simulated company's open opportunities are copied until there are as many, see
`benchmarks/pipeline.py`; else a history is read.

Run: python benchmarks/forecast_page.py MODEL --history six
     python benchmarks/forecast_page.py MODEL --open 100000
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

if sys.path[0] == str(Path(__file__).parent):
    del sys.path[0]  # run as a file, this folder comes first, and its files would hide packages

from benchmarks.pipeline import simulated_company, write_history
from winprob.models.bundle.bundle import Bundle
from winprob.serving.engines import make_engines
from winprob.serving.load.history_source import HistoryFolder
from winprob.serving.load.served_model import ServedModel
from winprob.serving.pages import forecast as forecast_page

GOAL = "goal: 60,000 opportunities over six years in under 5 s"


def main() -> None:
    """Print what reading takes, and the page in each language."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path, help="A bundle's folder.")
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--history", type=Path)
    source.add_argument("--open", type=int)
    asked = parser.parse_args()
    if asked.history:
        measure(asked.model, asked.history)
        return
    with TemporaryDirectory(prefix="winprob-") as folder:
        place = Path(folder)
        measure(asked.model, write_history(simulated_company(place), asked.open, place / "many", "parquet"))


def measure(model: Path, history: Path) -> None:
    """Read a history, and make its pages one after the other."""
    begin = time.process_time()
    forecasts = make_engines(ServedModel(Bundle.load(model), "1"), HistoryFolder(history)).forecasts
    assert forecasts is not None
    deals = len(forecasts.history.open_at(forecasts.history.last_event))
    print(f"{len(forecasts.history):,} opportunities, {deals:,} of them open ({GOAL})")
    print(f"read, and scored: {time.process_time() - begin:.1f} s")
    for work, asked in forecast_page.first_asked(""):
        begin = time.process_time()
        size = len(work(forecasts, *asked).body)
        spent, peak = time.process_time() - begin, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"page in {asked[1]}: {spent:.1f} s, {size:,} bytes; peak {peak:,.0f} MB", flush=True)


if __name__ == "__main__":
    main()
