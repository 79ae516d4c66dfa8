"""A model that was trained and could not be logged is kept in a folder."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from winprob.features.durable import NotWritten
from winprob.features.mistake import Mistake
from winprob.models.bundle.bundle import Bundle
from winprob.models.registry.access import reason


class NotLogged(Mistake):
    """A model that could not be logged: says why, and where it is kept."""


@contextmanager
def kept_if_not_logged(bundle: Bundle) -> Iterator[None]:
    """Keep a bundle as a folder if logging it fails.

    Raises
    ------
    NotLogged
        If logging failed. The folder lies in the current one, or where that cannot be written to among the
        system's temporary files.

    Examples
    --------
    ``with kept_if_not_logged(trained.bundle): log(trained)``
    """
    try:
        yield
    except Exception as error:
        folder = _keep(bundle)
        raise NotLogged(
            f"{reason(error)}\nThe model is trained, but not logged. It is kept in {folder}: serve it with "
            f"winprob serve --model {folder}"
        ) from error


def _keep(bundle: Bundle) -> Path:
    name = f"winprob-{bundle.manifest.created_at:%Y%m%dT%H%M%S.%fZ}"
    try:
        return bundle.save(name)
    except (OSError, NotWritten):
        return bundle.save(Path(tempfile.gettempdir()) / name)
