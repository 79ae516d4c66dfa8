"""Honest clients: what they ask, and how long they wait for it."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median

PATIENCE = 120
"""Seconds after which an honest client takes the server for dead."""

PAUSE = 0.05
"""Seconds between two questions of a client, so that they are no attack themselves."""

CLIENTS = {
    "score": ("POST", "/v1/score"),
    "cached forecast": ("GET", "/v1/forecast"),
    "healthz": ("GET", "/healthz"),
}


@dataclass
class Waits:
    """How long a client waited in seconds, also if in vain, and how often it was refused or not answered."""

    seconds: list[float] = field(default_factory=list)
    refused: int = 0

    def __str__(self) -> str:
        """Write a cell of the table."""
        if not self.seconds:
            return f"none, {self.refused} refused"
        return f"{median(self.seconds):.3f} s, {max(self.seconds):.3f} s, {self.refused}"


class HonestClients:
    """A client for each question.

    Parameters
    ----------
    port : int
        Where the server is, on this machine.
    document : bytes
        What is scored.

    Attributes
    ----------
    waits : dict of str to Waits
    """

    def __init__(self, port: int, document: bytes) -> None:
        self._port, self._document = port, document
        self._over = threading.Event()
        self.waits = {name: Waits() for name in CLIENTS}

    def ask_once(self) -> None:
        """Ask each question beforehand: the forecast is made then.

        Raises
        ------
        RuntimeError
            If one is not answered.
        """
        for name in CLIENTS:
            if (status := self._status(name)) != 200:
                raise RuntimeError(f"{name}: expected 200, found {status}")

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Ask again and again meanwhile."""
        threads = [threading.Thread(target=self._ask, args=(name,)) for name in CLIENTS]
        for thread in threads:
            thread.start()
        time.sleep(0.5)
        try:
            yield
        finally:
            self._over.set()
            for thread in threads:
                thread.join()

    def _ask(self, name: str) -> None:
        waits = self.waits[name]
        while not self._over.is_set():
            start = time.perf_counter()
            status = self._status(name)
            if status != 200:
                waits.refused += 1
            if status is None or status == 200:
                waits.seconds.append(time.perf_counter() - start)
            self._over.wait(PAUSE)

    def _status(self, name: str) -> int | None:
        method, path = CLIENTS[name]
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE)
        try:
            body = self._document if method == "POST" else None
            connection.request(method, path, body, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            answer.read()
            return answer.status
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()
