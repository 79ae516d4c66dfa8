"""All that a page shows of one deal."""

from __future__ import annotations

from dataclasses import dataclass

from winprob.models.attention.finding import Finding
from winprob.serving.deals.contacts import Contacts
from winprob.serving.deals.found_deal import FoundDeal
from winprob.serving.deals.funnel import Funnel
from winprob.serving.deals.identity import Identity
from winprob.serving.deals.key_people import KeyPeople
from winprob.serving.deals.known_answer import KnownAnswer
from winprob.serving.deals.reasons import Reasons
from winprob.serving.deals.risk_form import RiskForm
from winprob.serving.deals.similar import Similar
from winprob.serving.deals.supposed import Supposed
from winprob.serving.deals.weeks import Week, four_weeks_ago


@dataclass(frozen=True)
class Deal:
    """All that is shown of a deal.

    Attributes
    ----------
    found : FoundDeal
    identity : Identity
    known : KnownAnswer
    deal_class : str, optional
        A to D; none of a deal that is closed.
    findings : tuple of Finding
        Why to look at it; none of a deal that is closed.
    reasons : Reasons
    weeks : list of Week
        The latest last.
    funnel : Funnel
    people, contacts, risk_form
        None where they are not recorded.
    similar : Similar, optional
        None where there are too few closed deals like it.
    supposed : Supposed, optional
        None where nothing is supposed.
    """

    found: FoundDeal
    identity: Identity
    known: KnownAnswer
    deal_class: str | None
    findings: tuple[Finding, ...]
    reasons: Reasons
    weeks: list[Week]
    funnel: Funnel
    people: KeyPeople | None
    contacts: Contacts | None
    risk_form: RiskForm | None
    similar: Similar | None
    supposed: Supposed | None

    @property
    def before(self) -> Week | None:
        """The week that a review compares with."""
        return four_weeks_ago(self.weeks)
