"""Queries are read strictly."""

import asyncio
from typing import Annotated

import pytest
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request

from winprob.serving.wire.query import InvalidQuery, parameters_of, query_of


class Question(BaseModel):
    model_config = ConfigDict(extra="forbid")

    team: str = Field(description="Which team.")
    periods: Annotated[int, Field(ge=1)] = Field(default=1, description="How many.", examples=[2])


def asked(query: str) -> Question:
    request = Request({"type": "http", "query_string": query.encode(), "headers": []})
    return asyncio.run(query_of(Question)(request))


def test_parameters_are_fields() -> None:
    assert asked("periods=2&team=%E5%8D%8E%E4%B8%9C") == Question(periods=2, team="华东")


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("team=a&period=2", r"period: .*\(did you mean 'periods'\?\), found an unknown key"),
        ("periods=2", "team: expected a value, found nothing"),
        ("team=a&periods=0", "periods: expected greater than or equal to 1, found '0'"),
        ("team=a&team=a", "team: expected one value, found several; leave out all but one"),
        ("team=a&periods=1&periods=2&team=b", r"team: .*\nperiods: "),
    ],
)
def test_what_is_wrong_is_named(query: str, told: str) -> None:
    with pytest.raises(InvalidQuery, match=told):
        asked(query)


def test_clients_are_told_of_every_parameter() -> None:
    team, periods = parameters_of(Question)["parameters"]
    assert (team["name"], team["in"], team["required"]) == ("team", "query", True)
    assert (periods["required"], periods["description"]) == (False, "How many.")
    assert periods["schema"]["examples"] == [2]
