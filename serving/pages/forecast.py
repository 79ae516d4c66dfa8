"""The forecast on a page: how much, how sure, beside the usual rules, why, and what to look at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar

import pandas as pd
from fastapi import APIRouter, Depends, Query, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from winprob.features.message import languages
from winprob.features.playbook import Language
from winprob.models.forecast.category import NAMES, OPEN
from winprob.models.forecast.forecast import Forecast
from winprob.models.forecast.group import group_names
from winprob.serving.deals.deals import Deals
from winprob.serving.deals.list_question import ListQuestion
from winprob.serving.engines import FirstAsked
from winprob.serving.forecast.change import ChangeRow, change_answer
from winprob.serving.forecast.explained import ExplainedRow, explained_answer
from winprob.serving.forecast.findings import findings_answer
from winprob.serving.forecast.parts import PartAmount
from winprob.serving.forecast.records import records
from winprob.serving.http.prefix import Root
from winprob.serving.pages.deals import DealRow, deal_rows
from winprob.serving.pages.forecast_cards import Card, age_in_days, cards, influenced
from winprob.serving.pages.page import page
from winprob.serving.pages.question import PageQuestion
from winprob.serving.service import TheService
from winprob.serving.wire.language import AcceptedLanguage
from winprob.serving.wire.openapi import refusals
from winprob.serving.wire.query import each_once

Row = TypeVar("Row", ExplainedRow, ChangeRow)

FINDINGS = 10
"""How many findings of each currency are shown with the forecast."""

PUSHED = 5
"""Deals that are named first: as many as a week has days."""

PARTS = 5
"""Parts of a change that are named; the others are folded."""

LEAST = 0.5
"""Amounts below it are written as 0: lines and columns that have no others are not shown."""

router = APIRouter(tags=["pages"])


@dataclass(frozen=True)
class PartsTable(Generic[Row]):
    """A table of parts.

    Attributes
    ----------
    columns : list of ExplainedRow or ChangeRow
        What the parts add up to.
    lines : list of tuple of PartAmount
        Of each part its amount in each column.
    """

    columns: list[Row]
    lines: list[tuple[PartAmount, ...]]


@dataclass(frozen=True)
class Moved:
    """What has moved the forecast of a period most.

    Attributes
    ----------
    row : ChangeRow
    largest : list of PartAmount
        Whichever way.
    rest : float
        All other parts together.
    """

    row: ChangeRow
    largest: list[PartAmount]
    rest: float


def parts_table(rows: Sequence[Row]) -> PartsTable[Row]:
    """Turn rows of an answer into columns.

    Parameters
    ----------
    rows : sequence of ExplainedRow or ChangeRow
        All with the same parts.

    Examples
    --------
    >>> parts_table([]).lines
    []
    """
    columns = [row for row in rows if _counts(row.parts)]
    lines = zip(*(row.parts for row in columns), strict=True)
    return PartsTable(columns, [line for line in lines if _counts(line)])


def _counts(amounts: Sequence[PartAmount]) -> bool:
    return any(abs(each.amount) >= LEAST for each in amounts)


@router.get("/", include_in_schema=False)
async def start(root: Root) -> Response:  # numpydoc ignore=PR01
    """Lead to the forecast: it is what people come for."""
    return RedirectResponse(f"{root}/forecast")


@router.get(
    "/forecast",
    response_class=HTMLResponse,
    responses=refusals(404, 422, 503),
    dependencies=[Depends(each_once)],
)
async def forecast_page(  # numpydoc ignore=PR01
    service: TheService,
    question: Annotated[PageQuestion, Query()],
    accepted: AcceptedLanguage,
    root: Root,
) -> Response:
    """Show the forecast on a page, in Chinese or English: each number can be opened down to the deals."""
    language = question.language or accepted
    return await service.answer_deal(_page, question, language, root)


def first_asked(root: str) -> list[FirstAsked]:
    """Name the pages that are opened first, for a service to make before.

    Parameters
    ----------
    root : str
        The prefix that links begin with.

    Returns
    -------
    list of FirstAsked
        The page in each language.
    """
    return [FirstAsked("deals", _page, (PageQuestion(), language, root)) for language in languages()]


def _page(deals: Deals, question: PageQuestion, language: Language, root: str) -> Response:
    forecasts = deals.forecasts
    forecast, change = forecasts.forecast(question), forecasts.change(question)
    explained = explained_answer(forecasts.explained(question), language, forecasts.model)
    changed, shown = change_answer(change, language, forecasts.model).rows, cards(forecast)
    return page(
        "forecast.html",
        language,
        root,
        question=question,
        asked_otherwise=bool(question.model_fields_set - {"language"}),
        playbook=forecasts.history.playbook,
        calendar=forecasts.calendar,
        as_of=forecast.pipeline.at,
        since=change.then.pipeline.at,
        model=forecasts.model,
        groups=group_names(forecasts.history),
        cards=shown,
        influenced=influenced(shown) if shown else None,
        age=age_in_days(forecast.pipeline.at),
        push=_push(deals, question),
        whole=_something(forecast.whole),
        by_group=_something(_of_groups(forecast), forecast.group),
        categories={name: NAMES[name].in_language(language) for name in OPEN},
        explained=parts_table([row for row in explained.rows if row.group is None]),
        change=parts_table(changed),
        moved=_moved(changed, shown),
        findings=findings_answer(forecasts.findings(question.as_of), FINDINGS, language, forecasts.model),
    )


def _of_groups(forecast: Forecast) -> pd.DataFrame:
    table = forecast.table
    return table[:0] if forecast.group is None else table[table[forecast.group].notna()]


def _something(table: pd.DataFrame, group: str | None = None) -> list[dict[str, Any]]:
    """Leave out rows in which there is nothing, such as those of a currency that is no longer used."""
    anything = (table[["won", "deals", "expected"]] != 0).any(axis="columns")
    return records(table[anything], group)


def _push(deals: Deals, question: PageQuestion) -> list[DealRow]:
    """The deals about which most can be done, in the currency that comes first."""
    listing = deals.listing(ListQuestion(as_of=question.as_of))
    rows = listing.table.sort_values("gain", ascending=False, kind="stable", na_position="last")
    main = listing.table["currency"].mode()
    own = rows[(rows["gain"] > 0) & rows["currency"].isin(main[:1])]
    return list(deal_rows(listing, own.head(PUSHED)))


def _moved(rows: Sequence[ChangeRow], shown: Sequence[Card]) -> Moved | None:
    """The largest parts of the change of the period that can be influenced."""
    if not shown:
        return None
    card = influenced(shown).row
    asked = (card["period_start"], card["currency"])
    own = [row for row in rows if (row.period_start, row.currency) == asked]
    if not own or not _counts(own[0].parts):
        return None
    parts = sorted(own[0].parts, key=lambda part: -abs(part.amount))
    return Moved(own[0], parts[:PARTS], sum(part.amount for part in parts[PARTS:]))
