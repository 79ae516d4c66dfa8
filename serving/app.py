"""The application: everything wired together, nothing decided here."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial
from importlib.metadata import version
from typing import Any

from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import Route
from starlette.types import ASGIApp

from winprob.features.mistake import Mistake
from winprob.features.playbook import load_playbook
from winprob.models.forecast.supposition import Supposition
from winprob.serving.engines import Engines, FirstAsked
from winprob.serving.follow.follower import Follower
from winprob.serving.follow.following import Following
from winprob.serving.forecast.question import ForecastQuestion, WhatIfQuestion
from winprob.serving.http.bodies import MOST_BYTES, BodiesInFlight
from winprob.serving.http.forwarded import Forwarded
from winprob.serving.http.headers import SecurityHeaders
from winprob.serving.http.hosts import LOOPBACK, AllowedHosts, checked_names
from winprob.serving.http.pieces import InPieces
from winprob.serving.http.prefix import checked_prefix
from winprob.serving.http.stopping import AnswersWhenStopping
from winprob.serving.pages import assets, deal, deals, due, opened, refused
from winprob.serving.pages import forecast as forecast_page
from winprob.serving.routes import forecasts, health, model_card, reload, scores
from winprob.serving.scores.example import example
from winprob.serving.service import Service
from winprob.serving.settings import Settings
from winprob.serving.wire import openapi, problems
from winprob.serving.wire.problems import ProblemDocument
from winprob.serving.wire.refusal import NotReady
from winprob.serving.wire.request import BatchRequest, ScoreRequest

WORTH_COMPRESSING, COMPRESSION = 1400, 5
"""Bytes of an answer that fit into one packet anyway, and the level, for who asks for gzip. The usual one,
9, makes an answer smaller by a twenty-fifth and takes more than twice as long."""

MODELS = (ScoreRequest, BatchRequest, WhatIfQuestion, Supposition, ProblemDocument)
"""What is read or written by hand, and described all the same."""

NOUNS = (scores, forecasts, model_card, reload, health, forecast_page, opened, deals, deal, due, assets)
ROUTERS = tuple(noun.router for noun in NOUNS)


class Application(FastAPI):
    """An application whose every answer has the security headers, the one to an error of its own too."""

    def build_middleware_stack(self) -> ASGIApp:
        """Put them around everything: what `add_middleware` adds lies within the answer to such an error."""
        return SecurityHeaders(super().build_middleware_stack())


def create_app(settings: Settings, opened: Follower | None = None) -> FastAPI:
    """Make the application.

    The model and the history are loaded once the application runs, beside the event loop: ``/healthz``
    answers at once, ``/readyz``, the scores and the forecasts as soon as they are loaded.

    Parameters
    ----------
    settings : Settings
    opened : Follower, optional
        Has loaded them by the time when the application runs.

    Returns
    -------
    FastAPI
        While it runs, ``state.service`` is the `Service`, and ``state.following`` the `Following` that keeps
        it at the newest model and history.

    Raises
    ------
    winprob.serving.wire.refusal.InvalidPrefix, winprob.serving.wire.refusal.InvalidHostName
        If the settings name a path or a host that is none.

    Examples
    --------
    >>> sorted(create_app(Settings(model="bundle/")).openapi()["paths"])[:4]
    ['/due', '/due.ics', '/forecast', '/forecast/change']
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        follower = Follower.of(settings) if opened is None else opened
        load = follower.open if opened is None else opened.opened
        app.state.service = service = Service(load, _first_asked(settings))
        app.state.following = following = Following(service, follower, settings.look_every)
        try:
            yield
        finally:
            following.stop()
            await service.close()

    app = Application(
        title="winprob",
        summary="Calibrated, explained win probabilities of sales opportunities",
        version=version("winprob"),
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
    )
    for router in ROUTERS:
        app.include_router(router)
    _guard(app, settings)
    problems.install(app)
    refused.install(app)
    openapi.install(app, MODELS, partial(_examples, app))
    return app


def prepare(settings: Settings, engines: Engines) -> None:
    """Make the forecasts that are asked for first, so that processes that are forked from this one have them.

    Parameters
    ----------
    settings : Settings
    engines : Engines
    """
    if engines.forecasts is not None:
        for engine, work, asked in _first_asked(settings):
            with suppress(Mistake):  # whoever asks is told
                work(getattr(engines, engine), *asked)


def _first_asked(settings: Settings) -> list[FirstAsked]:
    root = settings.root_path.rstrip("/")
    api = FirstAsked("forecasts", forecasts.forecast_response, (ForecastQuestion(),))
    return [*forecast_page.first_asked(root), api]


def _guard(app: FastAPI, settings: Settings) -> None:
    """Let only requests in that are meant for this server; the last that is added comes first."""
    paths = [route.path for router in ROUTERS for route in router.routes if isinstance(route, Route)]
    segments = (path.split("/")[1] for path in (*paths, str(app.openapi_url)))
    own = {segment for segment in segments if segment}
    prefix = checked_prefix(settings.root_path, "--root-path", own)
    names = (*LOOPBACK, settings.host, *checked_names(settings.allow_hosts))
    app.add_middleware(BodiesInFlight, most=MOST_BYTES // settings.workers)
    app.add_middleware(InPieces)
    app.add_middleware(GZipMiddleware, minimum_size=WORTH_COMPRESSING, compresslevel=COMPRESSION)
    app.add_middleware(AllowedHosts, names=names)
    app.add_middleware(Forwarded, prefix=prefix, proxies=settings.forwarded_allow_ips, taken=own)
    app.add_middleware(AnswersWhenStopping)


def _examples(app: FastAPI) -> dict[str, Any]:
    try:
        playbook = app.state.service.scorer.served.bundle.playbook
    except (AttributeError, NotReady):
        playbook = load_playbook()
    one = example(playbook)
    other = one | {"opportunity_id": "A-1002", "stage": playbook.stage_codes[0], "language": "zh"}
    return {
        "/v1/score": one,
        "/v1/score/batch": {"documents": [one, other]},
        "/v1/forecast/what-if": {"by": "quarter", "periods": 2, "without_biggest": True},
    }
