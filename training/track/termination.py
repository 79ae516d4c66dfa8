"""A request to terminate ends a training in order: what is begun is cleaned up first."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def termination_as_exit() -> Iterator[None]:
    """Turn SIGTERM into `SystemExit`, so that ``with`` and ``finally`` are kept to.

    Only the main thread hears signals; in others nothing is changed.

    Examples
    --------
    >>> with termination_as_exit():
    ...     signal.raise_signal(signal.SIGTERM)
    Traceback (most recent call last):
    ...
    SystemExit: 143
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, _exit)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _exit(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + number)
