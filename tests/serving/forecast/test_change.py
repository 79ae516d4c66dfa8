"""Why a forecast has moved, over real HTTP."""

from collections import defaultdict

import httpx
import pytest

ASKED = {"since": "2024-04-15T00:00Z", "as_of": "2024-06-30T00:00Z", "periods": 2}


def test_parts_add_up_to_the_change(forecasts: httpx.Client) -> None:
    answer = forecasts.get("/v1/forecast/change", params=ASKED).json()
    assert (answer["since"], answer["as_of"]) == ("2024-04-15T00:00:00Z", "2024-06-30T00:00:00Z")
    assert len(answer["rows"]) >= 4
    for row in answer["rows"]:
        moved = sum(part["amount"] for part in row["parts"])
        assert moved == pytest.approx(row["after"] - row["before"], rel=1e-6, abs=1e-6)
    assert any(part["amount"] > 0 for row in answer["rows"] for part in row["parts"] if part["part"] == "won")


def test_it_lies_between_two_forecasts_of_the_same_periods(forecasts: httpx.Client) -> None:
    rows = forecasts.get("/v1/forecast/change", params=ASKED).json()["rows"]
    for name, as_of in (("before", "2024-04-15T00:00Z"), ("after", "2024-06-30T00:00Z")):
        found = forecasts.get("/v1/forecast", params={"periods": 2, "as_of": as_of}).json()["rows"]
        expected = {(row["period_start"], row["currency"]): row["expected"] for row in found}
        for row in rows:
            assert row[name] == expected.get((row["period_start"], row["currency"]), 0.0)


def test_a_quarter_can_be_compared_with_before_it_began(forecasts: httpx.Client) -> None:
    rows = forecasts.get("/v1/forecast/change", params=ASKED | {"since": "2024-03-01"}).json()["rows"]
    assert {row["period_start"] for row in rows} == {"2024-04-01", "2024-07-01"}
    assert all(row["before"] >= 0 for row in rows)


def test_deals_add_up_to_parts(forecasts: httpx.Client) -> None:
    rows = forecasts.get("/v1/forecast/change", params=ASKED).json()["rows"]
    deals = forecasts.get("/v1/forecast/change/deals", params=ASKED | {"limit": 10_000}).json()
    sums: defaultdict[tuple[str, ...], float] = defaultdict(float)
    for deal in deals["rows"]:
        sums[deal["period_start"], deal["currency"], deal["part"]] += deal["amount"]
    for row in rows:
        for part in row["parts"]:
            found = sums.pop((row["period_start"], row["currency"], part["part"]), 0.0)
            assert found == pytest.approx(part["amount"], rel=1e-9, abs=1e-6)
    assert not sums


def test_it_is_since_four_weeks_ago_unless_asked_otherwise(forecasts: httpx.Client) -> None:
    answer = forecasts.get("/v1/forecast/change", params={"as_of": "2024-06-30T00:00Z"}).json()
    assert answer["since"] == "2024-06-02T00:00:00Z"
    opened = forecasts.get("/v1/forecast/change/deals", params={"as_of": "2024-06-30T00:00Z"}).json()
    assert opened["since"] == "2024-06-02T00:00:00Z"


def test_at_the_beginning_there_is_nothing_to_compare_with(forecasts: httpx.Client) -> None:
    answer = forecasts.get("/v1/forecast/change", params={"as_of": "2023-01-02T02:23:00Z"}).json()
    assert answer["since"] == answer["as_of"]
    assert {part["amount"] for row in answer["rows"] for part in row["parts"]} == {0.0}


@pytest.mark.parametrize("path", ["/v1/forecast/change", "/v1/forecast/change/deals"])
@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ("since=2024-07-01&as_of=2024-06-30", ["since"]),
        ("since=2020-01-01", ["since"]),
        ("as_of=2099-01-01&since=2099-01-01", ["as_of"]),
        ("group=team", ["group"]),
        ("since=then", ["since"]),
    ],
)
def test_what_cannot_be_compared_is_named(
    forecasts: httpx.Client, path: str, query: str, fields: list[str]
) -> None:
    answer = forecasts.get(f"{path}?{query}")
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:problem-type:winprob:invalid-query")
    assert [error["field"] for error in answer.json()["errors"]] == fields
