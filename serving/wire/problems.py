"""What a client is told when something is wrong: problem documents (RFC 9457), from one table."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from uuid import uuid4

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from winprob.features.checking import MOST_PROBLEMS, ClosedOpportunity, InvalidDocument
from winprob.features.mistake import Mistake
from winprob.features.problem import Problem
from winprob.models.forecast.supposition import InvalidSupposition
from winprob.serving.wire.body import BodyTooLarge, InvalidJson, NotSentAsJson
from winprob.serving.wire.query import InvalidQuery, invalid_query
from winprob.serving.wire.refusal import (
    InvalidPrefix,
    MalformedRequest,
    NoHistory,
    NoSuchOpportunity,
    NotFromThisMachine,
    NotReady,
    Overloaded,
    RefusedHost,
    Stopping,
    TooSlow,
)
from winprob.serving.wire.request import DocumentTooLarge, InvalidBatch

MEDIA_TYPE = "application/problem+json"
LONGEST_TEXT = 1000

logger = logging.getLogger(__name__)


class FieldError(BaseModel):
    """One thing wrong with a request.

    Attributes
    ----------
    field : str
        Where: a path such as ``key_persons[2].role``, counted from 0.
    expected, found, remedy : str
        What should be there, what is, and what to do about it.
    """

    field: str
    expected: str
    found: str
    remedy: str


class ProblemDocument(BaseModel):
    """An answer that says what is wrong (RFC 9457).

    Attributes
    ----------
    type : str
        The kind of problem: does not change between versions.
    title : str
        The kind of problem, for people.
    status : int
        The HTTP status.
    detail : str
        This very problem.
    instance : str
        Where it came up: the path, in a batch with the document's place; for an unexpected error the name
        under which the log has it.
    errors : list of FieldError
        Every field that is wrong, 100 at most.
    """

    type: str
    title: str
    status: int
    detail: str
    instance: str
    errors: list[FieldError] = []


@dataclass(frozen=True)
class Kind:
    """A kind of problem: its HTTP status, a code that stays, and a title."""

    status: int
    code: str
    title: str


TOO_LARGE = Kind(413, "too-large", "The request is too large")
UNEXPECTED = Kind(500, "unexpected", "The server has an error")

KIND_OF_ERROR: dict[type[Exception], Kind] = {
    ClosedOpportunity: Kind(409, "closed-opportunity", "The opportunity is closed"),
    InvalidDocument: Kind(422, "invalid-document", "The document cannot be scored"),
    InvalidBatch: Kind(422, "invalid-batch", "The batch cannot be read"),
    DocumentTooLarge: TOO_LARGE,
    BodyTooLarge: TOO_LARGE,
    InvalidJson: Kind(400, "invalid-json", "The body is not valid JSON"),
    NotSentAsJson: Kind(415, "not-sent-as-json", "The body is not sent as JSON"),
    ClientDisconnect: Kind(400, "disconnected", "The client went away while sending"),
    InvalidQuery: Kind(422, "invalid-query", "The question cannot be answered"),
    InvalidSupposition: Kind(422, "invalid-supposition", "This cannot be supposed"),
    NoSuchOpportunity: Kind(404, "no-such-opportunity", "There is no such opportunity"),
    NoHistory: Kind(404, "no-history", "There is no history to make forecasts of"),
    NotReady: Kind(503, "not-ready", "The model is not loaded"),
    RefusedHost: Kind(400, "refused-host", "The server does not answer to this host name"),
    InvalidPrefix: Kind(400, "invalid-prefix", "The prefix that a proxy names cannot be used"),
    NotFromThisMachine: Kind(403, "loopback-only", "Only the server's own machine is answered this"),
    MalformedRequest: Kind(400, "malformed-request", "This is not an HTTP request"),
    Stopping: Kind(503, "stopping", "The server stops"),
    Overloaded: Kind(503, "overloaded", "The server has too much to do"),
    TooSlow: Kind(408, "too-slow", "The request came too slowly"),
    Mistake: Kind(422, "mistake", "This cannot be answered"),
}
"""Errors of the domain and what they are to a client."""

KIND_OF_STATUS = {
    404: Kind(404, "not-found", "There is nothing at this address"),
    405: Kind(405, "method-not-allowed", "The address does not take this method"),
}
"""What the framework finds wrong itself."""


def describe(error: Exception, instance: str) -> ProblemDocument:
    """Put an error of the domain into a problem document.

    Parameters
    ----------
    error : Exception
        Of a kind in `KIND_OF_ERROR`.
    instance : str
        Where it came up.

    Examples
    --------
    >>> error = InvalidDocument([Problem("stage", "a text", "3", "correct the value")])
    >>> found = describe(error, "/v1/score")
    >>> found.status, found.detail, found.errors[0].field
    (422, 'stage: expected a text, found 3; correct the value', 'stage')
    """
    kind = next(KIND_OF_ERROR[each] for each in type(error).__mro__ if each in KIND_OF_ERROR)
    return _document(kind, str(error), instance, getattr(error, "problems", ()))


def answer(error: Exception, instance: str) -> Response:
    """Answer with an error of the domain, where there is no application around that does.

    Parameters
    ----------
    error : Exception
        Of a kind in `KIND_OF_ERROR`.
    instance : str
        Where it came up.

    Examples
    --------
    >>> answer(MalformedRequest(), "").status_code
    400
    """
    again = getattr(error, "retry_after", None)
    return _response(describe(error, instance), None if again is None else {"Retry-After": str(again)})


def install(app: FastAPI) -> None:
    """Let an application answer every error with a problem document."""
    for error in KIND_OF_ERROR:
        app.add_exception_handler(error, _domain_error)
    app.add_exception_handler(RequestValidationError, _invalid_query)
    app.add_exception_handler(HTTPException, _framework_error)
    app.add_exception_handler(Exception, _unexpected_error)


async def _domain_error(request: Request, error: Exception) -> Response:
    return answer(error, request.url.path)


async def _invalid_query(request: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise error
    return answer(invalid_query(error, request.scope["route"]), request.url.path)


async def _framework_error(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    kind = KIND_OF_STATUS.get(error.status_code, Kind(error.status_code, "refused", "The request is refused"))
    docs = f"{request.scope['root_path']}/docs"
    detail = f"{kind.title}: {request.method} {request.url.path}; {docs} lists what there is"
    return _response(_document(kind, detail, request.url.path), dict(error.headers or {}))


async def _unexpected_error(request: Request, error: Exception) -> Response:
    instance = f"urn:uuid:{uuid4()}"
    logger.error("%s %s: %s", request.method, request.url.path, instance, exc_info=error)
    detail = f"An unexpected error. The server's log has it under {instance}"
    return _response(_document(UNEXPECTED, detail, instance))


def _document(kind: Kind, detail: str, instance: str, problems: tuple[Problem, ...] = ()) -> ProblemDocument:
    if len(problems) > 1:
        known = "the first" if len(problems) == MOST_PROBLEMS else "all"
        detail = f"{len(problems)} problems, {known} of them in errors, such as {problems[0]}"
    return ProblemDocument(
        type=f"urn:problem-type:winprob:{kind.code}",
        title=kind.title,
        status=kind.status,
        detail=_short(detail),
        instance=_short(instance),
        errors=[
            FieldError(
                field=_short(problem.key),
                expected=_short(problem.expected),
                found=_short(problem.found),
                remedy=problem.remedy,
            )
            for problem in problems
        ],
    )


def _response(document: ProblemDocument, headers: dict[str, str] | None = None) -> Response:
    return Response(document.model_dump_json(), document.status, headers, MEDIA_TYPE)


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_TEXT else f"{text[:LONGEST_TEXT]}…"
