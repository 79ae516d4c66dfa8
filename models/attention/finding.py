"""A finding: why a manager should look at a deal, how much money it is about, and what would change it."""

from __future__ import annotations

from dataclasses import dataclass

from winprob.features.message import Wording


@dataclass(frozen=True)
class Finding:
    """One reason to look at one open opportunity.

    Attributes
    ----------
    code : str
        Stable code of the kind of finding, such as ``D002``.
    name : Wording
        What the kind is called.
    deal : int
        Row in ``pipeline.deals``.
    opportunity_id : str
    currency : str
        Of the money at stake; empty where none is recorded.
    at_stake : float
        Money at stake; NaN where no amount is recorded.
    stake : Wording
        What that money stands for, such as what the deal is expected to bring.
    evidence : Wording
        What is the case, with its numbers and dates.
    change : Wording
        What would change it.
    levers : tuple of str
        Codes of the actions in `winprob.models.coaching.levers` that would; empty if no single one would.
    """

    code: str
    name: Wording
    deal: int
    opportunity_id: str
    currency: str
    at_stake: float
    stake: Wording
    evidence: Wording
    change: Wording
    levers: tuple[str, ...] = ()


@dataclass(frozen=True)
class NotApplicable:
    """A kind of finding that cannot be judged for any deal: not found is not the same as in order.

    Attributes
    ----------
    code : str
        Of the kind.
    name : Wording
        What the kind is called.
    reason : Wording
        What is not recorded.

    Examples
    --------
    >>> from winprob.features.message import Verbatim
    >>> NotApplicable("D002", Verbatim("Stale"), Verbatim("No contacts")).code
    'D002'
    """

    code: str
    name: Wording
    reason: Wording
