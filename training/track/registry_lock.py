"""One training at a time writes to a registry that is a file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from filelock import FileLock, Timeout

from winprob.features.mistake import Mistake
from winprob.models.registry.tracking_uri import database_file

PATIENCE = 600
"""Seconds to wait for another training that is logging, which takes a minute at most."""


@contextmanager
def registry_lock(uri: str) -> Iterator[None]:
    """Hold the lock of a registry; the operating system frees it if the process ends, however that happens.

    A registry on a server has none: there, only the alias is read again (see
    `winprob.training.track.tracking.log`).

    Parameters
    ----------
    uri : str
        The registry's address.

    Raises
    ------
    winprob.features.mistake.Mistake
        If another process does not let go of it.

    Examples
    --------
    ``with registry_lock("sqlite:///mlruns/mlflow.db"): ...``
    """
    file = database_file(uri)
    if file is None:
        yield
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(file.with_name(f"{file.name}.lock"), timeout=PATIENCE)
    try:
        lock.acquire()
    except Timeout as error:
        raise Mistake(
            f"{lock.lock_file}: expected that another training ends its logging within {PATIENCE} s, found "
            "it still at work; end it, or try again later"
        ) from error
    try:
        yield
    finally:
        lock.release()
