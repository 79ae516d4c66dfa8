"""How much an answer says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Reasons = Literal["none", "brief", "full"]


@dataclass(frozen=True)
class Detail:
    """What of an answer is wanted.

    Attributes
    ----------
    reasons : {"none", "brief", "full"}
        Every contribution, and the next twelve months; the five largest contributions and all others
        together, by which a CRM's page is filled; or the probability and its range alone. What adds up to the
        probability is in each of them.
    levers : bool
        Whether it says what could be done. Without reasons it does not.
    dates : bool
        Whether it says when the opportunity closes. Without reasons it does not.

    Examples
    --------
    >>> Detail("none").with_levers, Detail("brief").listed
    (False, 5)
    """

    reasons: Reasons = "full"
    levers: bool = True
    dates: bool = True

    @property
    def with_levers(self) -> bool:
        """Whether the answer says what could be done."""
        return self.levers and self.reasons != "none"

    @property
    def with_dates(self) -> bool:
        """Whether the answer says when the opportunity closes."""
        return self.dates and self.reasons != "none"

    @property
    def listed(self) -> int | None:
        """Contributions at most; all if none."""
        return {"none": 0, "brief": 5, "full": None}[self.reasons]

    @property
    def months(self) -> int:
        """Months at whose ends an answer says what has become of the opportunity."""
        return 12 if self.reasons == "full" else 0


FULL = Detail()
