"""The command line as a user runs it, in a process of its own, and its verbs in this one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from typer.testing import CliRunner, Result

from winprob.command_line import app

WINPROB = Path(sys.executable).with_name("winprob")


def winprob(folder: Path, *arguments: object, status: int = 0) -> str:
    """Run a verb in a folder; gives what it said, errors after the rest."""
    done = subprocess.run(
        [WINPROB, *map(str, arguments)],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env=environment(),
    )
    assert done.returncode == status, done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout + done.stderr


def verb(*arguments: str) -> Result:
    """Run a verb in this process, in the folder that it works in."""
    return CliRunner().invoke(app, list(arguments))


def environment() -> dict[str, str]:
    """Give the environment, without a registry elsewhere, and with a terminal of 120 columns."""
    return {name: value for name, value in os.environ.items() if name != "MLFLOW_TRACKING_URI"} | {
        "COLUMNS": "120"
    }
