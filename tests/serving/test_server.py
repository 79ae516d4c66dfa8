"""What a server has loaded is there to stay, until something newer takes its place."""

import gc
import shutil
import subprocess
import sys
from pathlib import Path

import httpx
from successors import successor


def test_what_a_server_keeps_is_not_looked_through_again(bundle_folder: Path) -> None:
    stop = f"""
import gc, os, signal
from winprob.serving.run import serve
from winprob.serving.settings import Settings
def announce(address):
    print(gc.get_freeze_count() > 100_000, flush=True)
    os.kill(os.getpid(), signal.SIGINT)
serve(Settings(model={str(bundle_folder)!r}, port=0), announce)
"""
    done = subprocess.run([sys.executable, "-c", stop], capture_output=True, text=True, check=True)
    assert done.stdout == "True\n"
    assert gc.get_freeze_count() == 0


SWAPPING = """
import gc, sys, weakref
from pathlib import Path
from winprob.serving import run, server
from winprob.serving.service import Service
from winprob.serving.settings import Settings

swap, keep, before = Service.swap, server.keep, []

def watch(service, engines):
    old = service.engines
    parts = (old, old.scorer, old.forecasts, old.scorer.served.bundle, old.forecasts.history)
    before[:] = map(weakref.ref, parts)
    swap(service, engines)

def keep_and_tell():
    keep()
    if before:
        print([part() is None for part in before], gc.get_freeze_count() > 100_000, flush=True)

Service.swap, server.keep = watch, keep_and_tell
settings = Settings(model=sys.argv[1], history=Path(sys.argv[2]), port=0)
run.serve(settings, lambda address: print(address, flush=True))
"""


def test_what_was_replaced_is_let_go(bundle_folder: Path, history_folder: Path, tmp_path: Path) -> None:
    model = Path(shutil.copytree(bundle_folder, tmp_path / "bundle"))
    history = Path(shutil.copytree(history_folder, tmp_path / "history"))
    command = [sys.executable, "-c", SWAPPING, str(model), str(history)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        try:
            reload = f"{process.stdout.readline().strip()}/v1/models/reload"
            shutil.rmtree(model)
            successor().save(model)
            assert httpx.post(reload, timeout=60).json()["swapped"] == ["model"]
            assert process.stdout.readline() == "[True, True, True, True, False] True\n"
            (history / "amounts.csv").touch()
            assert httpx.post(reload, timeout=60).json()["swapped"] == ["history"]
            assert process.stdout.readline() == "[True, True, True, False, True] True\n"
        finally:
            process.kill()
