"""The forecast on a page: how much, how sure, beside the usual rules, why, and what to look at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar

import pandas as pd
from fastapi import APIRouter, Depends, Query, Response
from fastapi.responses import HTMLResponse

from winprob.features.message import languages
from winprob.features.playbook import Language
from winprob.models.forecast.category import NAMES, OPEN
from winprob.models.forecast.forecast import Forecast
from winprob.models.forecast.group import group_names
from winprob.serving.forecast.cached_forecasts import CachedForecasts
from winprob.serving.forecast.change import ChangeRow, change_answer
from winprob.serving.forecast.explained import ExplainedRow, explained_answer
from winprob.serving.forecast.findings import findings_answer
from winprob.serving.forecast.parts import PartAmount
from winprob.serving.forecast.records import records
from winprob.serving.http.prefix import Root
from winprob.serving.pages.page import page
from winprob.serving.pages.question import PageQuestion
from winprob.serving.service import Asked, ForecastWork, TheService
from winprob.serving.wire.language import AcceptedLanguage
from winprob.serving.wire.openapi import refusals
from winprob.serving.wire.query import each_once

Row = TypeVar("Row", ExplainedRow, ChangeRow)

FINDINGS = 10
"""How many findings of each currency are shown with the forecast."""

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
    return await service.answer_forecast(_page, question, language, root)


def first_asked(root: str) -> list[tuple[ForecastWork, Asked]]:
    """Name the pages that are opened first, for a service to make before.

    Parameters
    ----------
    root : str
        The prefix that links begin with.

    Returns
    -------
    list of tuple
        As `winprob.serving.service.Service` takes them: the page in each language.
    """
    return [(_page, (PageQuestion(), language, root)) for language in languages()]


def _page(forecasts: CachedForecasts, question: PageQuestion, language: Language, root: str) -> Response:
    # Plotly takes long to load, and whoever scores does not need it.
    from winprob.models.present.figures.fan import fan
    from winprob.models.present.figures.waterfall import waterfall

    forecast, change = forecasts.forecast(question), forecasts.change(question)
    explained = explained_answer(forecasts.explained(question), language, forecasts.model)
    return page(
        "forecast.html",
        language,
        root,
        question=question,
        playbook=forecasts.history.playbook,
        calendar=forecasts.calendar,
        as_of=forecast.pipeline.at,
        since=change.then.pipeline.at,
        model=forecasts.model,
        groups=group_names(forecasts.history),
        fan=fan(forecast, language=language),
        whole=_something(forecast.whole),
        by_group=_something(_of_groups(forecast), forecast.group),
        categories={name: NAMES[name].in_language(language) for name in OPEN},
        explained=parts_table([row for row in explained.rows if row.group is None]),
        waterfall=waterfall(change, language=language),
        change=parts_table(change_answer(change, language, forecasts.model).rows),
        findings=findings_answer(forecasts.findings(question.as_of), FINDINGS, language, forecasts.model),
    )


def _of_groups(forecast: Forecast) -> pd.DataFrame:
    table = forecast.table
    return table[:0] if forecast.group is None else table[table[forecast.group].notna()]


def _something(table: pd.DataFrame, group: str | None = None) -> list[dict[str, Any]]:
    """Leave out rows in which there is nothing, such as those of a currency that is no longer used."""
    anything = (table[["won", "deals", "expected"]] != 0).any(axis="columns")
    return records(table[anything], group)
