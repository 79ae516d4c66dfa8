"""The server process: listen, load, announce, and stop gracefully."""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from ipaddress import ip_address

from threadpoolctl import threadpool_limits

from winprob.features.mistake import Mistake
from winprob.serving.app import create_app, prepare
from winprob.serving.engines import Engines
from winprob.serving.follow.follower import Follower
from winprob.serving.server import WAITING_TO_BE_ACCEPTED, Server, keep
from winprob.serving.settings import Settings
from winprob.serving.supervisor import Supervisor
from winprob.serving.worker import Worker

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
    with _listen(settings) as listener, suppress(KeyboardInterrupt):
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        address = f"http://{host}:{listener.getsockname()[1]}"
        if not ip_address(listener.getsockname()[0]).is_loopback:
            logger.warning(UNPROTECTED, address)
        sys.setswitchinterval(SWITCH_INTERVAL)
        answer = _answer_alone if settings.workers == 1 else _answer_by_workers
        answer(settings, listener, partial(announce, address + settings.root_path.rstrip("/")))


def _answer_alone(settings: Settings, listener: socket.socket, announce: Callable[[], None]) -> None:
    app = create_app(settings)

    def opened() -> None:
        _tell(app.state.service.engines)
        announce()

    server = Server(app, opened)
    with suppress(KeyboardInterrupt):
        server.run(sockets=[listener])
    if server.failure is not None:
        raise server.failure
    if app.state.service.at_work:
        sys.stdout.flush()
        os._exit(1)  # Python itself would wait for threads that cannot be ended


def _answer_by_workers(settings: Settings, listener: socket.socket, announce: Callable[[], None]) -> None:
    follower = Follower.of(settings)
    app = create_app(settings, follower)
    listener.listen(WAITING_TO_BE_ACCEPTED)
    # Threads of OpenMP do not live on in a process that is forked, and it would wait for them for ever.
    with threadpool_limits(1):
        engines = follower.open()
        prepare(settings, engines)
    _tell(engines)
    keep()

    def work(channel: socket.socket) -> None:
        worker = Worker(app, channel)
        with suppress(KeyboardInterrupt):
            worker.run(sockets=[])
        if worker.failure is not None:
            raise worker.failure

    told = Supervisor(listener, settings.workers, work, announce).run()
    if told is signal.SIGTERM:
        signal.raise_signal(told)


def _tell(engines: Engines) -> None:
    for notice in engines.notices:
        logger.warning("%s", notice)


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
