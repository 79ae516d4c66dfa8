"""What if, over real HTTP."""

from typing import Any

import httpx
import pytest

PATH = "/v1/forecast/what-if"
NUMBERS = ("won", "expected", "median", "low_80", "high_80", "open_expected", "deals")


@pytest.fixture(scope="module")
def biggest(forecasts: httpx.Client) -> dict[str, Any]:
    """The open deal of which most is expected."""
    opened = forecasts.get("/v1/forecast/explained/deals", params={"part": "base", "periods": 2}).json()[
        "rows"
    ]
    found: dict[str, Any] = max(opened, key=lambda row: row["amount"])
    return found


def test_losing_a_deal_takes_away_what_was_expected_of_it(
    forecasts: httpx.Client, biggest: dict[str, Any]
) -> None:
    body = {"changes": {biggest["opportunity_id"]: {"outcome": "lost"}}, "periods": 2}
    answer = forecasts.post(PATH, json=body).json()
    assert answer["changes"] == body["changes"]
    assert answer["before"] == forecasts.get("/v1/forecast", params={"periods": 2}).json()["rows"]
    rows = zip(answer["before"], answer["after"], answer["difference"], strict=True)
    for before, after, difference in rows:
        for name in NUMBERS:
            assert difference[name] == pytest.approx(after[name] - before[name], abs=1e-6)
        if before["currency"] == biggest["currency"]:
            assert difference["deals"] == -1
            assert difference["open_expected"] < 0
    assert "not promises" in answer["note"]


def test_changes_are_made_at_once(forecasts: httpx.Client, biggest: dict[str, Any]) -> None:
    body = {"changes": {biggest["opportunity_id"]: {"outcome": "won", "amount": 5_000_000}}}
    answer = forecasts.post(PATH, json=body, headers={"accept-language": "zh"})
    assert answer.headers["content-language"] == "zh"
    [change] = [row for row in answer.json()["difference"] if row["currency"] == biggest["currency"]]
    assert change["won"] == 5_000_000


def test_the_biggest_can_be_left_to_the_service(forecasts: httpx.Client) -> None:
    answer = forecasts.post(PATH, json={"without_biggest": True, "periods": 2, "group": "team"}).json()
    assert all(change == {"outcome": "lost"} for change in answer["changes"].values())
    whole = [row for row in answer["difference"] if row["group"] is None and row["deals"]]
    assert [row["deals"] for row in whole] == [-1] * len(whole)
    assert len(whole) == 2 * len(answer["changes"])


@pytest.mark.parametrize(
    ("body", "code", "fields"),
    [
        ({"changes": {"A-1": {}}}, "invalid-supposition", ["changes.A-1"]),
        ({"changes": {"A-1": {}, "B": {}}}, "invalid-supposition", ["changes.A-1", "changes.B"]),
        ({"changes": []}, "invalid-query", ["changes"]),
        ({"changes": {str(number): {} for number in range(501)}}, "invalid-query", ["changes"]),
        ({"changes": {"A-1": {}}, "without_biggest": True}, "invalid-query", ["without_biggest"]),
        ({"change": {}}, "invalid-query", ["change"]),
        ({"by": "year", "as_of": 5}, "invalid-query", ["by", "as_of"]),
        ({"group": "tema", "changes": {"A-1": {}}}, "invalid-query", ["group"]),
        ([], "invalid-query", ["document"]),
    ],
)
def test_what_cannot_be_supposed_is_named(
    forecasts: httpx.Client, body: object, code: str, fields: list[str]
) -> None:
    answer = forecasts.post(PATH, json=body)
    assert (answer.status_code, answer.json()["type"]) == (422, f"urn:problem-type:winprob:{code}")
    assert [error["field"] for error in answer.json()["errors"]] == fields


def test_codes_are_those_of_the_playbook(forecasts: httpx.Client, biggest: dict[str, Any]) -> None:
    body = {"changes": {biggest["opportunity_id"]: {"stage": "intents", "amonut": 5}}}
    assert forecasts.post(PATH, json=body).status_code == 422
    body = {"changes": {biggest["opportunity_id"]: {"stage": "intents"}}}
    [error] = forecasts.post(PATH, json=body).json()["errors"]
    assert error["field"] == f"changes.{biggest['opportunity_id']}.stage"
    assert "did you mean 'intent'" in error["expected"]


def test_the_body_is_json(forecasts: httpx.Client) -> None:
    assert forecasts.post(PATH, content=b"{}").status_code == 415
    broken = forecasts.post(PATH, content=b"{", headers={"content-type": "application/json"})
    assert broken.status_code == 400


def test_nothing_is_kept(forecasts: httpx.Client, biggest: dict[str, Any]) -> None:
    before = forecasts.get("/v1/forecast").content
    forecasts.post(PATH, json={"changes": {biggest["opportunity_id"]: {"outcome": "lost"}}})
    assert forecasts.get("/v1/forecast").content == before
