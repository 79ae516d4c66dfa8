"""Deals: what a page shows of one of them, put together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from winprob.features.playbook import Language
from winprob.models.attention.finding import Finding
from winprob.serving.deals.contacts import Contacts, contacts_of
from winprob.serving.deals.found_deal import FoundDeal, find_deal
from winprob.serving.deals.funnel import Funnel, funnel_of
from winprob.serving.deals.identity import Identity, identity_of
from winprob.serving.deals.key_people import KeyPeople, key_people
from winprob.serving.deals.known_answer import KnownAnswer, known_answer
from winprob.serving.deals.question import DealQuestion
from winprob.serving.deals.reasons import Reasons, reasons_of
from winprob.serving.deals.risk_form import RiskForm, risk_form_of
from winprob.serving.deals.similar import Similar, similar_deals
from winprob.serving.deals.supposed import Supposed, suppose
from winprob.serving.deals.weeks import Week, four_weeks_ago, weeks_of
from winprob.serving.forecast.cached_forecasts import CachedForecasts
from winprob.serving.scores.scorer import Scorer


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


class Deals:
    """Shows deals of one history by one model.

    Parameters
    ----------
    forecasts : CachedForecasts
    scorer : Scorer
        Of the same model and history.

    Attributes
    ----------
    forecasts : CachedForecasts

    Examples
    --------
    See ``tests/serving/deals/test_deals.py``.
    """

    def __init__(self, forecasts: CachedForecasts, scorer: Scorer) -> None:
        self.forecasts, self._scorer = forecasts, scorer

    def deal(
        self, opportunity_id: str, question: DealQuestion, fields: Mapping[str, Any], language: Language
    ) -> Deal:
        """Show a deal.

        Parameters
        ----------
        opportunity_id : str
        question : DealQuestion
        fields : mapping
            What is supposed of it, see `winprob.serving.deals.question.supposed_fields`; nothing if empty.
        language : str

        Raises
        ------
        winprob.serving.wire.refusal.NoSuchOpportunity
            If there is no such opportunity.
        winprob.serving.wire.query.InvalidQuery
            If the history does not know the moment.
        winprob.models.forecast.supposition.InvalidSupposition
            Naming every field that is supposed and wrong.
        """
        forecasts, bundle = self.forecasts, self._scorer.served.bundle
        history, calendar, playbook = forecasts.history, forecasts.calendar, bundle.playbook
        found = find_deal(history, opportunity_id, forecasts.moment(question.as_of), calendar)
        known = known_answer(self._scorer, history, found, language)
        document = known.document
        deal_class, findings = self._attention(found, question)
        return Deal(
            found=found,
            identity=identity_of(history, found.number),
            known=known,
            deal_class=deal_class,
            findings=findings,
            reasons=reasons_of(known.answer),
            weeks=weeks_of(bundle, history, found),
            funnel=funnel_of(document, playbook, bundle.stage_win_rates.rates, calendar),
            people=key_people(document, playbook),
            contacts=contacts_of(document, playbook.contact, calendar),
            risk_form=risk_form_of(document, playbook, calendar),
            similar=similar_deals(bundle, history, found),
            supposed=suppose(forecasts, self._scorer, found, question.as_of, fields, language)
            if fields
            else None,
        )

    def _attention(self, deal: FoundDeal, question: DealQuestion) -> tuple[str | None, tuple[Finding, ...]]:
        if deal.outcome is not None:
            return None, ()
        attention = self.forecasts.findings(question.as_of)
        classes = attention.classes.set_index("opportunity_id")["deal_class"]
        own = tuple(each for each in attention.findings if each.opportunity_id == deal.opportunity_id)
        return str(classes[deal.opportunity_id]), own
