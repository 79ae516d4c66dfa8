"""The process that logs a run: whether it is still there is how a run that was killed is known."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

HOST, PID, STARTED = "process.host", "process.pid", "process.started"
"""Tags of a run."""

_PROCESSES = Path("/proc")


@dataclass(frozen=True)
class LoggingProcess:
    """A process, told apart from a later one of the same number by when it started.

    Attributes
    ----------
    host : str
    pid : int
    started : str
        When it started, in clock ticks after the system did; empty where the system does not say.

    Examples
    --------
    >>> LoggingProcess.current().is_gone
    False
    """

    host: str
    pid: int
    started: str

    @classmethod
    def current(cls) -> Self:
        """Describe this process."""
        return cls(socket.gethostname(), os.getpid(), _started(os.getpid()))

    @classmethod
    def of(cls, tags: Mapping[str, str]) -> Self | None:
        """Read the tags of a run.

        Returns
        -------
        LoggingProcess or None
            None if something else made the run.
        """
        if not {HOST, PID, STARTED} <= tags.keys():
            return None
        return cls(tags[HOST], int(tags[PID]), tags[STARTED])

    @property
    def tags(self) -> dict[str, str]:
        """Tags of the run that it logs."""
        return {HOST: self.host, PID: str(self.pid), STARTED: self.started}

    @property
    def is_gone(self) -> bool:
        """Whether it has ended for certain; no process of another machine, or of one without /proc, has."""
        if self.host != socket.gethostname() or not self.started:
            return False
        return _started(self.pid) != self.started


def _started(pid: int) -> str:
    """When a process started, by Linux; empty if it has ended."""
    try:
        fields = (_PROCESSES / str(pid) / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()
    except OSError:
        return ""
    state, started = fields[0], fields[19]
    return "" if state in "ZX" else started
