"""Servers to measure: each a process of its own on a free port, with one worker and one thread."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

BIN = Path(sys.executable).parent
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OMP_WAIT_POLICY": "passive"}
PATIENCE = 180
"""Seconds that a server is given to start."""


class ServerNotStarted(Exception):
    """A server that ended, or was not ready in time; gives the last that it said."""


@dataclass(frozen=True)
class Server:
    """How a server is started, and how it says that it is ready.

    Attributes
    ----------
    command : tuple of str
    port : int
        On this machine.
    ready : str
        A path that is answered with 200 once it is.
    environment : mapping of str to str
        Variables beside those of this process.
    """

    command: tuple[str, ...]
    port: int
    ready: str
    environment: Mapping[str, str] = field(default_factory=dict)


def winprob_server(model: str, home: Path) -> Server:
    """Serve a model of the registry in a project's folder with ``winprob serve``."""
    port = free_port()
    command = (str(BIN / "winprob"), "serve", "--model", model, "--port", str(port))
    return Server(command, port, "/readyz", {"WINPROB_HOME": str(home)})


def mlflow_server(model: str, registry: str) -> Server:
    """Serve a folder or a registered model with ``mlflow models serve``."""
    port = free_port()
    # Its own limit is a minute, which 64 connections with 500 rows each would exceed.
    options = {"model-uri": model, "port": port, "env-manager": "local", "workers": 1, "timeout": 3600}
    words = [word for name, value in options.items() for word in (f"--{name}", str(value))]
    environment = {"MLFLOW_TRACKING_URI": registry, "MLFLOW_DISABLE_TELEMETRY": "true"}
    return Server((sys.executable, "-m", "mlflow", "models", "serve", *words), port, "/ping", environment)


def mlserver_server(program: Path, repository: Path) -> Server:
    """Serve a folder of models with MLServer.

    Without a process beside the one that listens: for models as quick as these that is faster.
    """
    port = free_port()
    ports = {"http_port": port, "grpc_port": free_port(), "metrics_port": free_port()}
    settings = {"debug": False, "host": "127.0.0.1", "parallel_workers": 0, **ports}
    (repository / "settings.json").write_text(json.dumps(settings))
    environment = {"PYTHONPATH": ""}  # what this process imports is not of its environment
    return Server((str(program), "start", str(repository)), port, "/v2/health/ready", environment)


def mlserver_program(environments: Path) -> Path:
    """Install MLServer with its LightGBM runtime into an environment of its own, unless it is there.

    Parameters
    ----------
    environments : pathlib.Path
        A folder that is kept from run to run.

    Raises
    ------
    subprocess.CalledProcessError
        If it cannot be installed or imported.
    """
    folder = environments.resolve() / "mlserver"
    python = folder / "bin" / "python"
    run = partial(subprocess.run, capture_output=True, text=True, env=os.environ | {"PYTHONPATH": ""})
    imports = [python, "-c", "import mlserver, mlserver_lightgbm"]
    if not python.exists() or run(imports, check=False).returncode:
        run([sys.executable, "-m", "venv", folder], check=True)
        run([python, "-m", "pip", "install", "--quiet", "mlserver", "mlserver-lightgbm"], check=True)
        run(imports, check=True)
    return folder / "bin" / "mlserver"


@contextmanager
def running(server: Server, log: Path) -> Iterator[None]:
    """Start a server, wait until it is ready, and end it with its children afterwards.

    Parameters
    ----------
    server : Server
    log : pathlib.Path
        The file that it writes to.

    Raises
    ------
    ServerNotStarted
        If it is not ready in time.
    """
    path = f"{BIN}{os.pathsep}{os.environ['PATH']}"  # mlflow looks for uvicorn there
    environment = os.environ | {"PATH": path} | ONE_THREAD | dict(server.environment)
    with log.open("wb") as said:
        process = subprocess.Popen(
            server.command, stdout=said, stderr=said, env=environment, start_new_session=True
        )
    try:
        _wait_for(server, process, log)
        yield
    finally:
        _end(process)


def free_port() -> int:
    """Give a port that nobody listens on now."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def _wait_for(server: Server, process: subprocess.Popen[bytes], log: Path) -> None:
    url = f"http://127.0.0.1:{server.port}{server.ready}"
    until = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < until:
        try:
            with urllib.request.urlopen(url, timeout=10):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    last = log.read_text(errors="replace").strip().splitlines()[-5:]
    raise ServerNotStarted("\n".join([f"{' '.join(server.command)}: expected to start, found:", *last]))


def _end(process: subprocess.Popen[bytes]) -> None:
    for ending in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, ending)
            process.wait(15)
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue
