"""The server process: listen, load, announce, and stop gracefully."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from ipaddress import ip_address
from typing import cast

import uvicorn
from fastapi import FastAPI

from winprob.features.mistake import Mistake
from winprob.serving.app import create_app
from winprob.serving.http.connections import Connections
from winprob.serving.http.protocol import Protocol
from winprob.serving.load import child
from winprob.serving.service import Service
from winprob.serving.settings import Settings

PATIENCE = 7
"""Seconds that requests under way are given once the server is told to stop: it ends within 10."""

ACCEPTED_AT_ONCE = 16
"""Connections that are accepted before others are closed for them: meanwhile so many more files are open."""

WAITING_TO_BE_ACCEPTED = 1024
"""Connections that the system keeps until they are accepted: who finds no place there waits for seconds."""

SWITCH_INTERVAL = 0.001
"""Seconds that a thread keeps the interpreter from others that want it: the event loop needs it several times
for an answer, and Python's own 5 ms each time would add up."""

logger = logging.getLogger(__name__)

UNPROTECTED = (
    "%s is open to other machines and nothing protects it yet, neither authentication nor TLS: "
    "leave out --host, or see to it that only a proxy that has both can reach it"
)


class UnusableAddress(Mistake):
    """An address that cannot be listened on: says why and what to do."""


class Server(uvicorn.Server):
    """Serves an application, and stops by itself if its model or its history cannot be loaded.

    Parameters
    ----------
    app : FastAPI
        Made by `create_app`.
    address : str
        Where it is reached, such as ``http://127.0.0.1:8000``.
    announce : callable
        Called with `address` once the model and the history are loaded.

    Attributes
    ----------
    failure : BaseException, optional
        Why they could not be loaded.
    """

    def __init__(self, app: FastAPI, address: str, announce: Callable[[str], None]) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                http=Protocol,
                ws="none",
                log_level="error",  # else each malformed request writes a line: anybody could fill the log
                backlog=ACCEPTED_AT_ONCE,
                access_log=False,
                proxy_headers=False,  # the application sees to them: it has to know who the proxy is
                timeout_graceful_shutdown=PATIENCE,
                lifespan="on",
            )
        )
        self.server_state: Connections = Connections()
        self.failure: BaseException | None = None
        self._app = app
        self._address = address
        self._announce = announce

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen, and wait for the model and the history beside it.

        Parameters
        ----------
        sockets : list of socket.socket, optional
            Where to listen.
        """
        await super().startup(sockets)
        for listener in sockets or ():
            listener.listen(WAITING_TO_BE_ACCEPTED)
        service: Service = self._app.state.service
        service.opening.add_done_callback(self._opened)
        self._app.state.following.after_swap = _keep

    async def on_tick(self, counter: int) -> bool:
        """Look every second whether clients take too long.

        Parameters
        ----------
        counter : int
            Tenths of a second.

        Returns
        -------
        bool
            Whether to stop.
        """
        if counter % 10 == 0:
            for connection in tuple(self.server_state.connections):
                cast(Protocol, connection).check()
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop listening, wait for requests under way, though not for long, and end the children.

        Parameters
        ----------
        sockets : list of socket.socket, optional
            Where it listens.
        """
        service: Service = self._app.state.service
        service.opening.cancel()
        self._app.state.following.stop()
        child.end_all()
        await super().shutdown(sockets)
        child.end_all()  # whatever was started in the meantime

    def _opened(self, opening: asyncio.Task[None]) -> None:
        if opening.cancelled():
            return
        self.failure = opening.exception()
        if self.failure is not None:
            self.should_exit = True
            return
        _keep()
        for notice in self._app.state.service.engines.notices:
            logger.warning("%s", notice)
        self._announce(self._address)


def _keep() -> None:
    """Take what is there now as there to stay: else collecting garbage looks through it again and again.

    What was kept before and is needed no more, such as a model that was replaced, is let go first.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()


def serve(settings: Settings, announce: Callable[[str], None]) -> None:
    """Serve until the process is told to stop (SIGINT or SIGTERM); requests under way are answered first.

    It ends within 10 s, whatever is under way: what is not answered by then is refused.

    Parameters
    ----------
    settings : Settings
    announce : callable
        Called with the address, such as ``http://127.0.0.1:8000``, once the model is loaded.

    Raises
    ------
    UnusableAddress
        If the address cannot be listened on.
    winprob.serving.wire.refusal.InvalidPrefix, winprob.serving.wire.refusal.InvalidHostName
        If the settings name a path or a host that is none.
    winprob.models.bundle.bundle.InvalidBundle, winprob.serving.load.fetch.ModelNotFetched
        If the model cannot be loaded.
    winprob.features.mistake.Mistake
        If the history cannot be used.

    Examples
    --------
    ``serve(Settings(model="bundle/"), print)``
    """
    with _listen(settings) as listener:
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        app = create_app(settings)
        address = f"http://{host}:{listener.getsockname()[1]}"
        if not ip_address(listener.getsockname()[0]).is_loopback:
            logger.warning(UNPROTECTED, address)
        sys.setswitchinterval(SWITCH_INTERVAL)
        server = Server(app, address + settings.root_path.rstrip("/"), announce)
        with suppress(KeyboardInterrupt):
            server.run(sockets=[listener])
    if server.failure is not None:
        raise server.failure
    if app.state.service.at_work:
        sys.stdout.flush()
        os._exit(1)  # Python itself would wait for threads that cannot be ended


def _listen(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    # Said to be TCP, so that asyncio sends every answer at once: without it each waits 40 ms for company.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if settings.port not in range(2**16):
            raise OSError("ports are 0 to 65535")
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((settings.host, settings.port))
        listener.listen()
    except OSError as error:
        listener.close()
        raise UnusableAddress(
            f"{settings.host}:{settings.port}: expected a free address of this machine, found: {error}; "
            "choose another host or port, or stop what listens there"
        ) from error
    return listener
