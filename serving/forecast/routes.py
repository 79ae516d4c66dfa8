"""Forecasts over HTTP: what will be closed, and how sure it is."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from serving.forecast.answer import ForecastAnswer, forecast_answer
from serving.forecast.desk import ForecastDesk
from serving.forecast.question import ForecastQuestion
from serving.openapi import refusals
from serving.query import parameters_of, query_of
from serving.service import TheService

router = APIRouter(prefix="/v1/forecast", tags=["forecasts"])


@router.get(
    "",
    response_model=ForecastAnswer,
    responses=refusals(404, 422, 503),
    openapi_extra=parameters_of(ForecastQuestion),
)
async def forecast(  # numpydoc ignore=PR01
    service: TheService, question: Annotated[ForecastQuestion, Depends(query_of(ForecastQuestion))]
) -> Response:
    """Forecast what will be closed in each period: the mean, the median, ranges, and where it comes from.

    By period and currency, and with `group` also by group. Beside it stands what the fixed percentages and
    the sellers' dates say of the same deals. Currencies are never added up.
    """
    return await service.run(_forecast, service.forecasts, question)


def _forecast(desk: ForecastDesk, question: ForecastQuestion) -> Response:
    answer = forecast_answer(desk.forecast(question), desk.model)
    return Response(answer.model_dump_json(), media_type="application/json")
