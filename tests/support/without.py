"""Python in a process of its own, in which some packages cannot be imported."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path


def run_without(
    packages: Iterable[str], code: str, *arguments: object, folder: Path
) -> subprocess.CompletedProcess[str]:
    """Run code in a folder as if the packages were not installed."""
    absent = f"import sys; sys.modules.update(dict.fromkeys({sorted(packages)}))\n"
    return subprocess.run(
        [sys.executable, "-c", absent + code, *map(str, arguments)],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
