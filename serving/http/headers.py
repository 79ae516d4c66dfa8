"""Headers that every answer carries: a browser loads, runs, frames and keeps nothing that it should not."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SECURITY = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'self'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
}
"""Nothing is loaded from elsewhere, and no script runs that stands in a page. Plotly needs styles there."""

CACHE_CONTROL = "no-store"
"""Answers hold a company's figures, and change with its history: unless they say otherwise, none is kept."""


class SecurityHeaders:
    """Middleware that gives the headers to every answer.

    Parameters
    ----------
    app : ASGI application
        What is answered by.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and give the headers to its answer."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(SECURITY)
                headers.setdefault("Cache-Control", CACHE_CONTROL)
            await send(message)

        await self._app(scope, receive, send_with_headers)
