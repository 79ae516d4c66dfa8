"""A server of a few lines that is sent documents, and says how often and on how many connections."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from benchmarks.load_tool import Address

DOCUMENTS = (b'{"a": 1}', b'{"b": "\xe4\xbd\xa0"}', b"{}")


@dataclass
class Answering:
    """A server that takes its time, and what it was sent on how many connections."""

    status: bytes = b"200 OK"
    takes: float = 0.0
    headers: bytes = b"Content-Length: 2\r\n"
    closes: bool = False
    connections: int = 0
    bodies: list[bytes] = field(default_factory=list)

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        while head := await _head(reader):
            assert head.startswith(b"POST /score?detail=brief HTTP/1.1\r\n")
            length = head.lower().split(b"content-length: ")[1].split(b"\r\n")[0]
            self.bodies.append(await reader.readexactly(int(length)))
            await asyncio.sleep(self.takes)
            if self.closes:
                break
            writer.write(b"HTTP/1.1 " + self.status + b"\r\n" + self.headers + b"\r\nok")
        writer.close()


async def _head(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, ConnectionError):
        return b""


@contextmanager
def served(server: Answering) -> Iterator[Address]:
    """Let it answer in a thread."""
    loop = asyncio.new_event_loop()
    listening = loop.run_until_complete(asyncio.start_server(server.answer, "127.0.0.1", 0))
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield Address(listening.sockets[0].getsockname()[1], "/score?detail=brief", DOCUMENTS)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        listening.close()
        for task in asyncio.all_tasks(loop):
            loop.run_until_complete(task)
        loop.close()
