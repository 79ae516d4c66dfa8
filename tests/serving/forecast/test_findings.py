"""Deals to look at, over real HTTP."""

import httpx
import pytest
from bundles import simulated_history, trained_bundle

from winprob.models.attention.deals import deals_to_look_at
from winprob.models.attention.table import findings_table
from winprob.models.forecast.pipeline import pipeline


@pytest.mark.parametrize("language", ["zh", "en"])
def test_they_are_those_of_the_models(forecasts: httpx.Client, language: str) -> None:
    attention = deals_to_look_at(pipeline(trained_bundle(), simulated_history(), "2024-06-30T00:00Z"))
    asked = {"as_of": "2024-06-30T00:00Z", "language": language}
    answer = forecasts.get("/v1/forecast/deals", params=asked)
    assert answer.headers["content-language"] == language
    found = answer.json()
    table = findings_table(attention)
    assert (found["deals"], found["left_out"]) == (attention.deals, 0)
    for name in ("rank", "opportunity_id", "code", "currency", "deal_class"):
        assert [finding[name] for finding in found["findings"]] == table[name].tolist()
    for name in ("name", "stake", "evidence", "change"):
        assert [finding[name] for finding in found["findings"]] == table[f"{name}_{language}"].tolist()
    assert [each["levers"] for each in found["findings"]] == [
        list(each.levers) for each in attention.findings
    ]
    assert [each["code"] for each in found["not_judged"]] == [each.code for each in attention.not_applicable]


def test_the_limit_is_for_each_currency(forecasts: httpx.Client) -> None:
    everything = forecasts.get("/v1/forecast/deals").json()["findings"]
    some = forecasts.get("/v1/forecast/deals", params={"limit": 2}).json()
    assert some["findings"] == [finding for finding in everything if finding["rank"] <= 2]
    assert some["left_out"] == len(everything) - len(some["findings"])
    assert len({finding["currency"] for finding in some["findings"]}) == 2


def test_before_anything_is_stale_there_is_nothing_to_look_at(forecasts: httpx.Client) -> None:
    answer = forecasts.get("/v1/forecast/deals", params={"as_of": "2023-01-02T02:23:00Z"}).json()
    assert (answer["deals"], answer["findings"]) == (0, [])
    assert answer["not_judged"]


@pytest.mark.parametrize(
    ("query", "field"), [("as_of=2099-01-01", "as_of"), ("limit=0", "limit"), ("by=week", "by")]
)
def test_what_cannot_be_asked_is_named(forecasts: httpx.Client, query: str, field: str) -> None:
    answer = forecasts.get(f"/v1/forecast/deals?{query}")
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:problem-type:winprob:invalid-query")
    assert [error["field"] for error in answer.json()["errors"]] == [field]
