"""One deal on a page: how likely, when, what next and why; and what if something else were recorded."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import HTMLResponse

from winprob.features.company_features import family_names
from winprob.features.message import Language
from winprob.serving.deals.deal import Deal
from winprob.serving.deals.deals import Deals
from winprob.serving.deals.question import DealQuestion, supposed_fields
from winprob.serving.http.prefix import Root
from winprob.serving.pages.page import page
from winprob.serving.pages.plot import Plot, round_share
from winprob.serving.service import TheService
from winprob.serving.wire.language import AcceptedLanguage
from winprob.serving.wire.openapi import refusals
from winprob.serving.wire.query import each_once

ACTIONS = 3
"""What a seller can do next, at most: more are not done."""

Given = tuple[tuple[str, str], ...]

router = APIRouter(tags=["pages"])


@router.get(
    "/opportunities/{opportunity_id:path}",
    response_class=HTMLResponse,
    responses=refusals(404, 422, 503),
    dependencies=[Depends(each_once)],
)
async def deal_page(  # numpydoc ignore=PR01
    service: TheService,
    opportunity_id: str,
    question: Annotated[DealQuestion, Query()],
    request: Request,
    accepted: AcceptedLanguage,
    root: Root,
) -> Response:
    """Show a deal: its probability, dates, reasons and what to do next.

    Further parameters say what is supposed of it: `stage`, `buyer_stage`, `amount`, `expected_close`,
    `competitor_count`, `risk.<item>` and `checkpoint.<code>`.
    """
    given = tuple(request.query_params.multi_items())
    return await service.answer_deal(
        _page, opportunity_id, question, given, question.language or accepted, root
    )


def _page(
    deals: Deals, opportunity_id: str, question: DealQuestion, given: Given, language: Language, root: str
) -> Response:
    deal = deals.deal(opportunity_id, question, supposed_fields(dict(given)), language)
    playbook, calendar = deals.forecasts.history.playbook, deals.forecasts.calendar
    today = calendar.day(deal.found.at)
    families = {code: words.in_language(language) for code, words in family_names(playbook).items()}
    return page(
        "deal.html",
        language,
        root,
        address=f"/opportunities/{opportunity_id}",
        query=_Query(given),
        calendar=calendar,
        as_of=deals.forecasts.moment(question.as_of),
        today=today,
        deal=deal,
        answer=deal.known.answer,
        document=deal.known.document,
        actions=deal.known.answer.levers[:ACTIONS],
        playbook=playbook,
        families=families,
        week_chart=_week_chart(deal),
        win_chart_of=_win_chart(deal, today),
    )


class _Query:
    """The query of an address, for links that ask for the same but for one thing."""

    def __init__(self, given: Iterable[tuple[str, str]]) -> None:
        self._given = {name: value for name, value in given if value}

    def __call__(self, **changed: str | None) -> str:
        asked = {name: value for name, value in (self._given | changed).items() if value is not None}
        return f"?{urlencode(asked)}" if asked else ""

    def kept(self) -> str:
        """When the deal is looked at, and in which language, without what is supposed of it."""
        return _Query(
            (name, value) for name, value in self._given.items() if name in DealQuestion.model_fields
        )()

    def get(self, name: str) -> str:
        """What is asked in a field of the form."""
        return self._given.get(name, "")


@dataclass(frozen=True)
class Chart:
    """A line in a plot.

    Attributes
    ----------
    plot : Plot
    line, band : str
        Paths; `band` is empty where there is no range.
    """

    plot: Plot
    line: str
    band: str = ""


def _week_chart(deal: Deal) -> Chart:
    rows = [week.row for week in deal.weeks]
    fixed = deal.known.answer.rules.stage
    highest = max(*(row.high for row in rows), 0.0 if fixed is None else fixed, 0.1)
    plot, across = Plot(0, max(len(rows) - 1, 1), 0, round_share(highest)), range(len(rows))
    line = plot.line(zip(across, (row.probability for row in rows), strict=True))
    return Chart(plot, line, plot.band(across, [row.low for row in rows], [row.high for row in rows]))


def _win_chart(deal: Deal, today: date) -> Chart | None:
    months = deal.known.answer.win_by
    if not months:
        return None
    plot = Plot(today.toordinal(), months[-1].date.toordinal(), 0, round_share(deal.known.answer.probability))
    return Chart(plot, plot.line([(plot.first, 0), *((each.date.toordinal(), each.won) for each in months)]))
