"""A server of several processes answers, follows and stops as one alone does."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from successors import successor

from winprob.models.bundle.bundle import InvalidBundle
from winprob.serving.run import serve
from winprob.serving.settings import Settings

PROGRAM = """
import sys
from pathlib import Path
from winprob.serving.run import serve
from winprob.serving.settings import Settings

model, history, look_every = sys.argv[1:]
settings = Settings(model=model, history=Path(history), port=0, workers=2, look_every=float(look_every))
serve(settings, lambda address: print(address, flush=True))
"""


@contextmanager
def started(
    model: Path, history: Path, look_every: float = 0.2
) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    command = [sys.executable, "-c", PROGRAM, str(model), str(history), str(look_every)]
    environment = os.environ | {"OMP_NUM_THREADS": "2"}  # threads of which a forked process has none
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdout is not None
        try:
            yield process, process.stdout.readline().strip()
        finally:
            process.kill()


def versions(address: str) -> set[str]:
    """Which models are served; each worker is asked."""
    answers = [httpx.get(f"{address}/readyz", timeout=60) for _ in range(2)]
    assert {answer.status_code for answer in answers} == {200}
    return {answer.json()["model"]["version"] for answer in answers}


@pytest.mark.long
def test_all_workers_answer_follow_and_stop(
    bundle_folder: Path, history_folder: Path, tmp_path: Path
) -> None:
    model = Path(shutil.copytree(bundle_folder, tmp_path / "bundle"))
    with started(model, history_folder) as (process, address):
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+", address)
        document = {"stage": "intent", "as_of": "2024-06-30T00:00:00Z"}
        first, second = (httpx.post(f"{address}/v1/score", json=document, timeout=60) for _ in range(2))
        assert first.json() == second.json()
        pages = [httpx.get(f"{address}/forecast", timeout=60) for _ in range(2)]
        assert pages[0].text == pages[1].text
        [before] = versions(address)
        shutil.rmtree(model)
        successor().save(model)
        for _ in range(600):
            found = versions(address)
            if len(found) == 1 and before not in found:
                break
        assert before not in found
        again = httpx.post(f"{address}/v1/score", json=document, timeout=60)
        assert again.json()["model"]["version"] in found
        process.send_signal(signal.SIGTERM)
        told, log = process.communicate(timeout=20)
        assert (process.returncode, told) == (-signal.SIGTERM, "")
        assert log.count("Now served: ") == 2  # each worker has taken it


@pytest.mark.long
def test_whoever_reloads_reaches_all_workers(
    bundle_folder: Path, history_folder: Path, tmp_path: Path
) -> None:
    model = Path(shutil.copytree(bundle_folder, tmp_path / "bundle"))
    with started(model, history_folder, look_every=3600) as (_, address):
        [before] = versions(address)
        shutil.rmtree(model)
        successor().save(model)
        told = httpx.post(f"{address}/v1/models/reload", timeout=60).json()
        assert (told["result"], told["swapped"]) == ("swapped", ["model"])
        for _ in range(600):
            found = versions(address)
            if len(found) == 1 and before not in found:
                break
            time.sleep(0.1)
        assert before not in found


def test_a_model_that_cannot_be_loaded_ends_the_server() -> None:
    announced: list[str] = []
    with pytest.raises(InvalidBundle, match="no/such/folder cannot be used as a bundle"):
        serve(Settings(model="no/such/folder", port=0, workers=2), announced.append)
    assert announced == []
