"""Where the history comes from that forecasts are made of."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from winprob.features.history import History
from winprob.features.mistake import Mistake
from winprob.features.playbook import Playbook
from winprob.features.reading import read
from winprob.serving.load.folder_state import FolderState, folder_state


class HistorySource(Protocol):
    """Anything that gives a history: all that the service asks of it."""

    def history(self, playbook: Playbook) -> History:
        """Read the history.

        Parameters
        ----------
        playbook : Playbook
            The model's: gives the codes their meaning.

        Raises
        ------
        winprob.features.mistake.Mistake
            If there is none that can be used; lists all that is wrong.
        """
        ...


@dataclass(frozen=True)
class HistoryFolder:
    """A history folder, as `winprob.read` takes it.

    Attributes
    ----------
    folder : pathlib.Path
        Holds the tables of the contract.
    state : FolderState, optional
        How the folder must be, also when it has been read: its files belong together.

    Examples
    --------
    >>> from winprob.features.playbook import load_playbook
    >>> HistoryFolder(Path("no/such/folder")).history(load_playbook())
    Traceback (most recent call last):
    ...
    winprob.features.breach.InvalidHistory: no/such/folder breaks the input contract in 1 place:
      no/such/folder: expected a folder with the tables of a history, found nothing of this name
    """

    folder: Path
    state: FolderState | None = None

    def history(self, playbook: Playbook) -> History:
        """Read it.

        Parameters
        ----------
        playbook : Playbook
            The model's.

        Raises
        ------
        winprob.features.breach.InvalidHistory
            If the folder breaks the contract; lists every place.
        winprob.features.mistake.Mistake
            If the folder is not as `state` says.
        """
        history = read(self.folder, playbook)
        if self.state is not None and folder_state(self.folder) != self.state:
            raise Mistake(
                f"{self.folder}: expected files that stay as they are, found them replaced while they were "
                "read; they are read again once they stay"
            )
        return history


@dataclass(frozen=True)
class KnownHistory:
    """A history that was read before, for another model.

    Attributes
    ----------
    known : History
    otherwise : HistorySource
        Asked for a model whose playbook gives the codes another meaning.

    Examples
    --------
    ``KnownHistory(history, HistoryFolder(folder)).history(bundle.playbook)``
    """

    known: History
    otherwise: HistorySource

    def history(self, playbook: Playbook) -> History:
        """Give it.

        Parameters
        ----------
        playbook : Playbook
            The model's.

        Raises
        ------
        winprob.features.mistake.Mistake
            As `otherwise`.
        """
        return self.known if playbook == self.known.playbook else self.otherwise.history(playbook)
