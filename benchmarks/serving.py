"""The service beside what others would serve a model with, under the same loads in one run.

A company is simulated, and a model trained and registered. Its open opportunities are sent to

- our service, as documents of a CRM: it makes the features too;
- "registered": the same model in ``mlflow models serve``, asked for the probability, or for its range and
  contributions as well ("explained");
- "mlflow": plain LightGBM there, without and with `shap.TreeExplainer` ("explained");
- "MLServer": plain LightGBM in its runtime.

The peers get rows of the feature matrix, ready to be predicted. Each server runs alone, with one worker and
one thread; the machine needs a core beside it for the load tool. What else the machine does shows in all
figures, least in ratios.

Run: python benchmarks/serving.py [--opportunities 1500] [--seconds 5] [--environments DIR] [--check-client]
DIR keeps an environment with MLServer, which is left out without.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

if sys.path[0] == str(Path(__file__).parent):
    sys.path[0] = str(Path(__file__).parents[1])  # run as a file, this folder would hide the packages

from benchmarks.contestants import OURS, contestants
from benchmarks.load_tool import Address, closed_loop, open_loop
from benchmarks.served_company import served_company
from benchmarks.servers import running
from benchmarks.serving_figures import Faster, Figure, Within, goals, ratios, table
from benchmarks.wrk import wrk_rate
from winprob.training.track.abandoned_runs import termination_as_exit

CONNECTIONS = (1, 8, 64)
CHECKED = 8
"""Connections at which `wrk` checks the load tool."""

LONGEST = 40
"""Seconds that a request may take: beyond 60 the service refuses a batch that still waits."""

GOALS = (
    Faster("full answer", 4, "mlflow explained"),
    Faster("brief answer", 10, "mlflow explained"),
    Faster("probability only", 1, "MLServer plain"),
    Within("full answer, p99 at half load", "full answer", 1, None, "p99", 10),
    Within("brief answer, 500 documents", "brief answer", 500, 1, "p50", 400),
)


def main() -> None:
    """Print the table, the ratios and the goals."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--opportunities", type=int, default=1500)
    parser.add_argument("--seconds", type=float, default=5, help="of each load")
    parser.add_argument("--environments", type=Path, metavar="DIR")
    parser.add_argument("--check-client", action="store_true", help="drive single documents with wrk as well")
    asked = parser.parse_args()
    if asked.check_client and not shutil.which("wrk"):
        parser.error("--check-client: expected wrk on the PATH, found none; apt-get install wrk")
    print(", ".join(f"{name} {version(name)}" for name in ("winprob", "mlflow", "lightgbm", "shap")))
    figures: list[Figure] = []
    with termination_as_exit(), TemporaryDirectory() as folder:
        company = served_company(Path(folder), asked.opportunities)
        for server, requests in contestants(company, asked.environments):
            with running(server, Path(folder, "server.log")):
                for request in requests:
                    address = request.to(server)
                    found = list(measure(request.answer, request.documents, address, asked.seconds))
                    print(*found, sep="\n", file=sys.stderr, flush=True)
                    figures += found
                    if asked.check_client and request.documents == 1:
                        print(checked(found, address, asked.seconds), flush=True)
    ours = list(dict.fromkeys(variant.answer for variant in OURS))
    for lines in (table(figures), ratios(figures, ours), goals(figures, GOALS)):
        print("", *lines, sep="\n")


def measure(answer: str, documents: int, address: Address, seconds: float) -> Iterator[Figure]:
    """Load a server with each number of connections and, with single documents, at half load."""
    highest = closed_loop(address, 1, seconds / 5).rate  # warms up
    for connections in CONNECTIONS:
        if connections / highest > LONGEST:
            print(f"{answer}, {documents} documents, {connections} connections: left out, it takes too long")
            continue
        measured = closed_loop(address, connections, seconds)
        highest = max(highest, measured.rate)
        yield Figure.of(answer, documents, connections, measured)
    if documents == 1:
        measured = open_loop(address, max(CONNECTIONS), seconds, highest / 2)
        yield Figure.of(answer, documents, None, measured)


def checked(figures: list[Figure], address: Address, seconds: float) -> str:
    """Say what `wrk` finds where the load tool found these figures."""
    (own,) = (figure for figure in figures if figure.connections == CHECKED)
    rate = wrk_rate(address, CHECKED, seconds)
    return f"{own.answer}, {CHECKED} connections: {own.rate:,.1f} requests/s, {rate:,.1f} by wrk"


if __name__ == "__main__":
    main()
