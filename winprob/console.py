"""The console script: where what a verb needs is not installed, it says in one line what to install."""

from __future__ import annotations

import gc
import re
import sys
from importlib.metadata import requires


def main() -> None:
    """Run the command line, which the core of the package does without."""
    try:
        from winprob.command_line import run

        run()
    except ModuleNotFoundError as error:
        absent = (error.name or "").partition(".")[0]
        extra = extra_of(absent)
        if extra is None:
            raise
        sys.exit(f"expected {absent}, found it not installed; pip install 'winprob[{extra}]'")
    finally:
        gc.freeze()  # the process ends: to look through all that was imported for garbage takes a while


def extra_of(package: str) -> str | None:
    """Name the extra that brings a package.

    Examples
    --------
    >>> extra_of("typer"), extra_of("fastapi_offline"), extra_of("numpy")
    ('cli', 'serving', None)
    """
    wanted = package.replace("_", "-").casefold()
    for requirement in requires("winprob") or ():
        found = re.fullmatch(r"([\w.-]+).*extra == ['\"](\w+)['\"]", requirement)
        if found and found[1].casefold() == wanted:
            return found[2]
    return None
