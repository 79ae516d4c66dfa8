"""Numbers of the forecast opened down to the deals, and all deals to look at, on pages."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response
from fastapi.responses import HTMLResponse

from winprob.features.playbook import Language
from winprob.serving.forecast.cached_forecasts import CachedForecasts
from winprob.serving.forecast.change import change_deals
from winprob.serving.forecast.explained import OpenedAnswer, explained_deals
from winprob.serving.forecast.findings import findings_answer
from winprob.serving.http.prefix import Root
from winprob.serving.pages.page import page
from winprob.serving.pages.question import FindingsPageQuestion, OpenedQuestion
from winprob.serving.service import TheService
from winprob.serving.wire.language import AcceptedLanguage
from winprob.serving.wire.openapi import refusals
from winprob.serving.wire.query import each_once

router = APIRouter(prefix="/forecast", tags=["pages"])

Opened = Annotated[OpenedQuestion, Query()]

ASKED: dict[str, Any] = {
    "dependencies": [Depends(each_once)],
    "response_class": HTMLResponse,
    "responses": refusals(404, 422, 503),
}
"""What the pages share."""


@router.get("/explained", **ASKED)
async def explained_page(  # numpydoc ignore=PR01
    service: TheService, question: Opened, accepted: AcceptedLanguage, root: Root
) -> Response:
    """Open the parts of what is expected down to the deals, on a page."""
    language = question.language or accepted
    return await service.answer_forecast(_explained, question, language, root)


@router.get("/change", **ASKED)
async def change_page(  # numpydoc ignore=PR01
    service: TheService, question: Opened, accepted: AcceptedLanguage, root: Root
) -> Response:
    """Open the parts of a change down to the deals, on a page."""
    language = question.language or accepted
    return await service.answer_forecast(_change, question, language, root)


@router.get("/deals", **ASKED)
async def findings_page(  # numpydoc ignore=PR01
    service: TheService,
    question: Annotated[FindingsPageQuestion, Query()],
    accepted: AcceptedLanguage,
    root: Root,
) -> Response:
    """List the deals to look at on a page."""
    language = question.language or accepted
    return await service.answer_forecast(_findings, question, language, root)


def _explained(
    forecasts: CachedForecasts, question: OpenedQuestion, language: Language, root: str
) -> Response:
    answer = explained_deals(forecasts.explained(question), question, language, forecasts.model)
    return _opened(forecasts, question, language, root, answer, None)


def _change(forecasts: CachedForecasts, question: OpenedQuestion, language: Language, root: str) -> Response:
    answer = change_deals(forecasts.change(question), question, language, forecasts.model)
    return _opened(forecasts, question, language, root, answer, answer.since)


def _opened(
    forecasts: CachedForecasts,
    question: OpenedQuestion,
    language: Language,
    root: str,
    answer: OpenedAnswer,
    since: datetime | None,
) -> Response:
    return page(
        "opened.html",
        language,
        root,
        question=question,
        playbook=forecasts.history.playbook,
        calendar=forecasts.calendar,
        answer=answer,
        since=since,
    )


def _findings(
    forecasts: CachedForecasts, question: FindingsPageQuestion, language: Language, root: str
) -> Response:
    answer = findings_answer(forecasts.findings(question.as_of), question.limit, language, forecasts.model)
    return page(
        "findings.html", language, root, question=question, calendar=forecasts.calendar, answer=answer
    )
