"""What the OpenAPI page says of bodies that are read by hand, and of problems."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

SCHEMAS = "#/components/schemas/"


def body_of(model: type[BaseModel]) -> dict[str, Any]:
    """Describe the body that an endpoint reads by hand.

    Returns
    -------
    dict
        For ``openapi_extra`` of a path.

    Examples
    --------
    >>> from winprob.serving.wire.request import ScoreRequest
    >>> body_of(ScoreRequest)["requestBody"]["content"]["application/json"]
    {'schema': {'$ref': '#/components/schemas/ScoreRequest'}}
    """
    content = {"application/json": {"schema": {"$ref": SCHEMAS + model.__name__}}}
    return {"requestBody": {"required": True, "content": content}}


def refusals(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Describe the problem documents that an endpoint answers.

    Parameters
    ----------
    *statuses : int
        HTTP statuses.

    Returns
    -------
    dict
        For ``responses`` of a path.

    Examples
    --------
    >>> refusals(503)[503]["description"]
    'Service Unavailable'
    """
    content = {"application/problem+json": {"schema": {"$ref": SCHEMAS + "ProblemDocument"}}}
    return {status: {"description": HTTPStatus(status).phrase, "content": content} for status in statuses}


def install(app: FastAPI, models: Sequence[type[BaseModel]], examples: Callable[[], dict[str, Any]]) -> None:
    """Complete an application's OpenAPI description.

    Parameters
    ----------
    app : FastAPI
    models : sequence of type of pydantic.BaseModel
        What `body_of` and `refusals` refer to.
    examples : callable
        Gives for each path a body that works; asked each time, since it depends on the model.
    """
    generate = app.openapi
    _, schema = models_json_schema(
        [(model, "validation") for model in models], ref_template=SCHEMAS + "{model}"
    )

    def openapi() -> dict[str, Any]:
        description = generate()
        description["components"]["schemas"] |= schema["$defs"]
        for path, example in examples().items():
            description["paths"][path]["post"]["requestBody"]["content"]["application/json"]["example"] = (
                example
            )
        return description

    app.openapi = openapi  # type: ignore[method-assign]
