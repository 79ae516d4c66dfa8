"""Forecasts over HTTP: what will be closed, how sure it is, why, what has moved it, and what to look at."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel, ValidationError

from winprob.features.checking import MOST_PROBLEMS
from winprob.features.playbook import Language
from winprob.features.problem import problems_of
from winprob.serving.forecast.answer import ForecastAnswer, forecast_answer
from winprob.serving.forecast.cached_forecasts import CachedForecasts
from winprob.serving.forecast.change import ChangeAnswer, OpenedChange, change_answer, change_deals
from winprob.serving.forecast.explained import (
    ExplainedAnswer,
    OpenedAnswer,
    explained_answer,
    explained_deals,
)
from winprob.serving.forecast.findings import FindingsAnswer, findings_answer
from winprob.serving.forecast.question import (
    ChangeDealsQuestion,
    ChangeQuestion,
    ExplainedDealsQuestion,
    ExplainedQuestion,
    FindingsQuestion,
    ForecastQuestion,
    WhatIfQuestion,
)
from winprob.serving.forecast.what_if import WhatIfAnswer, what_if_answer
from winprob.serving.service import TheService
from winprob.serving.wire.body import JsonBody, parse
from winprob.serving.wire.language import AcceptedLanguage
from winprob.serving.wire.openapi import body_of, refusals
from winprob.serving.wire.query import InvalidQuery, each_once
from winprob.serving.wire.request import DOCUMENT_BYTES

SuppositionsBody = Annotated[bytes, Depends(JsonBody(DOCUMENT_BYTES))]

ASKED: dict[str, Any] = {"dependencies": [Depends(each_once)], "responses": refusals(404, 422, 503)}
"""What paths that take a question share."""

router = APIRouter(prefix="/v1/forecast", tags=["forecasts"])


@router.get("", response_model=ForecastAnswer, **ASKED)
async def forecast(  # numpydoc ignore=PR01
    service: TheService, question: Annotated[ForecastQuestion, Query()]
) -> Response:
    """Forecast what will be closed in each period: the mean, the median, ranges, and where it comes from.

    By period and currency, and with `group` also by group. Beside it stands what the fixed percentages and
    the sellers' dates say of the same deals. Currencies are never added up.
    """
    return await service.answer_forecast(forecast_response, question)


@router.get("/explained", response_model=ExplainedAnswer, **ASKED)
async def explained(  # numpydoc ignore=PR01
    service: TheService,
    question: Annotated[ExplainedQuestion, Query()],
    accepted: AcceptedLanguage,
) -> Response:
    """Split what is expected by families of reasons: the parts of each row add up to it exactly."""
    language = question.language or accepted
    return await service.answer_forecast(_explained, question, language)


@router.get("/explained/deals", response_model=OpenedAnswer, **ASKED)
async def explained_down_to_deals(  # numpydoc ignore=PR01
    service: TheService,
    question: Annotated[ExplainedDealsQuestion, Query()],
    accepted: AcceptedLanguage,
) -> Response:
    """Open the parts of what is expected down to the deals, which add up to them."""
    return await service.answer_forecast(_explained_deals, question, question.language or accepted)


@router.get("/change", response_model=ChangeAnswer, **ASKED)
async def change(  # numpydoc ignore=PR01
    service: TheService,
    question: Annotated[ChangeQuestion, Query()],
    accepted: AcceptedLanguage,
) -> Response:
    """Split the change of what is expected since an earlier moment by what happened, exactly.

    Won, lost, new, slipped out of the period and pulled into it, another amount, another probability by
    family of reasons, deals not created yet, and what was learned since.
    """
    language = question.language or accepted
    return await service.answer_forecast(_change, question, language)


@router.get("/change/deals", response_model=OpenedChange, **ASKED)
async def change_down_to_deals(  # numpydoc ignore=PR01
    service: TheService,
    question: Annotated[ChangeDealsQuestion, Query()],
    accepted: AcceptedLanguage,
) -> Response:
    """Open the parts of a change down to the deals, which add up to them."""
    return await service.answer_forecast(_change_deals, question, question.language or accepted)


@router.get("/deals", response_model=FindingsAnswer, **ASKED)
async def deals_to_look_at(  # numpydoc ignore=PR01
    service: TheService,
    question: Annotated[FindingsQuestion, Query()],
    accepted: AcceptedLanguage,
) -> Response:
    """List the deals to look at, ranked by the money at stake, with the evidence and what would change it."""
    language = question.language or accepted
    return await service.answer_forecast(_findings, question, language)


@router.post(
    "/what-if",
    response_model=WhatIfAnswer,
    responses=refusals(400, 404, 413, 415, 422, 503),
    openapi_extra=body_of(WhatIfQuestion),
)
async def what_if(  # numpydoc ignore=PR01
    service: TheService, body: SuppositionsBody, accepted: AcceptedLanguage
) -> Response:
    """Forecast anew as if something else were recorded of open deals, all at once.

    Or, with `without_biggest`, as if the biggest deal of each currency were lost. What comes out is an
    association found in past opportunities, not a promise.
    """
    return await service.run_forecast(_what_if, service.forecasts, body, accepted)


def forecast_response(forecasts: CachedForecasts, question: ForecastQuestion) -> Response:
    """Write the forecast."""
    return _response(forecast_answer(forecasts.forecast(question), forecasts.model))


def _explained(forecasts: CachedForecasts, question: ExplainedQuestion, language: Language) -> Response:
    return _response(explained_answer(forecasts.explained(question), language, forecasts.model), language)


def _explained_deals(
    forecasts: CachedForecasts, question: ExplainedDealsQuestion, language: Language
) -> Response:
    return _response(
        explained_deals(forecasts.explained(question), question, language, forecasts.model), language
    )


def _change(forecasts: CachedForecasts, question: ChangeQuestion, language: Language) -> Response:
    return _response(change_answer(forecasts.change(question), language, forecasts.model), language)


def _change_deals(forecasts: CachedForecasts, question: ChangeDealsQuestion, language: Language) -> Response:
    return _response(change_deals(forecasts.change(question), question, language, forecasts.model), language)


def _findings(forecasts: CachedForecasts, question: FindingsQuestion, language: Language) -> Response:
    found = forecasts.findings(question.as_of)
    return _response(findings_answer(found, question.limit, language, forecasts.model), language)


def _what_if(forecasts: CachedForecasts, body: bytes, accepted: Language) -> Response:
    try:
        question = WhatIfQuestion.model_validate(parse(body))
    except ValidationError as error:
        raise InvalidQuery(problems_of(error, WhatIfQuestion, MOST_PROBLEMS)) from error
    language = question.language or accepted
    return _response(what_if_answer(forecasts.what_if(question), language, forecasts.model), language)


def _response(content: BaseModel, language: Language | None = None) -> Response:
    headers = {"Content-Language": language, "Vary": "Accept-Language"} if language else {}
    return Response(content.model_dump_json(), headers=headers, media_type="application/json")
