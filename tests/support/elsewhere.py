"""Python where winprob is not installed: a virtual environment of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from collections.abc import Sequence
from pathlib import Path

SURROUNDINGS = {
    "MLFLOW_TRACKING_URI": "sqlite:///mlflow.db",  # in the folder that a process works in
    "GIT_PYTHON_REFRESH": "quiet",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
}


def with_the_libraries(folder: Path) -> Path:
    """An environment with the libraries that run here; gives its Python.

    A path file adds a folder, but not what path files in that folder add, such as an editable winprob.
    """
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    here = sysconfig.get_path("purelib")
    there = sysconfig.get_path("purelib", vars={"base": str(folder), "platbase": str(folder)})
    Path(there, "libraries.pth").write_text(f"{here}\n")
    return _python(folder)


def with_requirements(folder: Path, requirements: Path) -> Path:
    """An environment with nothing but what a file asks for; gives its Python."""
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    # Not compiled: most of it is never imported.
    options = ["--quiet", "--no-compile", "--disable-pip-version-check"]
    run(_python(folder), ["-m", "pip", "install", *options, "--requirement", requirements], folder)
    return _python(folder)


def run(python: Path, arguments: Sequence[str | Path], folder: Path) -> None:
    """Run a Python there in a folder; it must end well."""
    done = subprocess.run(
        [python, *arguments],
        cwd=folder,
        env=surroundings(python),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def surroundings(python: Path) -> dict[str, str]:
    """Environment variables of a process there: its commands first, none of this project's paths."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "MLFLOW"))}
    first = {"PATH": f"{python.parent}{os.pathsep}{os.environ['PATH']}", "PYSPARK_PYTHON": str(python)}
    return kept | SURROUNDINGS | first


def _python(folder: Path) -> Path:
    return folder / "bin" / "python"
