"""The query of a request: read strictly, each parameter once, and described to clients."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

from fastapi import Request
from pydantic import BaseModel, ValidationError

from winprob.features.checking import MOST_PROBLEMS
from winprob.features.mistake import Mistake
from winprob.features.problem import Problem, problems_of

Question = TypeVar("Question", bound=BaseModel)


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


def query_of(model: type[Question]) -> Callable[[Request], Awaitable[Question]]:
    """Make what reads the query of a request; a dependency of endpoints.

    Parameters
    ----------
    model : type of pydantic.BaseModel
        Its fields are the parameters.

    Returns
    -------
    callable
        Gives the model; raises `InvalidQuery` naming every parameter that is unknown, wrong or there twice.
    """

    async def read(request: Request) -> Question:
        query = request.query_params.multi_items()
        if twice := [name for name, count in Counter(name for name, _ in query).items() if count > 1]:
            remedy = "leave out all but one"
            raise InvalidQuery([Problem(name, "one value", "several", remedy) for name in twice])
        try:
            return model.model_validate(dict(query))
        except ValidationError as error:
            raise InvalidQuery(problems_of(error, model, MOST_PROBLEMS)) from error

    return read


def parameters_of(model: type[BaseModel]) -> dict[str, Any]:
    """Describe the query that an endpoint reads by hand.

    Parameters
    ----------
    model : type of pydantic.BaseModel
        Its fields are the parameters, each with a description.

    Returns
    -------
    dict
        For ``openapi_extra`` of a path.

    Examples
    --------
    >>> from pydantic import Field
    >>> class Question(BaseModel):
    ...     periods: int = Field(1, description="How many.", examples=[2])
    >>> parameters_of(Question)["parameters"][0]["name"]
    'periods'
    """
    schema = model.model_json_schema()
    return {
        "parameters": [
            {
                "name": name,
                "in": "query",
                "required": name in schema.get("required", ()),
                "description": field.pop("description"),
                "schema": field,
            }
            for name, field in schema["properties"].items()
        ]
    }
