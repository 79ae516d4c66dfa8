"""The forecast on a page: how much, how sure, beside the usual rules, why, and what to look at."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Annotated, Any
from urllib.parse import urlencode

import pandas as pd
from fastapi import APIRouter, Depends, Response
from fastapi.responses import HTMLResponse

from features.playbook import Language
from models.forecast.category import NAMES, OPEN
from models.forecast.figures.fan import fan
from models.forecast.forecast import Forecast
from models.forecast.group import group_names
from serving.forecast.desk import ForecastDesk
from serving.language import AcceptedLanguage
from serving.openapi import refusals
from serving.pages.page import page
from serving.pages.question import PageQuestion
from serving.query import parameters_of, query_of
from serving.service import TheService

router = APIRouter(tags=["pages"])


@router.get(
    "/forecast",
    response_class=HTMLResponse,
    responses=refusals(404, 422, 503),
    openapi_extra=parameters_of(PageQuestion),
)
async def forecast_page(  # numpydoc ignore=PR01
    service: TheService,
    question: Annotated[PageQuestion, Depends(query_of(PageQuestion))],
    accepted: AcceptedLanguage,
) -> Response:
    """Show the forecast on a page, in Chinese or English."""
    return await service.run(_page, service.forecasts, question, question.language or accepted)


def _page(desk: ForecastDesk, question: PageQuestion, language: Language) -> Response:
    forecast = desk.forecast(question)
    return page(
        "forecast.html",
        language,
        as_of=forecast.pipeline.at,
        model=desk.model,
        question=question,
        asked_by=question.by if isinstance(question.by, str) else ",".join(map(str, question.by)),
        groups=group_names(desk.history),
        elsewhere=_in_the_other_language(question, language),
        fan=fan(forecast, language=language),
        whole=_rows(forecast.whole),
        by_group=_rows(_of_groups(forecast)),
        categories={name: NAMES[name].in_language(language) for name in OPEN},
    )


def _of_groups(forecast: Forecast) -> pd.DataFrame:
    if forecast.group is None:
        return forecast.table[:0]
    groups = forecast.table[forecast.table[forecast.group].notna()]
    return groups.assign(group=groups[forecast.group])


def _rows(table: pd.DataFrame) -> list[dict[Hashable, Any]]:
    """Leave out rows in which there is nothing, such as those of a currency that is no longer used."""
    anything = (table[["won", "deals", "expected"]] != 0).any(axis="columns")
    return table[anything].to_dict("records")


def _in_the_other_language(question: PageQuestion, language: Language) -> str:
    asked = question.model_dump(mode="json", exclude_unset=True, exclude_none=True)
    if not isinstance(question.by, str):
        asked["by"] = ",".join(map(str, question.by))
    return urlencode(asked | {"language": "en" if language == "zh" else "zh"})
