"""The state of a folder, told by names, sizes and times of its files."""

from __future__ import annotations

import os
from pathlib import Path

FolderState = tuple[tuple[str, int, int], ...]
"""Of each file its name, its size and when it was written; of a folder that cannot be looked at, why."""


def folder_state(folder: Path) -> FolderState:
    """Look at a folder.

    Hidden files count: what copies files often writes under such a name first.

    Parameters
    ----------
    folder : pathlib.Path
        May be missing.

    Returns
    -------
    FolderState

    Examples
    --------
    >>> folder_state(Path("no/such/folder"))
    (('No such file or directory', 0, 0),)
    """
    try:
        with os.scandir(folder) as entries:
            files = [(entry.name, entry.stat()) for entry in entries]
    except OSError as error:
        return ((error.strerror or str(error), 0, 0),)
    return tuple(sorted((name, stat.st_size, stat.st_mtime_ns) for name, stat in files))


class SettledFolder:
    """A folder whose state counts once two polls agree: one that is being copied is not read.

    Parameters
    ----------
    folder : pathlib.Path
        May be missing.

    Attributes
    ----------
    folder : pathlib.Path
    state : FolderState
        The last that counts, at first how the folder is now.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as place:
    ...     folder = SettledFolder(Path(place))
    ...     _ = Path(place, "amounts.csv").write_text("opportunity_id")
    ...     for _ in range(2):
    ...         folder.poll()
    ...         print(len(folder.state))
    0
    1
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.state = self._seen = folder_state(folder)

    def poll(self, asked: bool = False) -> None:
        """Look at it again.

        Parameters
        ----------
        asked : bool
            Whether somebody says that it is complete: then one poll counts.
        """
        now = folder_state(self.folder)
        if asked or now == self._seen:
            self.state = now
        self._seen = now
