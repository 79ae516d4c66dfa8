"""The process that starts workers, hands connections to them in turn, and starts anew what has died."""

from __future__ import annotations

import errno
import logging
import os
import selectors
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from types import FrameType

from winprob.serving.follow.following import LOOK

PATIENCE = 9
"""Seconds that workers are given to end: each ends by itself within them, and all is over within 10."""

LOOK_EVERY = 0.2
"""Seconds between two looks at whether to stop, or whether a worker is to be started."""

PAUSE = 1
"""Seconds before a worker that died is started anew: one that dies at once must not take all the time."""

ACCEPTED_AT_ONCE = 64
"""Connections that are handed on before workers are looked after."""

logger = logging.getLogger(__name__)


@dataclass(eq=False)
class Hired:
    """A worker, as the supervisor knows it."""

    pid: int
    channel: socket.socket
    is_ready: bool = False


class Supervisor:
    """Keeps workers at work.

    The kernel would share connections out by chance, so that of two workers one may get nearly all; handed on
    in turn, each gets as many as any other.

    Parameters
    ----------
    listener : socket.socket
        Where connections come from.
    count : int
        How many workers there are.
    work : callable
        What a worker does, with its end of a channel over which connections come. It is forked, so that it
        shares memory with this process, where no thread may be at work.
    announce : callable
        Called once all workers are ready for the first time.
    """

    def __init__(
        self,
        listener: socket.socket,
        count: int,
        work: Callable[[socket.socket], None],
        announce: Callable[[], None],
    ) -> None:
        self._listener, self._count, self._work, self._announce = listener, count, work, announce
        self._selector = selectors.DefaultSelector()
        self._workers: list[Hired] = []
        self._next_start = 0.0
        self._turn = 0
        self._announced = False
        self._told_to_stop: signal.Signals | None = None

    def run(self) -> signal.Signals:
        """Work until the process is told to stop (SIGINT or SIGTERM), then end all workers.

        Returns
        -------
        signal.Signals
            How it was told.
        """
        self._listener.setblocking(False)
        self._selector.register(self._listener, selectors.EVENT_READ, None)
        with self._watching_signals():
            while self._told_to_stop is None:
                if len(self._workers) < self._count and time.monotonic() >= self._next_start:
                    self._start()
                    continue
                for key, _ in self._selector.select(LOOK_EVERY):
                    if key.data is None:
                        self._hand_on()
                    else:
                        self._hear(key.data)
            self._end()
        return self._told_to_stop

    def _start(self) -> None:
        channel, other_end = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        pid = os.fork()
        if pid == 0:
            self._be_worker(channel, other_end)
        other_end.close()
        channel.setblocking(False)
        worker = Hired(pid, channel)
        self._workers.append(worker)
        self._selector.register(channel, selectors.EVENT_READ, worker)

    def _be_worker(self, channel: socket.socket, other_end: socket.socket) -> None:
        """Work, in the new process, and end it whatever happens."""
        status = 1
        try:
            for each in (signal.SIGINT, signal.SIGTERM):
                signal.signal(each, signal.SIG_DFL)
            self._selector.close()
            for mine in (self._listener, channel, *(worker.channel for worker in self._workers)):
                mine.close()
            self._work(other_end)
            status = 0
        except BaseException:
            logger.exception("A worker has failed")
        finally:
            os._exit(status)  # what is to be done at the end is the supervisor's to do

    def _hand_on(self) -> None:
        """Give each new connection to the next worker that takes it."""
        if not self._workers:
            time.sleep(LOOK_EVERY)  # connections wait where they are until a worker is started
            return
        for _ in range(ACCEPTED_AT_ONCE):
            try:
                connection, _ = self._listener.accept()
            except OSError as error:
                if error.errno in (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM):
                    time.sleep(LOOK_EVERY)  # they wait where they are until there are resources again
                return
            with connection:
                for _ in self._workers:
                    self._turn = (self._turn + 1) % len(self._workers)
                    worker = self._workers[self._turn]
                    with suppress(OSError):  # it is gone, or has not taken over what it was given before
                        socket.send_fds(worker.channel, [b"c"], [connection.fileno()])
                        break

    def _hear(self, worker: Hired) -> None:
        try:
            told = worker.channel.recv(16)
        except OSError:
            told = b""
        if told == LOOK:
            for other in self._workers:
                if other is not worker:
                    with suppress(OSError):  # it is gone, or has not heard what it was told before
                        other.channel.send(LOOK)
            return
        if told:
            worker.is_ready = True
            if not self._announced and sum(each.is_ready for each in self._workers) == self._count:
                self._announced = True
                self._announce()
            return
        self._selector.unregister(worker.channel)
        worker.channel.close()
        self._workers.remove(worker)
        _, status = os.waitpid(worker.pid, 0)
        self._next_start = time.monotonic() + PAUSE
        if self._told_to_stop is None:
            code = os.waitstatus_to_exitcode(status)
            logger.warning("Worker %s has ended with status %s; another is started", worker.pid, code)

    def _end(self) -> None:
        self._listener.close()
        for worker in self._workers:
            os.kill(worker.pid, signal.SIGTERM)
        until = time.monotonic() + PATIENCE
        while self._workers and time.monotonic() < until:
            self._workers = [worker for worker in self._workers if os.waitpid(worker.pid, os.WNOHANG)[0] == 0]
            time.sleep(0.05)
        for worker in self._workers:
            os.kill(worker.pid, signal.SIGKILL)
            os.waitpid(worker.pid, 0)

    @contextmanager
    def _watching_signals(self) -> Iterator[None]:
        def stop(number: int, _: FrameType | None) -> None:
            self._told_to_stop = signal.Signals(number)

        before = {each: signal.signal(each, stop) for each in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for each, handler in before.items():
                signal.signal(each, handler)
