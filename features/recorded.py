"""What is recorded, column by column as arrays: what features are computed from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from winprob.features.attribute import Attribute
from winprob.features.playbook import Playbook
from winprob.features.texts import Texts
from winprob.features.timeline import Flags, Floats, Integers


class Recorded(Protocol):
    """What is recorded of opportunities: a history, or documents of a CRM."""

    @property
    def playbook(self) -> Playbook:
        """Gives the codes their meaning."""
        ...

    @property
    def attributes(self) -> tuple[Attribute, ...]:
        """Columns of ``opportunities`` beyond the contract."""
        ...

    @property
    def recorded(self) -> dict[str, Flags]:
        """For each table of events, whether it is kept at all for each opportunity."""
        ...

    @property
    def stated_counts(self) -> Mapping[str, Floats] | None:
        """Past wins and losses as documents state them; None where the opportunities are counted."""
        ...

    def __len__(self) -> int:
        """Count the opportunities."""
        ...

    def ids(self, opportunity: Integers) -> Sequence[str]:
        """The ids of opportunities, by their numbers."""
        ...

    def owners(self, table: str) -> Integers:
        """Number of the opportunity that each row of a table of events is of."""
        ...

    def numbers(self, table: str, column: str) -> Floats:
        """A column of numbers or flags, missing as NaN."""
        ...

    def times(self, table: str, column: str) -> Integers:
        """A column of times, in microseconds since 1970 in UTC; `UNKNOWN` where missing."""
        ...

    def texts(self, table: str, column: str) -> Texts:
        """A column of texts."""
        ...
