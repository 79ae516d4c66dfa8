"""Open deals on a page: what to do about which, and what each number of the forecast is made of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import pandas as pd
from fastapi import APIRouter, Depends, Query, Response
from fastapi.responses import HTMLResponse

from winprob.features.message import Language
from winprob.models.attention.deals import KINDS
from winprob.models.attention.finding import Finding
from winprob.models.coaching.gains import Lever
from winprob.models.forecast.group import group_names, group_of
from winprob.serving.deals.best_actions import MOST
from winprob.serving.deals.deals import Deals
from winprob.serving.deals.list_question import ListQuestion
from winprob.serving.deals.listing import PAGE, Listing
from winprob.serving.forecast.records import records
from winprob.serving.http.prefix import Root
from winprob.serving.pages.deals_file import deals_file as written
from winprob.serving.pages.page import page
from winprob.serving.pages.words import NUMBERS
from winprob.serving.service import TheService
from winprob.serving.wire.language import AcceptedLanguage
from winprob.serving.wire.openapi import refusals
from winprob.serving.wire.query import each_once

FILTERS = ("team", "owner_id", "product")
"""Columns that the form offers; all others by which forecasts can be grouped are taken from the address."""

FILTERED = frozenset({"currency", "stage", "deal_class", "finding", "q"})
"""Parameters by which the list is not that of all deals: the form is open then."""

MOST_CHOICES = 200
"""Values of a column in the form; of one with more only the address can say which."""

router = APIRouter(tags=["pages"], dependencies=[Depends(each_once)])

Asked = Annotated[ListQuestion, Query()]


@dataclass(frozen=True)
class DealRow:
    """A deal in the list.

    Attributes
    ----------
    values : dict
        Of its row in the table of the list.
    action : Lever, optional
        The best next step.
    findings : tuple of Finding
    """

    values: dict[str, Any]
    action: Lever | None
    findings: tuple[Finding, ...]


@router.get("/opportunities", response_class=HTMLResponse, responses=refusals(404, 422, 503))
async def deals_page(  # numpydoc ignore=PR01
    service: TheService, question: Asked, accepted: AcceptedLanguage, root: Root
) -> Response:
    """List the open deals on a page, by what the best action adds to the period if nothing else is asked."""
    return await service.answer_deal(_page, question, question.language or accepted, root)


@router.get("/opportunities.{kind}", responses=refusals(404, 422, 503))
async def deals_file(  # numpydoc ignore=PR01
    service: TheService, kind: Literal["csv", "xlsx"], question: Asked, accepted: AcceptedLanguage
) -> Response:
    """Give the same list as a file, all pages of it."""
    return await service.answer_deal(_file, kind, question, question.language or accepted)


def _page(deals: Deals, question: ListQuestion, language: Language, root: str) -> Response:
    found = deals.listing(question)
    chosen = found.chosen(question)
    history, calendar = deals.forecasts.history, deals.forecasts.calendar
    last = max(-(-len(chosen) // PAGE), 1)
    number = min(question.page, last)
    shown = chosen.iloc[(number - 1) * PAGE : number * PAGE]
    names = group_names(history)
    return page(
        "deals.html",
        language,
        root,
        question=question,
        calendar=calendar,
        playbook=history.playbook,
        listing=found,
        today=calendar.day(found.forecast.pipeline.at),
        as_of=found.forecast.pipeline.at,
        rows=deal_rows(found, shown),
        count=len(chosen),
        number=number,
        last=last,
        sums=deals.adding_up(question, chosen),
        choices={name: _choices(group_of(history, name).levels) for name in FILTERS if name in names},
        kinds=[(kind.code, kind.name) for kind in KINDS],
        filtered=bool(question.columns or question.model_fields_set & FILTERED),
        of_words=NUMBERS[question.of],
        numbers=NUMBERS,
        stages={stage.code: stage.name for stage in history.playbook.stages},
        most=MOST,
    )


def deal_rows(found: Listing, shown: pd.DataFrame) -> Iterator[DealRow]:
    """Put rows of a list together with what is known of them.

    Parameters
    ----------
    found : Listing
    shown : pandas.DataFrame
        Rows of its table.
    """
    for row, values in zip(shown.index, records(shown), strict=True):
        yield DealRow(values, found.actions.get(row), found.findings.get(values["opportunity_id"], ()))


def _choices(levels: Sequence[str]) -> list[str]:
    known = [level for level in levels if level]
    return known if len(known) <= MOST_CHOICES else []


def _file(deals: Deals, kind: Literal["csv", "xlsx"], question: ListQuestion, language: Language) -> Response:
    found = deals.listing(question)
    return written(found, found.chosen(question), kind, language)
