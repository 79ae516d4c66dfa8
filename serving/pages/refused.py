"""What a person is told where a page cannot be shown: a page as well, not a problem document."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import cast

from fastapi import FastAPI, Request, Response

from winprob.features.message import languages, message
from winprob.serving.pages.page import page
from winprob.serving.wire.language import preferred_language
from winprob.serving.wire.problems import MEDIA_TYPE, ProblemDocument

TITLES = {
    "no-such-opportunity": message("There is no such deal"),
    "invalid-query": message("This cannot be shown"),
    "invalid-supposition": message("This cannot be supposed"),
    "no-history": message("There is no history to show"),
    "not-ready": message("The model is being loaded"),
    "overloaded": message("Too much is asked at the moment"),
    "not-found": message("There is no such page"),
}
"""By the code of the problem; others have a title of their own."""

OTHERWISE = message("This cannot be shown")

Handler = Callable[[Request, Exception], Awaitable[Response]]


def install(app: FastAPI) -> None:
    """Let an application answer with a page where a browser asks for one and something is wrong.

    Parameters
    ----------
    app : FastAPI
        It answers errors with problem documents already, see `winprob.serving.wire.problems`.
    """
    for error, handler in list(app.exception_handlers.items()):
        app.add_exception_handler(error, _as_page(cast(Handler, handler)))


def _as_page(handler: Handler) -> Handler:
    async def answer(request: Request, error: Exception) -> Response:
        told = await handler(request, error)
        if "text/html" not in request.headers.get("accept", "") or told.media_type != MEDIA_TYPE:
            return told
        problem = ProblemDocument.model_validate_json(bytes(told.body))
        found = _page(request, problem)
        found.headers.update({name: value for name, value in told.headers.items() if name == "retry-after"})
        return found

    return answer


def _page(request: Request, problem: ProblemDocument) -> Response:
    code = problem.type.rpartition(":")[2]
    asked = request.query_params.get("language")
    language = asked if asked in languages() else preferred_language(request.headers.get("accept-language"))
    root = str(request.scope.get("root_path", ""))
    found = page(
        "refused.html",
        language,
        root,
        title=TITLES.get(code, OTHERWISE).in_language(language),
        problem=problem,
    )
    found.status_code = problem.status
    return found
