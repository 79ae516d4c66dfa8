"""The description of the service: complete, with examples that work."""

import json
import re
from typing import Any

import httpx
import pytest


@pytest.fixture(scope="module")
def description(client: httpx.Client) -> dict[str, Any]:
    return client.get("/openapi.json").json()


def test_every_address_is_described(description: dict[str, Any]) -> None:
    assert sorted(description["paths"]) == [
        "/due",
        "/due.ics",
        "/forecast",
        "/forecast/change",
        "/forecast/deals",
        "/forecast/explained",
        "/healthz",
        "/opportunities",
        "/opportunities.{kind}",
        "/opportunities/{opportunity_id}",
        "/readyz",
        "/v1/forecast",
        "/v1/forecast/change",
        "/v1/forecast/change/deals",
        "/v1/forecast/deals",
        "/v1/forecast/explained",
        "/v1/forecast/explained/deals",
        "/v1/forecast/what-if",
        "/v1/model",
        "/v1/models/reload",
        "/v1/score",
        "/v1/score/batch",
    ]


def test_every_reference_leads_somewhere(description: dict[str, Any]) -> None:
    references = set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(description)))
    assert {"ScoreRequest", "BatchRequest", "Answer", "ProblemDocument"} <= references
    assert references <= set(description["components"]["schemas"])


def test_the_example_of_a_what_if_works(forecasts: httpx.Client) -> None:
    path = "/v1/forecast/what-if"
    described = forecasts.get("/openapi.json").json()["paths"][path]["post"]
    example = described["requestBody"]["content"]["application/json"]["example"]
    assert forecasts.post(path, json=example).status_code == 200


@pytest.mark.parametrize("path", ["/v1/score", "/v1/score/batch"])
def test_examples_work(client: httpx.Client, description: dict[str, Any], path: str) -> None:
    body = description["paths"][path]["post"]["requestBody"]["content"]["application/json"]["example"]
    answer = client.post(path, json=body)
    assert answer.status_code == 200
    answers = [one["answer"] for one in answer.json()["results"]] if "batch" in path else [answer.json()]
    assert [one["warnings"] for one in answers] == [[]] * len(answers)


def test_problems_are_described_as_problems(description: dict[str, Any]) -> None:
    responses = description["paths"]["/v1/score"]["post"]["responses"]
    assert sorted(responses) == ["200", "400", "409", "413", "415", "422", "503"]
    refusals = [responses[status]["content"] for status in responses if status != "200"]
    assert [list(content) for content in refusals] == [["application/problem+json"]] * 6


def test_what_is_served_and_what_is_rejected_is_described(description: dict[str, Any]) -> None:
    reload = description["paths"]["/v1/models/reload"]["post"]
    assert sorted(reload["responses"]) == ["200", "403", "503"]
    schemas = description["components"]["schemas"]
    assert set(schemas["Ready"]["properties"]) == {"status", "model", "history", "rejected"}
    assert set(schemas["Reloaded"]["properties"]) == {"result", "swapped", "model", "history", "rejected"}
    assert set(schemas["Rejected"]["properties"]) == {"part", "version", "reason", "at"}


@pytest.mark.parametrize("path", ["/v1/score", "/v1/score/batch"])
def test_the_query_of_scores_is_described(description: dict[str, Any], path: str) -> None:
    query = [each for each in description["paths"][path]["post"]["parameters"] if each["in"] == "query"]
    assert [each["name"] for each in query] == ["unknown", "detail", "levers", "dates"]
    assert not any(each["required"] for each in query)
    assert all(each["description"] for each in query)
    unknown, detail, *others = (each["schema"] for each in query)
    assert (unknown["enum"], unknown["default"]) == (["refuse", "accept"], "refuse")
    assert detail["enum"] == ["none", "brief", "full"]
    assert detail["default"] == ("brief" if path.endswith("batch") else "full")
    assert [each["default"] for each in others] == [True, True]


def test_a_server_without_its_model_describes_itself_too(broken_client: httpx.Client) -> None:
    assert "/v1/score" in broken_client.get("/openapi.json").json()["paths"]
