"""What a connection is refused, and when its work is dropped: the protocol around a small application."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from winprob.serving.http import pace
from winprob.serving.http.connections import SPARE, Connections
from winprob.serving.http.protocol import Protocol

LARGE = 1 << 20
POST = f"POST /work HTTP/1.1\r\nHost: localhost\r\nContent-Length: {LARGE}\r\n\r\n".encode()


class Application:
    """Answers health at once, and all else never."""

    def __init__(self) -> None:
        self.began = asyncio.Queue[str]()
        self.dropped = asyncio.Queue[str]()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == "/healthz":
            start = {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]}
            await send(start)
            await send({"type": "http.response.body", "body": b""})
            return
        while scope["method"] == "POST" and (await receive())["more_body"]:
            pass
        await self.began.put(scope["path"])
        try:
            await asyncio.Event().wait()
        finally:
            await self.dropped.put(scope["path"])


class Host:
    """A server of one protocol, to which connections are opened."""

    def __init__(self, application: Application, connections: Connections, port: int) -> None:
        self.application, self.connections, self.port = application, connections, port
        self._writers: list[asyncio.StreamWriter] = []

    async def send(self, content: bytes) -> asyncio.StreamReader:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        self._writers.append(writer)
        writer.write(content)
        return reader

    async def get(self, path: str) -> asyncio.StreamReader:
        return await self.send(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())

    def close(self, place: int = -1) -> None:
        self._writers[place].close()

    async def check(self, count: int = 1) -> None:
        """Let so many connections be there, and look at all of them."""
        while len(self.connections.connections) < count:
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.05)
        for connection in tuple(self.connections.connections):
            assert isinstance(connection, Protocol)
            connection.check()


def hosted(watch: Callable[[Host], Awaitable[None]], most: int = 100) -> None:
    async def run() -> None:
        application, connections = Application(), Connections(most)
        config = uvicorn.Config(application, http=Protocol, log_config=None, access_log=False)
        server = await asyncio.get_running_loop().create_server(
            lambda: Protocol(config, connections, {}), "127.0.0.1", 0
        )
        host = Host(application, connections, server.sockets[0].getsockname()[1])
        try:
            await asyncio.wait_for(watch(host), 30)
        finally:
            for place in range(len(host._writers)):
                host.close(place)
            server.close()
            await asyncio.sleep(0.05)

    asyncio.run(run())


@pytest.mark.parametrize("content", [b"GET /work HTTP/1.1\r\nHost: localhost\r\n\r\n", POST + bytes(LARGE)])
def test_work_is_dropped_when_its_client_goes(content: bytes) -> None:
    async def watch(host: Host) -> None:
        await host.send(content)
        assert await host.application.began.get() == "/work"
        host.close()
        assert await host.application.dropped.get() == "/work"

    hosted(watch)


def test_nothing_is_dropped_when_the_answer_is_there() -> None:
    async def watch(host: Host) -> None:
        reader = await host.get("/healthz")
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200")
        host.close()
        await asyncio.sleep(0.05)
        assert host.application.dropped.empty()

    hosted(watch)


def test_while_all_places_are_at_work_health_is_told_and_all_else_refused() -> None:
    async def watch(host: Host) -> None:
        for _ in range(2):
            await host.get("/work")
            await host.application.began.get()
        healthy = await (await host.get("/healthz")).readuntil(b"\r\n\r\n")
        assert healthy.startswith(b"HTTP/1.1 200")
        refused = await (await host.get("/work")).read()
        assert refused.startswith(b"HTTP/1.1 503")
        assert b"retry-after: 5\r\n" in refused
        assert b"urn:problem-type:winprob:overloaded" in refused
        assert b"2 connections are open" in refused
        assert host.application.began.empty()

    hosted(watch, most=2)


def test_beyond_all_places_connections_are_closed() -> None:
    async def watch(host: Host) -> None:
        await host.get("/work")
        await host.application.began.get()
        host.connections.most = -SPARE
        reader = await host.get("/healthz")
        with suppress(ConnectionResetError):
            assert await reader.read() == b""
        assert len(host.connections.connections) == 1

    hosted(watch)


def test_the_oldest_that_has_not_asked_makes_place() -> None:
    async def watch(host: Host) -> None:
        idle = await host.send(b"GET /healthz HTTP/1.1\r\nHos")
        await host.check(1)
        for _ in range(3):
            assert (await (await host.get("/healthz")).readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200")
        with suppress(ConnectionResetError):
            assert await idle.read() == b""

    hosted(watch, most=2)


@pytest.mark.parametrize("content", [b"GET /work HTTP/1.1\r\nHos", b"", POST + b"half"])
def test_who_takes_too_long_is_told(content: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "HEAD_SECONDS", 0.01)
    monkeypatch.setattr(pace, "SILENT_SECONDS", 0.01)

    async def watch(host: Host) -> None:
        reader = await host.send(content)
        await host.check()
        told = await reader.read()
        assert told.startswith(b"HTTP/1.1 408 Request Timeout")
        assert b"urn:problem-type:winprob:too-slow" in told

    hosted(watch)


def test_who_waits_for_an_answer_or_between_two_is_not_hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "HEAD_SECONDS", 0.01)
    monkeypatch.setattr(pace, "SILENT_SECONDS", 0.01)

    async def watch(host: Host) -> None:
        await host.get("/work")
        await host.application.began.get()
        between = await host.get("/healthz")
        await between.readuntil(b"\r\n\r\n")
        await host.check(2)
        await asyncio.sleep(0.05)
        assert len(host.connections.connections) == 2

    hosted(watch)
