"""Files that are on the disk when they are said to be written."""

from __future__ import annotations

import os
from pathlib import Path

from features.mistake import Mistake


class NotWritten(Mistake):
    """A file that could not be written: says which and why.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    error : OSError
        Why not; kept as ``cause``.
    """

    def __init__(self, path: Path, error: OSError) -> None:
        self.cause = error
        super().__init__(
            f"{path}: expected to write this file, found: {error.strerror or error}; make room or choose "
            "another place, and try again"
        )


def write_durably(path: Path, content: bytes) -> None:
    """Write a file and wait until it is on the disk.

    Parameters
    ----------
    path : pathlib.Path
    content : bytes

    Raises
    ------
    NotWritten
        If it cannot be written, such as on a full disk; what was written of it is removed.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_durably(Path(folder, "a.txt"), b"text")
    ...     Path(folder, "a.txt").read_text()
    'text'
    """
    try:
        with path.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        path.unlink(missing_ok=True)
        raise NotWritten(path, error) from error


def sync_folder(folder: Path) -> None:
    """Wait until the names in a folder are on the disk.

    Parameters
    ----------
    folder : pathlib.Path
    """
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
