"""Files and folders that are on the disk, and whole, when they are said to be written."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from winprob.features.mistake import Mistake


class NotWritten(Mistake):
    """A file or folder that could not be written: says which and why.

    Parameters
    ----------
    path : pathlib.Path
        The file or folder.
    error : OSError
        Why not.
    """

    def __init__(self, path: Path, error: OSError) -> None:
        self.path, self.error = path, error
        super().__init__(
            f"{path}: expected to write it, found {error.strerror or error}; make room or choose another "
            "place, and try again"
        )


def write_durably(path: Path, content: bytes) -> None:
    """Write a file and wait until it is on the disk. What was there before stays until then.

    Parameters
    ----------
    path : pathlib.Path
        In a folder that exists.
    content : bytes

    Raises
    ------
    NotWritten
        If it cannot be written, such as on a full disk; nothing is left of it.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_durably(Path(folder, "a.txt"), b"text")
    ...     Path(folder, "a.txt").read_text()
    'text'
    """
    with new_file(path) as file:
        file.write(content)


@contextmanager
def new_file(path: Path) -> Iterator[BinaryIO]:
    """Write a file that appears whole, and is on the disk, or does not appear at all.

    Parameters
    ----------
    path : pathlib.Path
        In a folder that exists. What was there before stays until all is written.

    Yields
    ------
    binary file
        To write into meanwhile.

    Raises
    ------
    NotWritten
        If it cannot be written, such as on a full disk; nothing is left of it.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with new_file(Path(folder, "a.txt")) as file:
    ...         _ = file.write(b"text")
    ...     Path(folder, "a.txt").read_text()
    'text'
    """
    beside = _beside(path)
    try:
        try:
            with beside.open("wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
        sync_folder(path.parent)
    except OSError as error:
        raise NotWritten(path, error) from error


@contextmanager
def new_folder(folder: Path) -> Iterator[Path]:
    """Write a folder that appears whole, and is on the disk, or does not appear at all.

    Parameters
    ----------
    folder : pathlib.Path
        Not there yet, or empty; folders around it are made.

    Yields
    ------
    pathlib.Path
        The folder to write into meanwhile; write each file with `write_durably`.

    Raises
    ------
    NotWritten
        If it, or what is written into it, cannot be written; names the place where that would have been.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as place:
    ...     with new_folder(Path(place, "new")) as beside:
    ...         write_durably(beside / "a.txt", b"text")
    ...     [path.name for path in Path(place).iterdir()]
    ['new']
    """
    make_folder(folder.parent)
    beside = _beside(folder)
    try:
        beside.mkdir()
        yield beside
        beside.replace(folder)
        sync_folder(folder.parent)
    except NotWritten as error:
        raise NotWritten(folder / error.path.relative_to(beside), error.error) from error
    except OSError as error:
        raise NotWritten(folder, error) from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def make_folder(folder: Path) -> None:
    """Make a folder and those around it, if they are not there, and wait until they are on the disk.

    Raises
    ------
    NotWritten
        If it cannot be made.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as place:
    ...     make_folder(Path(place, "a", "b"))
    ...     Path(place, "a", "b").is_dir()
    True
    """
    for path in reversed((folder, *folder.parents)):
        try:
            if not path.is_dir():
                path.mkdir(exist_ok=True)
                sync_folder(path.parent)
        except OSError as error:
            raise NotWritten(path, error) from error


def sync_folder(folder: Path) -> None:
    """Wait until the names in a folder are on the disk.

    Raises
    ------
    OSError
        If the disk does not take them.

    Examples
    --------
    ``sync_folder(path.parent)`` after ``path`` was written
    """
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _beside(path: Path) -> Path:
    """Name a place on the same disk, whose name is no longer however long that of `path` is."""
    return path.parent / f".{uuid4().hex}"
