"""A load tool: sends documents to a server over connections that stay open, and notes how long answers take.

It speaks as much of HTTP/1.1 as the servers need that it is made for, and rotates through the documents, so
that no server answers from memory. `benchmarks.wrk` checks it.
"""

from __future__ import annotations

import asyncio
import math
import re
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count, cycle

import numpy as np


class LoadFailed(Exception):
    """Requests that were not answered with status 200: what was measured means nothing."""


@dataclass(frozen=True)
class Address:
    """Where documents are sent, and which.

    Attributes
    ----------
    port : int
        On this machine.
    path : str
        With its query.
    documents : tuple of bytes
        In JSON, each on one line. They are sent in turn.
    """

    port: int
    path: str
    documents: tuple[bytes, ...]

    def requests(self) -> Iterator[bytes]:
        """Write requests, document after document, without end."""
        head = (
            f"POST {self.path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n"
            "Content-Type: application/json\r\nContent-Length: "
        ).encode()
        return cycle([head + b"%d\r\n\r\n" % len(document) + document for document in self.documents])


@dataclass
class Measured:
    """What was measured of one load.

    Attributes
    ----------
    latencies : list of float
        Seconds, of each answer.
    seconds : float
        From the first request until the last answer.
    """

    latencies: list[float] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def rate(self) -> float:
        """Requests answered in a second."""
        return len(self.latencies) / self.seconds

    def percentile(self, percent: float) -> float:
        """Give the milliseconds within which so many of a hundred answers came.

        Examples
        --------
        >>> Measured([0.001, 0.002, 0.003], seconds=1.0).percentile(50)
        2.0
        """
        return float(np.percentile(self.latencies, percent)) * 1000


def closed_loop(address: Address, connections: int, seconds: float) -> Measured:
    """Send the next document on each connection as soon as the last one is answered.

    Parameters
    ----------
    address : Address
    connections : int
        How many are open.
    seconds : float
        For so long new requests are sent, at least one on each connection; all are waited for.

    Raises
    ------
    LoadFailed
        If any answer is not 200, or a connection is closed.
    """
    return asyncio.run(_drive(address, connections, seconds, None))


def open_loop(address: Address, connections: int, seconds: float, rate: float) -> Measured:
    """Send documents at a steady rate, however long answers take.

    Parameters
    ----------
    address : Address
    connections : int
        So many requests at most are under way. One that is due while all are counts from when it was due.
    seconds : float
        For so long requests are due.
    rate : float
        Requests due in a second.

    Raises
    ------
    LoadFailed
        As `closed_loop`.
    """
    return asyncio.run(_drive(address, connections, seconds, rate))


async def _drive(address: Address, connections: int, seconds: float, rate: float | None) -> Measured:
    opened = [await asyncio.open_connection("127.0.0.1", address.port) for _ in range(connections)]
    measured, failures, requests = Measured(), Counter[str](), address.requests()
    begin = time.perf_counter()
    starts = _at_once(begin, connections, seconds) if rate is None else _steadily(begin, seconds, rate)

    async def work(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for start in starts:
            if (early := start - time.perf_counter()) > 0:
                await asyncio.sleep(early)
                start = time.perf_counter()  # the clock wakes up to a millisecond late: not the server's
            writer.write(next(requests))
            if failure := await _failure(reader):
                failures[failure] += 1
                return
            measured.latencies.append(time.perf_counter() - start)

    await asyncio.gather(*(work(*connection) for connection in opened))
    measured.seconds = time.perf_counter() - begin
    for _, writer in opened:
        writer.close()
    if failures:
        told = "; ".join(f"{times} times {failure}" for failure, times in failures.most_common(3))
        raise LoadFailed(f"{address.path}: expected 200 alone, found {told}")
    return measured


def _at_once(begin: float, connections: int, seconds: float) -> Iterator[float]:
    """When to send, each time a connection is free: now, until the time is over."""
    for number in count():
        now = time.perf_counter()
        if number >= connections and now - begin >= seconds:
            return
        yield now


def _steadily(begin: float, seconds: float, rate: float) -> Iterator[float]:
    """When to send, whether or not a connection is free then."""
    return (begin + number / rate for number in range(math.ceil(seconds * rate)))


async def _failure(reader: asyncio.StreamReader) -> str:
    """Read an answer; says what is wrong with it, nothing if it is as it should be."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"\r\ncontent-length:\s*(\d+)", head, re.IGNORECASE)
        if length is None:
            return "an answer without Content-Length"
        body = await reader.readexactly(int(length[1]))
    except (asyncio.IncompleteReadError, ConnectionError):
        return "a connection that the server closed"
    status = head.split(b" ", 2)[1]
    return "" if status == b"200" else f"status {status.decode()}: {body[:200].decode(errors='replace')}"
