"""The process of a server: how much memory it takes, and what it does when nobody asks any more."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psutil

IDLE = 0.05
"""Share of a core below which a server has nothing to do."""

LONGEST = 180
"""Seconds in which a server has to come to rest."""


class WatchedProcess:
    """A process with its children.

    Parameters
    ----------
    process : psutil.Process

    Attributes
    ----------
    most_memory : int
        Bytes resident at most while it was watched.
    seconds_after : float
        Processor time from the end of the attack until it came to rest.
    """

    def __init__(self, process: psutil.Process) -> None:
        self._process = process
        self._begin = 0.0
        self.most_memory = 0
        self.seconds_after = 0.0

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Look at the memory ten times a second meanwhile."""
        over = threading.Event()

        def look() -> None:
            while not over.wait(0.1):
                self.most_memory = max(self.most_memory, self._process.memory_info().rss)

        thread = threading.Thread(target=look)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def attack_is_over(self) -> None:
        """Count the processor time from now on."""
        self._begin = self._seconds()

    def settle(self) -> None:
        """Wait until it is idle, for three seconds at least."""
        before = self._seconds()
        for second in range(LONGEST):
            time.sleep(1)
            now = self._seconds()
            if second > 1 and now - before < IDLE:
                break
            before = now
        self.seconds_after = now - self._begin

    def _seconds(self) -> float:
        times = self._process.cpu_times()
        return float(times.user + times.system)


def process_on(port: int) -> psutil.Process:
    """Find the process that listens on a port.

    Raises
    ------
    LookupError
        If nobody does.
    """
    for connection in psutil.net_connections("tcp"):
        if connection.laddr.port == port and connection.status == psutil.CONN_LISTEN and connection.pid:
            return psutil.Process(connection.pid)
    raise LookupError(f"port {port}: expected a process that listens, found none")
