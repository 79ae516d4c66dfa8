"""Ways to overload the service, as clients do by intent or by mistake."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import partial

from winprob.serving.routes.scores import BATCH_BYTES

PATIENCE = 300
"""Seconds that an attacker waits for an answer."""

BY_WEEK = "/v1/forecast?by=week&periods=53&group=customer_id&as_of="
BY_MONTH = "/v1/forecast?by=month&periods=12&group=customer_id&as_of="


@dataclass(frozen=True)
class Target:
    """A server to attack, and documents to send in batches.

    Attributes
    ----------
    port : int
        On this machine.
    documents : list of bytes
        In JSON.
    """

    port: int
    documents: list[bytes]

    def connect(self) -> socket.socket:
        """Open a connection."""
        return socket.create_connection(("127.0.0.1", self.port), PATIENCE)

    def post(self, size: int) -> bytes:
        """Write the head of a batch of so many bytes."""
        head = f"POST /v1/score/batch HTTP/1.1\r\nHost: localhost:{self.port}\r\nConnection: close\r\n"
        return f"{head}Content-Type: application/json\r\nContent-Length: {size}\r\n\r\n".encode()

    @property
    def batch(self) -> bytes:
        """A request with all documents."""
        body = b'{"documents": [' + b",".join(self.documents) + b"]}"
        return self.post(len(body)) + body

    def get(self, path: str) -> bytes:
        """Write a request for a path."""
        return f"GET {path} HTTP/1.1\r\nHost: localhost:{self.port}\r\nConnection: close\r\n\r\n".encode()


def batches(count: int, target: Target, seconds: float) -> None:
    """Keep so many batches at work."""
    until = time.monotonic() + seconds

    def work(_: int) -> None:
        while time.monotonic() < until:
            with suppress(OSError), target.connect() as connection:
                connection.sendall(target.batch)
                answer = connection.makefile("rb").read()
                if answer.startswith(b"HTTP/1.1 503"):
                    time.sleep(1)  # as told by Retry-After at least

    with ThreadPoolExecutor(count) as threads:
        list(threads.map(work, range(count)))


def batches_left(target: Target, _: float) -> None:
    """Send 20 batches, and leave before they are answered."""
    with ExitStack() as stack:
        for _ in range(20):
            connection = stack.enter_context(target.connect())
            with suppress(OSError):
                connection.sendall(target.batch)
        time.sleep(1)


def forecasts(path: str, target: Target, _: float) -> None:
    """Ask for two costly forecasts, seen from two moments."""

    def work(day: str) -> None:
        with suppress(OSError), target.connect() as connection:
            connection.sendall(target.get(path + day))
            connection.makefile("rb").read()

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(work, ("2025-09-30", "2025-10-31")))


def nothing(_: Target, seconds: float) -> None:
    """Leave the server to its honest clients."""
    time.sleep(seconds)


def stalled_bodies(target: Target, seconds: float) -> None:
    """Send 100 bodies of 8 MiB without the last byte."""
    sent = target.post(BATCH_BYTES) + b"[" * (BATCH_BYTES - 1)
    with _many(target, 100) as connections:

        def send(connection: socket.socket) -> None:
            with suppress(OSError):
                connection.sendall(sent)

        with ThreadPoolExecutor(10) as threads:
            list(threads.map(send, connections))
        time.sleep(seconds)


def half_open(target: Target, seconds: float) -> None:
    """Hold 1,100 connections that send half of a request."""
    with _many(target, 1100) as connections:
        for connection in connections:
            with suppress(OSError):
                connection.sendall(b"GET /healthz HTTP/1.1\r\nHos")
        time.sleep(seconds)


@contextmanager
def _many(target: Target, count: int) -> Iterator[list[socket.socket]]:
    with ExitStack() as stack:
        connections = []
        for _ in range(count):
            with suppress(OSError):
                connections.append(stack.enter_context(target.connect()))
        yield connections


ATTACKS: dict[str, Callable[[Target, float], None]] = {
    "none": nothing,
    "4 batches": partial(batches, 4),
    "16 batches": partial(batches, 16),
    "20 batches left": batches_left,
    "forecasts by week": partial(forecasts, BY_WEEK),
    "forecasts by month": partial(forecasts, BY_MONTH),
    "stalled bodies": stalled_bodies,
    "half-open": half_open,
}
