"""One of several processes that answer: its connections come from the process that started it."""

from __future__ import annotations

import asyncio
import gc
import socket
from contextlib import suppress
from functools import partial
from typing import cast

from fastapi import FastAPI

from winprob.serving.follow.following import LOOK, Following
from winprob.serving.server import Server

MOST_AT_ONCE = 16
"""Connections that are taken over at once."""


class Worker(Server):
    """Serves over connections that a `Supervisor` has accepted.

    Parameters
    ----------
    app : FastAPI
        Made by `create_app`, with a follower that has opened already.
    channel : socket.socket
        Connections come over it, and it is told once they can be answered. When it ends, the worker does.
    """

    def __init__(self, app: FastAPI, channel: socket.socket) -> None:
        super().__init__(app, partial(self._tell, b"ready"))
        self._channel, self._app = channel, app

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to take connections over.

        Parameters
        ----------
        sockets : list of socket.socket, optional
            As uvicorn hands them over: a worker listens nowhere.
        """
        await super().startup(sockets or [])
        self._channel.setblocking(False)
        asyncio.get_running_loop().add_reader(self._channel, self._take_over)
        self._following.tell_others = partial(self._tell, LOOK)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take nothing more over, and end as `Server` does.

        Parameters
        ----------
        sockets : list of socket.socket, optional
            As for `startup`.
        """
        asyncio.get_running_loop().remove_reader(self._channel)
        await super().shutdown(sockets)

    def keep(self) -> None:
        """Take what was there at the start as there to stay, without touching it: others share it."""
        gc.freeze()

    def _tell(self, what: bytes) -> None:
        with suppress(OSError):  # whoever would hear it is gone
            self._channel.send(what)

    @property
    def _following(self) -> Following:
        return cast(Following, self._app.state.following)

    def _take_over(self) -> None:
        try:
            told, files, _, _ = socket.recv_fds(self._channel, len(LOOK), MOST_AT_ONCE)
        except BlockingIOError:
            return
        except OSError:
            told, files = b"", []
        if not told:
            asyncio.get_running_loop().remove_reader(self._channel)
            self.should_exit = True
        if told == LOOK:
            self._following.look()
        for file in files:
            self.take_over(socket.socket(fileno=file))
