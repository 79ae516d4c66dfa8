"""Deals of one history by one model: a single one, or a list of those that are open."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pandas as pd

from winprob.features.playbook import Language
from winprob.features.problem import Problem
from winprob.models.attention.deals import KINDS
from winprob.models.attention.finding import Finding
from winprob.models.coaching.gains import Lever
from winprob.models.forecast.forecast import Forecast
from winprob.models.forecast.group import group_names
from winprob.models.forecast.period import Period
from winprob.serving.deals.adding_up import AddingUp, adding_up
from winprob.serving.deals.best_actions import best_actions
from winprob.serving.deals.contacts import contacts_of
from winprob.serving.deals.deal import Deal
from winprob.serving.deals.found_deal import FoundDeal, find_deal
from winprob.serving.deals.funnel import funnel_of
from winprob.serving.deals.identity import identity_of
from winprob.serving.deals.key_people import key_people
from winprob.serving.deals.known_answer import known_answer
from winprob.serving.deals.list_question import ListQuestion
from winprob.serving.deals.listing import Listing, listing
from winprob.serving.deals.question import DealQuestion
from winprob.serving.deals.reasons import reasons_of
from winprob.serving.deals.risk_form import risk_form_of
from winprob.serving.deals.similar import similar_deals
from winprob.serving.deals.supposed import suppose
from winprob.serving.deals.weeks import weeks_of
from winprob.serving.forecast.cached_forecasts import CachedForecasts
from winprob.serving.forecast.once import once
from winprob.serving.forecast.question import ForecastQuestion
from winprob.serving.scores.scorer import Scorer
from winprob.serving.wire.query import InvalidQuery

PERIODS = 4
"""Periods ahead that deals can be listed for: a year of quarters."""

NEARLY_OVER = timedelta(days=14)
"""A period with fewer days left can hardly be influenced: signatures take that long."""

LISTINGS, MOMENTS = 8, 2
"""Lists that are kept, and moments of which it is kept what could be done."""

FINDINGS = tuple(kind.code for kind in KINDS)


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
        self._listing = once(LISTINGS, self._make_listing)
        self._best = once(MOMENTS, self._make_best)

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

    def listing(self, question: ListQuestion) -> Listing:
        """List the open deals.

        Parameters
        ----------
        question : ListQuestion

        Raises
        ------
        winprob.serving.wire.query.InvalidQuery
            Naming every parameter that the company does not have, and a period that is none.
        """
        forecasts = self.forecasts
        question.check(group_names(forecasts.history), forecasts.history.playbook.stage_codes, FINDINGS)
        at = forecasts.moment(question.as_of)
        forecast = forecasts.forecast(ForecastQuestion(by=question.by, periods=PERIODS, as_of=question.as_of))
        starts = [period.start for period in forecast.periods]
        begin = question.period or _influenced(forecast).start
        if begin not in starts:
            told = f"the first day of a {question.by}, one of {', '.join(map(str, starts))}"
            raise InvalidQuery([Problem("period", told, str(begin), "choose one, or leave it out")])
        return self._listing(at, question.by, starts.index(begin))

    def adding_up(self, question: ListQuestion, chosen: pd.DataFrame) -> list[AddingUp]:
        """Tell how listed deals and the rest add up to the number that the list opens.

        Parameters
        ----------
        question : ListQuestion
        chosen : pandas.DataFrame
            The listed deals, all pages of them.
        """
        return adding_up(self.forecasts, self.listing(question), question, chosen, PERIODS)

    def _make_listing(self, at: pd.Timestamp, by: str, place: int) -> Listing:
        forecast = self.forecasts.forecast(ForecastQuestion(by=by, periods=PERIODS, as_of=at))
        attention = self.forecasts.findings(at)
        return listing(forecast, forecast.periods[place], attention, self._best(at))

    def _make_best(self, at: pd.Timestamp) -> dict[int, Lever]:
        return best_actions(self._scorer.served.bundle, self.forecasts.pipeline(at))

    def _attention(self, deal: FoundDeal, question: DealQuestion) -> tuple[str | None, tuple[Finding, ...]]:
        if deal.outcome is not None:
            return None, ()
        attention = self.forecasts.findings(question.as_of)
        classes = attention.classes.set_index("opportunity_id")["deal_class"]
        own = tuple(each for each in attention.findings if each.opportunity_id == deal.opportunity_id)
        return str(classes[deal.opportunity_id]), own


def _influenced(forecast: Forecast) -> Period:
    """The first period that can still be influenced."""
    first, *others = forecast.periods
    today = forecast.pipeline.calendar.day(forecast.pipeline.at)
    return others[0] if others and first.end - today < NEARLY_OVER else first
