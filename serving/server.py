"""The server around an application: its limits, what happens once it is loaded, and how it stops."""

from __future__ import annotations

import asyncio
import gc
import socket
from collections.abc import Callable
from typing import Any, cast

import uvicorn
from fastapi import FastAPI

from winprob.serving.http.connections import Connections
from winprob.serving.http.protocol import Protocol
from winprob.serving.load import child
from winprob.serving.service import Service

PATIENCE = 7
"""Seconds that requests under way are given once the server is told to stop: it ends within 10."""

ACCEPTED_AT_ONCE = 16
"""Connections that are accepted before others are closed for them: meanwhile so many more files are open."""

WAITING_TO_BE_ACCEPTED = 1024
"""Connections that the system keeps until they are accepted: who finds no place there waits for seconds."""


class Server(uvicorn.Server):
    """Serves an application, and stops by itself if its model or its history cannot be loaded.

    Parameters
    ----------
    app : FastAPI
        Made by `create_app`.
    announce : callable
        Called once the model and the history are loaded.

    Attributes
    ----------
    failure : BaseException, optional
        Why they could not be loaded.
    """

    def __init__(self, app: FastAPI, announce: Callable[[], None]) -> None:
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
        self._taking_over: set[asyncio.Task[Any]] = set()
        self._app = app
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
        self._app.state.following.after_swap = keep

    def take_over(self, connection: socket.socket) -> None:
        """Serve a connection that somebody else has accepted.

        Parameters
        ----------
        connection : socket.socket
        """
        loop = asyncio.get_running_loop()
        task = loop.create_task(loop.connect_accepted_socket(self._protocol, connection))
        self._taking_over.add(task)
        task.add_done_callback(self._taking_over.discard)

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

    def keep(self) -> None:
        """Take what is loaded as there to stay."""
        keep()

    def _protocol(self) -> Protocol:
        return Protocol(self.config, self.server_state, self.lifespan.state)

    def _opened(self, opening: asyncio.Task[None]) -> None:
        if opening.cancelled():
            return
        self.failure = opening.exception()
        if self.failure is not None:
            self.should_exit = True
            return
        self.keep()
        self._announce()


def keep() -> None:
    """Take what is there now as there to stay: else collecting garbage looks through it again and again.

    What was kept before and is needed no more, such as a model that was replaced, is let go first.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
