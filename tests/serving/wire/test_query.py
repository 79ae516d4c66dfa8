"""Queries are read strictly."""

import asyncio
from typing import Annotated, Any

import httpx
import pytest
from fastapi import APIRouter, Depends, FastAPI, Query
from pydantic import BaseModel, ConfigDict, Field

from winprob.serving.wire import problems
from winprob.serving.wire.query import each_once


class Question(BaseModel):
    model_config = ConfigDict(extra="forbid")

    team: str = Field(description="Which team.")
    periods: Annotated[int, Field(ge=1)] = Field(default=1, description="How many.", examples=[2])
    begin: str | None = Field(default=None, alias="from", description="Where to begin.")


@pytest.fixture(scope="module")
def app() -> FastAPI:
    router = APIRouter(prefix="/v1")

    @router.get("/echo", dependencies=[Depends(each_once)])
    async def echo(question: Annotated[Question, Query()]) -> dict[str, Any]:
        return question.model_dump(exclude_unset=True)

    app = FastAPI()
    app.include_router(router)
    problems.install(app)
    return app


def asked(app: FastAPI, query: str) -> httpx.Response:
    async def get() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
            return await client.get(f"/v1/echo?{query}")

    return asyncio.run(get())


def test_parameters_are_fields_and_only_those_that_are_sent_are_set(app: FastAPI) -> None:
    answer = asked(app, "team=%E5%8D%8E%E4%B8%9C&from=a")
    assert answer.json() == {"team": "华东", "begin": "a"}
    assert asked(app, "periods=2&team=a").json() == {"team": "a", "periods": 2}


@pytest.mark.parametrize(
    ("query", "told"),
    [
        (
            "team=a&period=2",
            [
                "period: expected one of the keys team, periods, from (did you mean 'periods'?), "
                "found an unknown key; rename or remove it"
            ],
        ),
        ("periods=2", ["team: expected a value, found nothing; add the key"]),
        (
            "team=a&periods=0",
            ["periods: expected greater than or equal to 1, found '0'; correct the value"],
        ),
        ("team=a&team=a", ["team: expected one value, found several; leave out all but one"]),
        (
            "team=a&periods=1&periods=2&team=b",
            [
                "team: expected one value, found several; leave out all but one",
                "periods: expected one value, found several; leave out all but one",
            ],
        ),
        (
            "team=a&x=1&x=2",
            ["x: expected one value, found several; leave out all but one"],
        ),
        (
            "team=a&begin=a",
            [
                "begin: expected one of the keys team, periods, from, "
                "found an unknown key; rename or remove it"
            ],
        ),
        (
            "periods=two&team=a&from=a&size=1",
            [
                "periods: expected a valid integer, unable to parse string as an integer, found 'two'; "
                "correct the value",
                "size: expected one of the keys team, periods, from, "
                "found an unknown key; rename or remove it",
            ],
        ),
    ],
)
def test_what_is_wrong_is_named(app: FastAPI, query: str, told: list[str]) -> None:
    answer = asked(app, query)
    assert (answer.status_code, answer.headers["content-type"]) == (422, problems.MEDIA_TYPE)
    problem = answer.json()
    assert problem["type"] == "urn:problem-type:winprob:invalid-query"
    assert problem["instance"] == "/v1/echo"
    lines = [
        f"{each['field']}: expected {each['expected']}, found {each['found']}; {each['remedy']}"
        for each in problem["errors"]
    ]
    assert lines == told


def test_clients_are_told_of_every_parameter(app: FastAPI) -> None:
    team, periods, begin = app.openapi()["paths"]["/v1/echo"]["get"]["parameters"]
    assert (team["name"], team["in"], team["required"]) == ("team", "query", True)
    assert (periods["required"], periods["description"]) == (False, "How many.")
    assert periods["schema"]["examples"] == [2]
    assert begin["name"] == "from"
