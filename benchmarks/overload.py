"""What honest clients wait while others overload the service.

The server is started as users start it, by ``winprob serve`` of a bundle's folder and a history, where 1,024
files may be open. Each attack has a server of its own. While it goes on, honest clients ask for a score, for
a forecast that was made before, and for ``/healthz``, each over a new connection once the last is answered.
What the server does with the rest is told by the processor time that it takes after the attack, by the most
memory that it takes, and by the bytes that it logs.

Run: python benchmarks/overload.py BUNDLE HISTORY [--attack NAME]... [--seconds 15]
Without a trained model: winprob simulate HISTORY; winprob train HISTORY; the bundle is in mlruns/.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

if sys.path[0] == str(Path(__file__).parent):
    sys.path[0] = str(Path(__file__).parents[1])  # run as a file, this folder would hide the packages

from benchmarks.attacks import ATTACKS, Target
from benchmarks.honest_clients import CLIENTS, HonestClients
from benchmarks.servers import Server, free_port, running
from benchmarks.watched_process import WatchedProcess, process_on
from winprob.features.build import open_snapshots
from winprob.features.reading import read
from winprob.features.record import document_of

FILES = 1024
"""What a login shell allows to be open."""

BATCH = 500
"""Documents in a batch: as many as are taken."""

HEAD = (
    "| attack | "
    + " | ".join(f"{name}: median, worst, refused" for name in CLIENTS)
    + " | CPU after | memory | log |"
)


def main() -> None:
    """Print a row for each attack."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("bundle", type=Path)
    parser.add_argument("history", type=Path)
    parser.add_argument("--attack", action="append", choices=ATTACKS, metavar="NAME", help=", ".join(ATTACKS))
    parser.add_argument("--seconds", type=float, default=15, help="of each attack")
    asked = parser.parse_args()
    documents = open_documents(asked.history)
    print(HEAD, "|".join(["", *["---"] * (len(CLIENTS) + 4), ""]), sep="\n", flush=True)
    for name in asked.attack or ATTACKS:
        print(row(name, asked.bundle, asked.history, documents, asked.seconds), flush=True)


def row(name: str, bundle: Path, history: Path, documents: list[bytes], seconds: float) -> str:
    """Attack a server, and write down what came of it."""
    port = free_port()
    words = f"winprob serve --model {bundle} --history {history} --port {port}"
    command = ("sh", "-c", f"ulimit -n {FILES}; exec {Path(sys.executable).parent}/{words}")
    with TemporaryDirectory() as folder, running(Server(command, port, "/readyz"), Path(folder, "log")):
        process = WatchedProcess(process_on(port))
        clients = HonestClients(port, documents[0])
        clients.ask_once()
        with process.watched(), clients.asking():
            ATTACKS[name](Target(port, documents), seconds)
            process.attack_is_over()
        process.settle()
        log = Path(folder, "log").stat().st_size
        waits = " | ".join(map(str, clients.waits.values()))
        memory = f"{process.most_memory / 2**20:,.0f} MiB"
        return f"| {name} | {waits} | {process.seconds_after:.1f} s | {memory} | {log / 1000:,.0f} kB |"


def open_documents(folder: Path) -> list[bytes]:
    """Write the open opportunities of a history as a CRM would send them, as many as a batch takes."""
    history = read(str(folder))
    end, rows = history.last_event, open_snapshots(history)["opportunity"].head(BATCH)
    documents = [
        document_of(history, int(each), end).model_dump(mode="json", exclude_none=True) for each in rows
    ]
    for document in documents:
        document.pop("attributes", None)  # a model of another history may not know them
    repeated = documents * (1 + BATCH // len(documents))
    return [json.dumps(document).encode() for document in repeated[:BATCH]]


if __name__ == "__main__":
    main()
