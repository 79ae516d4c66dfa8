"""Where the history comes from that forecasts are made of."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from winprob.features.history import History
from winprob.features.playbook import Playbook
from winprob.features.reading import read


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
        """
        return read(self.folder, playbook)
