"""Processes that this one starts, so that none of them outlives it."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence

_running: set[subprocess.Popen[str]] = set()
"""Of the process, like ``multiprocessing.active_children``: it is the process that ends with them."""


def run(command: Sequence[str], environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, or until `end_all`.

    Parameters
    ----------
    command : sequence of str
    environment : mapping of str to str
        Its environment variables.

    Returns
    -------
    subprocess.CompletedProcess
        With what it wrote, as text.

    Examples
    --------
    >>> import sys
    >>> run([sys.executable, "--version"], {}).returncode
    0
    """
    streams = subprocess.PIPE
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.DEVNULL, stdout=streams, stderr=streams, text=True
    ) as child:
        _running.add(child)
        try:
            output, errors = child.communicate()
        except BaseException:
            child.kill()
            raise
        finally:
            _running.remove(child)
    return subprocess.CompletedProcess(command, child.returncode, output, errors)


def end_all() -> None:
    """Kill every child that is running: whoever waits for one is told of its end as usual.

    Examples
    --------
    >>> end_all()
    """
    for child in tuple(_running):
        child.kill()
