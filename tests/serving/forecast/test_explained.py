"""What is expected, split by families of reasons, over real HTTP."""

import re
from collections import defaultdict

import httpx
import pytest
from bundles import simulated_history, trained_bundle

from winprob.models.forecast.explained import explain
from winprob.models.forecast.forecast import forecast
from winprob.models.forecast.pipeline import pipeline

ASKED = {"by": "month", "periods": 2, "as_of": "2024-06-30T00:00Z"}


def test_parts_add_up_to_the_forecast(forecasts: httpx.Client) -> None:
    asked = ASKED | {"group": "team"}
    rows = forecasts.get("/v1/forecast/explained", params=asked).json()["rows"]
    table = forecasts.get("/v1/forecast", params=asked).json()["rows"]
    keys = ("period_start", "period_end", "group", "currency", "expected")
    assert [[row[key] for key in keys] for row in rows] == [[row[key] for key in keys] for row in table]
    for row in rows:
        parts = [part["amount"] for part in row["parts"]]
        assert sum(parts) == pytest.approx(row["expected"], rel=1e-9, abs=1e-6)


def test_parts_are_those_of_the_models(forecasts: httpx.Client) -> None:
    expected = explain(
        forecast(pipeline(trained_bundle(), simulated_history(), "2024-06-30T00:00Z"), "month", 2)
    )
    rows = forecasts.get("/v1/forecast/explained", params=ASKED).json()["rows"]
    found = [(part["part"], part["name"], part["amount"]) for row in rows for part in row["parts"]]
    told = expected.parts[["part", "name_en", "amount"]].to_numpy().tolist()
    assert [one[:2] for one in found] == [tuple(one[:2]) for one in told]
    assert [one[2] for one in found] == pytest.approx([one[2] for one in told])


@pytest.mark.parametrize("group", [None, "team"])
def test_deals_add_up_to_parts(forecasts: httpx.Client, group: str | None) -> None:
    asked = ASKED | ({"group": group} if group else {})
    rows = forecasts.get("/v1/forecast/explained", params=asked).json()["rows"]
    deals = forecasts.get("/v1/forecast/explained/deals", params=asked | {"limit": 10_000}).json()
    assert deals["left_out"] == 0
    sums: defaultdict[tuple[str, ...], float] = defaultdict(float)
    for deal in deals["rows"]:
        sums[deal["period_start"], deal["currency"], deal["group"], deal["part"]] += deal["amount"]
    for row in rows:
        if row["group"] is None and group is not None:
            continue
        for part in row["parts"]:
            found = sums.pop((row["period_start"], row["currency"], row["group"], part["part"]), 0.0)
            assert found == pytest.approx(part["amount"], rel=1e-9, abs=1e-6)
    assert not sums


def test_the_largest_come_first_and_the_rest_is_counted(forecasts: httpx.Client) -> None:
    asked = ASKED | {"part": "stage", "currency": "CNY"}
    everything = forecasts.get("/v1/forecast/explained/deals", params=asked | {"limit": 10_000}).json()[
        "rows"
    ]
    some = forecasts.get("/v1/forecast/explained/deals", params=asked | {"limit": 3}).json()
    assert {(row["part"], row["currency"]) for row in everything} == {("stage", "CNY")}
    periods = sorted({row["period_start"] for row in everything})
    expected = [[row for row in everything if row["period_start"] == period][:3] for period in periods]
    assert some["rows"] == expected[0] + expected[1]
    assert some["left_out"] == len(everything) - 6
    for rows in expected:
        sizes = [abs(row["amount"]) for row in rows]
        assert sizes == sorted(sizes, reverse=True)


def test_one_period_can_be_opened_alone(forecasts: httpx.Client) -> None:
    path = "/v1/forecast/explained/deals"
    everything = forecasts.get(path, params=ASKED | {"limit": 10_000}).json()["rows"]
    found = forecasts.get(path, params=ASKED | {"period_start": "2024-07-01", "limit": 10_000}).json()["rows"]
    assert found == [row for row in everything if row["period_start"] == "2024-07-01"] != []


def test_a_currency_in_which_nothing_is_open_has_no_deals(forecasts: httpx.Client) -> None:
    answer = forecasts.get("/v1/forecast/explained/deals", params={"currency": "EUR", "part": "stage"})
    assert (answer.status_code, answer.json()["rows"]) == (200, [])


@pytest.mark.parametrize("path", ["/v1/forecast/explained", "/v1/forecast/explained/deals"])
def test_names_are_in_the_clients_language(forecasts: httpx.Client, path: str) -> None:
    for asked, accepted, language, name in (
        ({}, "zh-CN", "zh", "赢单"),
        ({"language": "en"}, "zh", "en", "won"),
    ):
        answer = forecasts.get(path, params=asked, headers={"accept-language": accepted})
        assert answer.headers["content-language"] == answer.json()["language"] == language
        assert answer.headers["vary"] == "Accept-Language, Accept-Encoding"
        assert f'"name":"{name}"' in answer.text


@pytest.mark.parametrize(
    ("query", "field", "told"),
    [
        ("part=stages", "part", "'stage', .*did you mean 'stage'"),
        ("currency=GBP", "currency", "one of 'CNY', 'EUR', 'USD'"),
        ("currency=", "currency", "one of 'CNY'"),
        ("period_start=2024-10-02", "period_start", "one of '2024-10-01'"),
        ("period_start=2024-10", "period_start", "a date such as"),
        ("limit=0", "limit", "greater than or equal to 1"),
        ("limit=10001", "limit", "less than or equal to 10000"),
        ("language=fr", "language", "'en' or 'zh'"),
    ],
)
def test_what_cannot_be_opened_is_named(forecasts: httpx.Client, query: str, field: str, told: str) -> None:
    answer = forecasts.get(f"/v1/forecast/explained/deals?{query}")
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:problem-type:winprob:invalid-query")
    [error] = answer.json()["errors"]
    assert error["field"] == field
    assert re.search(told, error["expected"])
