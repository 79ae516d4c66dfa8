"""The query of a request: every parameter once, and what is wrong with it in the words of this project."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import cast

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel

from winprob.features.checking import MOST_PROBLEMS
from winprob.features.mistake import Mistake
from winprob.features.problem import Problem, problems_of


class InvalidQuery(Mistake):
    """A question that cannot be answered.

    Parameters
    ----------
    problems : sequence of Problem
        What is wrong with it, by parameter.

    Examples
    --------
    >>> raise InvalidQuery([Problem("periods", "a number", "'two'", "correct the value")])
    Traceback (most recent call last):
    ...
    winprob.serving.wire.query.InvalidQuery: periods: expected a number, found 'two'; correct the value
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


async def each_once(request: Request) -> None:  # numpydoc ignore=PR01
    """Refuse parameters that are there twice, of which FastAPI takes the last; a dependency of endpoints.

    Raises
    ------
    InvalidQuery
        Naming them all.
    """
    often = Counter(name for name, _ in request.query_params.multi_items())
    if twice := [name for name, count in often.items() if count > 1]:
        remedy = "leave out all but one"
        raise InvalidQuery([Problem(name, "one value", "several", remedy) for name in twice])


def invalid_query(error: RequestValidationError, route: APIRoute) -> InvalidQuery:
    """Put what FastAPI finds wrong with a query into the words of this project.

    Parameters
    ----------
    error : fastapi.exceptions.RequestValidationError
    route : fastapi.routing.APIRoute
        Whose query it is: takes a model of all its parameters.
    """
    [question] = route.dependant.query_params
    model = cast(type[BaseModel], question.field_info.annotation)
    found = [{**each, "loc": each["loc"][1:]} for each in error.errors()]
    return InvalidQuery(problems_of(found, model, MOST_PROBLEMS))
