"""A server as a process follows a real registry and a real folder, and ends in time whatever it looks at."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pandas as pd
import pytest
from bundles import trained_bundle
from served_registries import registered, set_champion
from servers import problem
from successors import out_of_range, successor

from winprob.serving.load.served_model import ServedModel
from winprob.serving.scores.example import example
from winprob.serving.scores.scorer import Scorer

pytestmark = pytest.mark.long

IN_TIME = 10
"""Seconds in which the server ends after it was told to."""

PROGRAM = """
import sys
from pathlib import Path
from winprob.serving.run import serve
from winprob.serving.settings import Settings

model, registry, history = sys.argv[1:]
settings = Settings(
    model=model, tracking_uri=registry, history=Path(history) if history else None, port=0, look_every=0.2
)
serve(settings, lambda address: print(address, flush=True))
"""

LOOKING = """
import os, sys, time
from winprob.serving.follow.follower import Follower
from winprob.serving.load import child

def poll(*_):
    print("looking", flush=True)
    if sys.argv[1]:
        child.run([sys.executable, "-c", "import time; time.sleep(600)", sys.argv[1]], os.environ)
    else:
        time.sleep(600)
    raise OSError("the child was killed")

Follower.poll = poll
sys.argv[1:] = sys.argv[2:]
"""


@contextmanager
def started(program: str, *arguments: object) -> Iterator[tuple[subprocess.Popen[str], httpx.Client]]:
    command = [sys.executable, "-c", program, *map(str, arguments)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            address = process.stdout.readline().strip()
            with httpx.Client(base_url=address, timeout=60) as client:
                yield process, client
        finally:
            process.kill()


def wait_for(client: httpx.Client, there: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """What the server is ready with once that is there; it is ready all the time."""
    for _ in range(1200):
        answer = client.get("/readyz")
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        if there(found):
            return found
        time.sleep(0.1)
    raise AssertionError(found)


def rejected(version: str | None) -> Callable[[dict[str, Any]], bool]:
    return lambda found: [each["version"] for each in found["rejected"]] == [version]


def errors_of(process: subprocess.Popen[str]) -> list[str]:
    """What it has logged, once it has ended."""
    process.send_signal(signal.SIGTERM)
    assert process.stderr is not None
    return process.stderr.read().splitlines()


@contextmanager
def asking(client: httpx.Client, sent: dict[str, Any]) -> Iterator[list[httpx.Response]]:
    """Answers to one document, sent again and again meanwhile."""
    over = threading.Event()
    answers: list[httpx.Response] = []

    def send() -> None:
        with httpx.Client(base_url=client.base_url, timeout=60) as own:
            while not over.is_set():
                answers.append(own.post("/v1/score", json=sent))

    with ThreadPoolExecutor() as threads:
        sender = threads.submit(send)
        try:
            yield answers
        finally:
            over.set()
            sender.result()


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A registry with a good model, another one, one that fails the canary set, and one that was damaged."""
    folder = tmp_path_factory.mktemp("registry")
    bundles = [trained_bundle(), successor(), out_of_range(), trained_bundle()]
    uri = registered(
        folder, *(bundle.save(folder / f"bundle{number}") for number, bundle in enumerate(bundles))
    )
    last_run = max((folder / "artifacts").iterdir(), key=lambda run: run.stat().st_mtime_ns)
    [artifact] = last_run.rglob("model.json")
    artifact.write_text(artifact.read_text() + " ")
    return uri


def test_every_new_champion_is_served_or_rejected(registry: str) -> None:
    sent = example(successor().playbook) | {"language": "en"}
    expected = {
        version: Scorer(ServedModel(bundle, version)).score(sent, "en").model_dump(mode="json")
        for version, bundle in {"1": trained_bundle(), "2": successor()}.items()
    }
    with started(PROGRAM, "models:/winprob@champion", registry, "") as (process, client):
        assert client.get("/readyz").json()["model"]["version"] == "1"
        with asking(client, sent) as answers:
            set_champion(registry, "2")
            found = wait_for(client, lambda found: found["model"]["version"] == "2")
            assert found["rejected"] == []
            set_champion(registry, "3")
            found = wait_for(client, rejected("3"))
            assert found["rejected"][0]["reason"].startswith("canary set, opportunity A-1001: expected ")
            set_champion(registry, "4")
            found = wait_for(client, rejected("4"))
            assert "model.json: expected sha256 " in found["rejected"][0]["reason"]
            assert found["model"]["version"] == "2"
            set_champion(registry, "1")
            assert wait_for(client, lambda found: found["model"]["version"] == "1")["rejected"] == []
        logged = [line for line in errors_of(process) if line.startswith(("Now", "Not"))]
    assert [line.partition(":")[0] for line in logged] == [
        "Now served",
        "Not served",
        "Not served",
        "Now served",
    ]
    versions = [answer.json()["model"]["version"] for answer in answers]
    assert set(versions) == {"1", "2"}
    for version, answer in zip(versions, answers, strict=True):
        assert answer.status_code == 200
        assert answer.json() == expected[version]


def test_a_replaced_history_is_read_and_a_broken_one_is_not(
    bundle_folder: Path, history_folder: Path, tmp_path: Path
) -> None:
    history = Path(shutil.copytree(history_folder, tmp_path / "history"))
    longer = Path(shutil.copytree(history_folder, tmp_path / "longer"))
    table = pd.read_csv(longer / "amounts.csv", dtype=str)
    at = (pd.Timestamp(table["at"].max()) - pd.Timedelta(days=1)).isoformat()
    pd.concat([table, table[:1].assign(at=at)]).to_csv(longer / "amounts.csv", index=False)
    with started(PROGRAM, bundle_folder, "", history) as (process, client):
        first = client.get("/readyz").json()
        history.rename(tmp_path / "before")
        longer.rename(history)
        second = wait_for(client, lambda found: found["history"]["since"] != first["history"]["since"])
        assert second["model"] == first["model"]
        (history / "amounts.csv").write_text("opportunity_id,at\nnobody,soon\n")
        third = wait_for(client, rejected(None))
        assert third["history"] == second["history"]
        assert third["rejected"][0]["part"] == "history"
        assert "breaks the input contract" in third["rejected"][0]["reason"]
        assert client.get("/v1/forecast").json()["as_of"] == second["history"]["until"]
        logged = errors_of(process)
    assert len([line for line in logged if line.startswith("Not served: another history: ")]) == 1


@pytest.mark.parametrize("in_a_child", [True, False])
@pytest.mark.parametrize(("stop", "statuses"), [(signal.SIGTERM, {-15}), (signal.SIGINT, {0, 1})])
def test_it_ends_in_time_while_it_looks(
    bundle_folder: Path, tmp_path: Path, in_a_child: bool, stop: signal.Signals, statuses: set[int]
) -> None:
    marker = str(tmp_path) if in_a_child else ""
    with (
        started(LOOKING + PROGRAM, marker, bundle_folder, "", "") as (process, client),
        ThreadPoolExecutor() as threads,
    ):
        assert process.stdout is not None
        assert process.stdout.readline() == "looking\n"
        asked = threads.submit(client.post, "/v1/models/reload")
        assert client.get("/readyz").status_code == 200
        process.send_signal(stop)
        assert process.wait(IN_TIME) in statuses
        problem(asked.result(), 503, "stopping")
        assert process.stderr is not None
        assert process.stderr.read() == ""
    if marker:
        assert not [each for each in Path("/proc").glob("[0-9]*") if marker in command_of(each)]


def command_of(process: Path) -> str:
    try:
        return (process / "cmdline").read_text()
    except OSError:  # it has ended meanwhile
        return ""
