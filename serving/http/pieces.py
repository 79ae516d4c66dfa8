"""Large answers sent piece by piece, so that whoever compresses them lets others have their turn."""

from __future__ import annotations

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

PIECE = 1 << 16
"""64 KiB: compressed in about a millisecond, while the event loop waits."""


class InPieces:
    """Middleware that cuts the body of an answer.

    Parameters
    ----------
    app : ASGIApp
        What is wrapped.

    Examples
    --------
    ``app.add_middleware(InPieces)``
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""

        async def cut(message: Message) -> None:
            body = message.get("body", b"")
            for begin in range(0, len(body) - PIECE, PIECE):
                await send({**message, "body": body[begin : begin + PIECE], "more_body": True})
                await asyncio.sleep(0)
            await send({**message, "body": body[-(len(body) % PIECE or PIECE) :]} if body else message)

        await self._app(scope, receive, cut)
