"""What a request is told whose answer is not ready when the server stops."""

from __future__ import annotations

from asyncio import CancelledError

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from winprob.serving.wire import problems
from winprob.serving.wire.refusal import Stopping


class AnswersWhenStopping:
    """Middleware that answers a request with a problem document when its task is cancelled.

    Parameters
    ----------
    app : ASGI application
        What is answered by.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        started = False

        async def watch(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receive, watch)
        except CancelledError:
            if scope["type"] != "http":
                raise
            if not started:
                await problems.answer(Stopping(), scope["path"])(scope, receive, send)
