"""The host names that the server answers to.

A page of somebody else's can let its own name point to this machine (DNS rebinding): a browser then takes the
answers for that page's own. The header ``Host`` gives it away.
"""

from __future__ import annotations

import re
import reprlib
from collections.abc import Iterable

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from winprob.features.problem import Problem
from winprob.serving.wire import problems
from winprob.serving.wire.refusal import InvalidHostName, RefusedHost

LOOPBACK = ("localhost", "127.0.0.1", "::1")
NAME = re.compile(r"[a-z0-9._-]+|[0-9a-f:.]*:[0-9a-f:.]*", re.IGNORECASE)
HOST = re.compile(r"(?:\[(?P<address>[^\[\]]+)\]|(?P<name>[^\[\]:]+))(?::\d*)?")


def checked_names(names: Iterable[str]) -> tuple[str, ...]:
    """Check host names.

    Returns
    -------
    tuple of str

    Raises
    ------
    InvalidHostName
        If one of them is none.

    Examples
    --------
    >>> checked_names(["winprob.example.com"])
    ('winprob.example.com',)
    >>> checked_names(["http://winprob.example.com"])
    Traceback (most recent call last):
    ...
    winprob.serving.wire.refusal.InvalidHostName: --allow-host: expected a host name such as...
    """
    names = tuple(names)
    for name in names:
        if not NAME.fullmatch(name):
            expected, remedy = "a host name such as winprob.example.com", "leave out scheme, port and path"
            raise InvalidHostName(Problem("--allow-host", expected, reprlib.repr(name), remedy))
    return names


def host_of(headers: Headers) -> str | None:
    """Give the host name of a request, without a port.

    Returns
    -------
    str or None
        In small letters; None if the header ``Host`` is missing or holds no name.

    Examples
    --------
    >>> host_of(Headers({"host": "[::1]:8000"}))
    '::1'
    """
    parts = HOST.fullmatch(headers.get("host", ""))
    return None if parts is None else _plain(parts["address"] or parts["name"])


class AllowedHosts:
    """Middleware that refuses requests for other host names, with a problem document.

    Parameters
    ----------
    app : ASGI application
        What is answered by.
    names : iterable of str
        The names and addresses that are answered to, without ports.
    """

    def __init__(self, app: ASGIApp, names: Iterable[str]) -> None:
        self._app = app
        self._names = frozenset(map(_plain, names))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] == "http":
            headers = Headers(scope=scope)
            if host_of(headers) not in self._names:
                await problems.answer(RefusedHost(headers.get("host", "")), scope["path"])(
                    scope, receive, send
                )
                return
        await self._app(scope, receive, send)


def _plain(name: str) -> str:
    return name.lower().removesuffix(".")
