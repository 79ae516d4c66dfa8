"""The application: everything wired together, nothing decided here."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from importlib.metadata import version
from typing import Any

from fastapi import FastAPI
from fastapi_offline import FastAPIOffline

from features.playbook import load_playbook
from models.forecast.supposition import Supposition
from serving import health, model_card, openapi, problems, scores
from serving.desks import open_desks
from serving.example import example
from serving.forecast import routes as forecasts
from serving.forecast.question import WhatIfQuestion
from serving.pages import assets, opened
from serving.pages import forecast as forecast_page
from serving.problems import ProblemDocument
from serving.request import BatchRequest, ScoreRequest
from serving.service import NotReady, Service
from serving.settings import Settings

MODELS = (ScoreRequest, BatchRequest, WhatIfQuestion, Supposition, ProblemDocument)
"""What is read or written by hand, and described all the same."""


def create_app(settings: Settings) -> FastAPI:
    """Make the application.

    The model and the history are loaded once the application runs, beside the event loop: ``/healthz``
    answers at once, ``/readyz``, the scores and the forecasts as soon as they are loaded.

    Parameters
    ----------
    settings : Settings

    Returns
    -------
    FastAPI
        While it runs, ``state.service`` is the `Service`.

    Examples
    --------
    >>> sorted(create_app(Settings(model="bundle/")).openapi()["paths"])[:4]
    ['/forecast', '/forecast/change', '/forecast/deals', '/forecast/explained']
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.service = service = Service(partial(open_desks, settings))
        try:
            yield
        finally:
            service.close()

    app = FastAPIOffline(
        title="winprob",
        summary="Calibrated, explained win probabilities of sales opportunities",
        version=version("winprob"),
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
    )
    for noun in (scores, forecasts, model_card, health, forecast_page, opened, assets):
        app.include_router(noun.router)
    problems.install(app)
    openapi.install(app, MODELS, partial(_examples, app))
    return app


def _examples(app: FastAPI) -> dict[str, Any]:
    try:
        playbook = app.state.service.desk.served.bundle.playbook
    except (AttributeError, NotReady):
        playbook = load_playbook()
    one = example(playbook)
    other = one | {"opportunity_id": "A-1002", "stage": playbook.stage_codes[0], "language": "zh"}
    return {
        "/v1/score": one,
        "/v1/score/batch": {"documents": [one, other]},
        "/v1/forecast/what-if": {"by": "quarter", "periods": 2, "without_biggest": True},
    }
