"""The command line as a user runs it: a process of its own in a folder."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

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


def environment() -> dict[str, str]:
    """Give the environment, without a registry elsewhere, and with a terminal of 120 columns."""
    return {name: value for name, value in os.environ.items() if name != "MLFLOW_TRACKING_URI"} | {
        "COLUMNS": "120"
    }
