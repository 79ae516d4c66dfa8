"""Forecasts over real HTTP."""

import json

import httpx
import pytest
from bundles import simulated_history, trained_bundle

from winprob.models.forecast.forecast import forecast
from winprob.models.forecast.pipeline import pipeline
from winprob.serving.forecast.answer import ForecastAnswer

ASKED = {"by": "month", "periods": 2, "group": "team", "as_of": "2024-06-30T00:00Z"}


def refused(answer: httpx.Response, status: int, code: str) -> list[str]:
    """The fields that a problem document names."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == f"urn:problem-type:winprob:{code}"
    return [error["field"] for error in answer.json()["errors"]]


def test_rows_are_those_of_the_table(forecasts: httpx.Client) -> None:
    expected = forecast(
        pipeline(trained_bundle(), simulated_history(), "2024-06-30T00:00Z"), "month", 2, "team"
    )
    answer = forecasts.get("/v1/forecast", params=ASKED)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    found = answer.json()
    assert (found["as_of"], found["group"], found["deals"]) == (
        "2024-06-30T00:00:00Z", "team", len(expected.pipeline),
    )  # fmt: skip
    rows = json.loads(expected.table.rename(columns={"team": "group"}).to_json(orient="records"))
    for row, of_table in zip(found["rows"], rows, strict=True):
        assert list(row) == list(of_table)
        for name in ("group", "currency"):
            assert row.pop(name) == of_table.pop(name)
        for name in ("period_start", "period_end"):
            assert row.pop(name) == str(expected.table[name].iloc[rows.index(of_table)]), of_table.pop(name)
        assert row == pytest.approx({name: of_table[name] for name in row})


def test_without_a_group_each_currency_has_its_whole(forecasts: httpx.Client) -> None:
    rows = forecasts.get("/v1/forecast").json()["rows"]
    assert {row["group"] for row in rows} == {None}
    assert sorted(row["currency"] for row in rows) == ["CNY", "EUR", "USD"]


def test_the_answer_says_which_model_made_it(forecasts: httpx.Client) -> None:
    answer = ForecastAnswer.model_validate_json(forecasts.get("/v1/forecast").content)
    card = forecasts.get("/v1/model").json()
    assert (answer.model.name, answer.model.version) == (card["name"], card["version"])


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ("by=year", ["by"]),
        ("by=2020-01-01", ["by[0]"]),
        ("group=tema", ["group"]),
        ("as_of=2099-01-01&group=tema", ["as_of", "group"]),
        ("as_of=soon&periods=x&period=1", ["periods", "as_of", "period"]),
        ("by=week&by=month", ["by"]),
        ("group=%00", ["group"]),
        ("group=%ff", ["group"]),
    ],
)
def test_mistakes_are_named_by_their_parameter(
    forecasts: httpx.Client, query: str, fields: list[str]
) -> None:
    assert refused(forecasts.get(f"/v1/forecast?{query}"), 422, "invalid-query") == fields


def test_without_a_history_it_is_said_how_to_give_one(client: httpx.Client) -> None:
    answer = client.get("/v1/forecast")
    assert refused(answer, 404, "no-history") == []
    assert "winprob serve --history" in answer.json()["detail"]


def test_without_a_model_there_are_no_forecasts(broken_client: httpx.Client) -> None:
    assert refused(broken_client.get("/v1/forecast"), 503, "not-ready") == []


def test_what_can_be_asked_is_described(forecasts: httpx.Client) -> None:
    described = forecasts.get("/openapi.json").json()["paths"]["/v1/forecast"]["get"]
    assert [parameter["name"] for parameter in described["parameters"]] == [
        *("by", "periods", "from", "as_of", "group"),
    ]
    assert all(parameter["description"] for parameter in described["parameters"])
    assert sorted(described["responses"]) == ["200", "404", "422", "503"]
