"""The bodies of requests that are in memory, of all connections together."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from winprob.serving.wire.refusal import Overloaded

MOST_BYTES = 192 << 20
"""Bytes of bodies, together: 64 batches of 3 MiB, as many as wait for their turn."""

FREE_BYTES = 64 << 10
"""Bytes of each body that are not counted: a document is smaller, and is read whatever else is sent."""

RETRY_AFTER = 10
"""Seconds after which a stalled body has been given up: see `winprob.serving.http.pace`."""


class BodiesInFlight:
    """Middleware that refuses a body that there is no memory for, while it is read.

    Parameters
    ----------
    app : ASGI application
        What is answered by; whoever reads the body there is told by `Overloaded`.
    most : int
        Bytes of bodies of requests that are not answered yet.
    """

    def __init__(self, app: ASGIApp, most: int = MOST_BYTES) -> None:
        self._app = app
        self._most = most
        self._taken = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and count what comes of its body."""
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD"):
            await self._app(scope, receive, send)
            return
        size = counted = 0

        async def receive_within_bound() -> Message:
            nonlocal size, counted
            message = await receive()
            size += len(message.get("body", b""))
            more = max(size - FREE_BYTES - counted, 0)
            if self._taken + more > self._most:
                found = f"bodies of {self._most >> 20} MiB are being read or wait already"
                raise Overloaded(found, RETRY_AFTER)
            self._taken += more
            counted += more
            return message

        try:
            await self._app(scope, receive_within_bound, send)
        finally:
            self._taken -= counted
