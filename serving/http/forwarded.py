"""What a proxy tells of a request: under which path, for whom and by which scheme it was made."""

from __future__ import annotations

from collections.abc import Collection
from typing import cast

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from winprob.serving.http.prefix import checked_prefix
from winprob.serving.wire import problems
from winprob.serving.wire.refusal import InvalidPrefix

HEADER = "X-Forwarded-Prefix"


class Forwarded:
    """Middleware that takes the ``X-Forwarded-`` headers of allowed proxies, and of nobody else.

    ``X-Forwarded-Prefix`` goes before the prefix of the settings. A proxy may take the prefix off the path or
    leave it there: the application is given the path with it, as ASGI has it.

    Parameters
    ----------
    app : ASGI application
        What is answered by.
    prefix : str
        The prefix where no proxy names one.
    proxies : str
        Addresses and networks of the proxies that are believed, with commas; ``*`` is everybody.
    taken : collection of str
        First segments of the application's own paths.
    """

    def __init__(self, app: ASGIApp, prefix: str, proxies: str, taken: Collection[str]) -> None:
        self._app = ProxyHeadersMiddleware(app, proxies)  # type: ignore[arg-type]
        self._prefix = prefix
        self._taken = taken

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take the headers into account and pass the request on."""
        if scope["type"] == "http":
            try:
                prefix = self._prefix_of(scope)
            except InvalidPrefix as error:
                await problems.answer(error, scope["path"])(scope, receive, send)
                return
            scope["root_path"] = prefix
            if not f"{scope['path']}/".startswith(f"{prefix}/"):
                scope["path"] = prefix + scope["path"]
        # Last, since it replaces the proxy's address by that of the proxy's client.
        await cast(ASGIApp, self._app)(scope, receive, send)

    def _prefix_of(self, scope: Scope) -> str:
        client = scope["client"]
        named = Headers(scope=scope).getlist(HEADER)
        if not named or client is None or client[0] not in self._app.trusted_hosts:
            return self._prefix
        return checked_prefix(", ".join(named), f"header {HEADER}", self._taken)
