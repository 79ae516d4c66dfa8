"""What every kind of finding has: a code, a name, and a judgement of all open deals at once."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import ClassVar

import numpy as np

from winprob.features.message import Wording, message
from winprob.features.timeline import Flags, Floats
from winprob.models.attention.finding import Finding, NotApplicable
from winprob.models.attention.snapshot import Snapshot


class Kind(ABC):
    """A kind of finding, looking at the open deals of a moment.

    Attributes
    ----------
    code : str
        Stable.
    name : Wording
        For people.
    missing : Wording
        What is not recorded, where no deal can be judged.
    stake : Wording
        What the money at stake stands for.
    levers : tuple of str
        Codes of the actions in `winprob.models.coaching.levers` that would change it; empty if no single one
        would.
    """

    code: ClassVar[str]
    name: ClassVar[Wording]
    missing: ClassVar[Wording]
    stake: ClassVar[Wording] = message("expected of the deal")
    levers: ClassVar[tuple[str, ...]] = ()

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot

    @property
    @abstractmethod
    def known(self) -> Flags:
        """Of which deals enough is recorded to judge them, shape (n,)."""

    @property
    @abstractmethod
    def found(self) -> Flags:
        """Which deals have it, as far as they can be judged, shape (n,)."""

    @property
    def at_stake(self) -> Floats:
        """Money at stake, shape (n,): what each deal is expected to bring, if a kind says nothing else."""
        return self.snapshot.expected_money

    @abstractmethod
    def evidence(self, deal: int) -> Wording:
        """Say what is the case.

        Parameters
        ----------
        deal : int
            Row of a deal that has it.
        """

    @abstractmethod
    def change(self, deal: int) -> Wording:
        """Say what would change it.

        Parameters
        ----------
        deal : int
            Row of a deal that has it.
        """

    def levers_of(self, deal: int) -> tuple[str, ...]:
        """Name the actions that would change it.

        Parameters
        ----------
        deal : int
            Row of a deal that has it.

        Returns
        -------
        tuple of str
            Codes of `winprob.models.coaching.levers`; empty if no single one would.
        """
        del deal
        return self.levers

    @property
    def not_applicable(self) -> NotApplicable | None:
        """Why no deal can be judged; `None` if one can."""
        return None if self.known.any() else NotApplicable(self.code, self.name, self.missing)

    def findings(self) -> Iterator[Finding]:
        """Find the deals that have it.

        Yields
        ------
        Finding
            In the order of the deals.
        """
        deals, at_stake = self.snapshot.pipeline.deals, self.at_stake
        names, currencies = deals["opportunity_id"].to_numpy(), deals["currency"].to_numpy()
        for deal in np.flatnonzero(self.known & self.found).tolist():
            yield Finding(
                self.code,
                self.name,
                deal,
                str(names[deal]),
                str(currencies[deal]),
                float(at_stake[deal]),
                self.stake,
                self.evidence(deal),
                self.change(deal),
                self.levers_of(deal),
            )
