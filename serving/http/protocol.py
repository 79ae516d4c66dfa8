"""HTTP/1.1 as uvicorn speaks it, with limits: of connections, and of the time that clients take."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import Any, cast

import h11
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from winprob.serving.http.connections import Connections, Place
from winprob.serving.http.headers import CACHE_CONTROL, SECURITY
from winprob.serving.http.pace import Pace
from winprob.serving.wire import problems
from winprob.serving.wire.refusal import MalformedRequest, Overloaded, TooSlow

HEADERS = SECURITY | {"Cache-Control": CACHE_CONTROL, "Connection": "close"}

READ_AT_ONCE = 64 << 10
"""Bytes that are read of a connection before others get their turn, in place of asyncio's 256 KiB: while many
send large bodies, health is told within milliseconds all the same."""

HEALTH = ("/healthz", "/readyz")
"""What is answered however many connections there are."""


class Protocol(H11Protocol):
    """A connection; what cannot be read, comes too slowly or is too much is refused before the application.

    Work is dropped when its client has gone: the task that answers is cancelled.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._pace = Pace()
        self._shared = cast(Connections, self.server_state)
        self._application, self.app = self.app, self._answer
        self._answering: asyncio.Task[Any] | None = None
        self._place = Place.NONE

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a place, or close at once if there is none."""
        transport.max_size = READ_AT_ONCE  # type: ignore[attr-defined]
        super().connection_made(transport)
        self._pace.begin(self.loop.time())
        self._place = self._shared.place_for(self)
        if self._place is Place.NONE:
            transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Drop what is being done for a client that has gone."""
        super().connection_lost(exc)
        self._shared.has_sent(self)
        if self._answering is not None and not self.cycle.response_complete:
            self._answering.cancel()

    def data_received(self, data: bytes) -> None:
        """Read, and go on reading after the request: else it would not be seen that the client has gone."""
        self._pace.received(len(data), self.loop.time())
        super().data_received(data)
        if self._is_sending:
            return
        self._shared.has_sent(self)
        if not self.conn.trailing_data[0]:
            self.flow.resume_reading()

    def on_response_complete(self) -> None:
        """Wait for the next request, which has its own time."""
        self._pace.begin(self.loop.time(), idle=True)
        if not self.transport.is_closing():
            self._shared.sends(self, self._place)
        super().on_response_complete()  # begins with the next request, if that is there already
        if not self._is_sending:
            self._shared.has_sent(self)

    def give_way(self) -> None:
        """Make place for a newer connection."""
        self.transport.abort()

    def check(self) -> None:
        """Close the connection if its client takes too long to send a request, or to take an answer."""
        now, unsent = self.loop.time(), self.transport.get_write_buffer_size()
        if self._pace.is_stuck(unsent, now):
            self.transport.abort()
        elif self._is_sending and not unsent and not self.flow.read_paused:
            in_body = self.cycle is not None and not self.cycle.response_complete
            if self._pace.body_is_late(now) if in_body else self._pace.head_is_late(now):
                self._refuse(TooSlow())

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002
        """Refuse what cannot be read as a request, and close the connection.

        Parameters
        ----------
        msg : str
            What uvicorn would say.
        """
        self._refuse(MalformedRequest())

    @property
    def _is_sending(self) -> bool:
        """Whether it is the client's turn: no request is there yet, or not all of its body."""
        return self.cycle is None or self.cycle.response_complete or self.cycle.more_body

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._place is Place.HEALTH and scope["path"] not in HEALTH:
            self.cycle.keep_alive = False
            refused = Overloaded(f"{self._shared.most} connections are open", retry_after=5)
            answer = problems.answer(refused, scope["path"])
            answer.headers.update(HEADERS)
            await answer(scope, receive, send)
            return
        self._answering = asyncio.current_task()
        try:
            await self._application(scope, receive, send)
        except asyncio.CancelledError:
            if not self.cycle.disconnected:
                raise
        finally:
            self._answering = None

    def _refuse(self, error: Exception) -> None:
        # An answer may be under way on the same connection: then only closing is left.
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            answer = problems.answer(error, "")
            answer.headers.update(HEADERS)
            status = HTTPStatus(answer.status_code)
            start = h11.Response(
                status_code=status, headers=answer.raw_headers, reason=status.phrase.encode()
            )
            for event in (start, h11.Data(data=bytes(answer.body)), h11.EndOfMessage()):
                self.transport.write(self.conn.send(event) or b"")
        self.transport.close()
