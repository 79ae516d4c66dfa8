"""What is not served although it is newer, and why."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal

from pydantic import Field

from winprob.features.mistake import Mistake
from winprob.serving.wire.part import Part

PartName = Literal["model", "history"]

LONGEST_REASON = 1000


def _now() -> datetime:
    return datetime.now(UTC)


class Rejected(Part):
    """A newer model or history that is not served, or one that cannot be looked for.

    Attributes
    ----------
    part : {"model", "history"}
        What is not served.
    version : str, optional
        The model's version in the registry; null for a folder, and if the registry does not tell.
    reason : str
        What is wrong and what to do.
    at : datetime
        When it was found, in UTC.
    """

    part: PartName
    version: str | None
    reason: str
    at: datetime = Field(default_factory=_now)

    @classmethod
    def because(cls, part: PartName, version: object, error: Exception) -> Rejected:
        """Put an error into words.

        Parameters
        ----------
        part : {"model", "history"}
        version : object
            Told if it is a text.
        error : Exception

        Examples
        --------
        >>> Rejected.because("model", "8", KeyError("stage")).reason
        "KeyError: 'stage'"
        """
        reason = str(error) if isinstance(error, Mistake) else f"{type(error).__name__}: {error}"
        cut = reason if len(reason) <= LONGEST_REASON else f"{reason[:LONGEST_REASON]}…"
        return cls(part=part, version=version if isinstance(version, str) else None, reason=cut)

    def same_as(self, other: Rejected) -> bool:
        """Tell whether another says the same, be it at another time."""
        return self == other.model_copy(update={"at": self.at})

    def __str__(self) -> str:
        """As the log has it."""
        name = "another" if self.version is None else f"version {self.version} of the"
        return f"Not served: {name} {self.part}: {self.reason}"
