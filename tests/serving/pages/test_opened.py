"""Each number of the forecast's page opens down to the deals."""

import html
import re

import httpx
import pytest

ASKED = {"as_of": "2024-06-30", "language": "en"}


def test_each_number_leads_to_the_deals_that_it_is_made_of(forecasts: httpx.Client) -> None:
    page = forecasts.get("/forecast", params=ASKED).text
    cells = re.findall(r'title="([^"]*)">\s*<a href="(/forecast/(?:explained|change)\?[^"]*)">', page)
    assert len(cells) > 60
    for told, address in cells[::7]:
        opened = forecasts.get(html.unescape(address) + "&limit=10000")
        assert opened.status_code == 200
        amount, _, currency = told.partition(" ")
        amounts = re.findall(r'<td class="number">([-\d,]+) (\w+)</td>', opened.text)
        assert {each[1] for each in amounts} <= {currency}
        total = sum(int(each[0].replace(",", "")) for each in amounts)
        assert total == pytest.approx(int(amount.replace(",", "")), abs=1 + len(amounts) / 2)


def test_lines_lead_to_their_part(forecasts: httpx.Client) -> None:
    page = forecasts.get("/forecast", params=ASKED).text
    lines = re.findall(r'<th><a href="(/forecast/explained\?[^"]*)">([^<]*)</a></th>', page)
    assert [name for _, name in lines][:3] == ["won", "at the base win rate", "stage"]
    opened = forecasts.get(html.unescape(lines[2][0])).text
    assert opened.count("<td>stage</td>") == opened.count("<tr><td>") > 10


def test_what_is_left_out_is_counted(forecasts: httpx.Client) -> None:
    asked = ASKED | {"part": "base", "limit": "2", "language": "zh"}
    page = forecasts.get("/forecast/explained", params=asked).text
    assert re.search(r"未列出的行数： [1-9]\d", page)
    assert page.count("<tr><td>") == 8


@pytest.mark.parametrize("path", ["/forecast/explained", "/forecast/change", "/forecast/deals"])
def test_they_lead_back_and_to_the_other_language(forecasts: httpx.Client, path: str) -> None:
    page = forecasts.get(path, params=ASKED | {"by": "month", "periods": "3"}).text
    [back] = re.findall(r'<a href="(/forecast\?[^"]*)">Back to the forecast</a>', page)
    assert forecasts.get(html.unescape(back)).status_code == 200
    assert {"by=month", "periods=3"} <= set(html.unescape(back).partition("?")[2].split("&"))
    [other] = re.findall(rf'<a href="({path}\?[^"]*)" rel="alternate">', page)
    answer = forecasts.get(html.unescape(other))
    assert (answer.status_code, answer.headers["content-language"]) == (200, "zh")


def test_findings_are_told_in_full(forecasts: httpx.Client) -> None:
    found = forecasts.get("/v1/forecast/deals", params=ASKED).json()
    page = html.unescape(forecasts.get("/forecast/deals", params=ASKED).text)
    assert found["findings"]
    for finding in found["findings"]:
        for name in ("opportunity_id", "code", "evidence", "change"):
            assert finding[name] in page
    assert f"{found['deals']} deals have findings, {found['without_amount']} of them" in page
    for kind in found["not_judged"]:
        assert f"{kind['code']} {kind['name']} ({kind['reason']})" in page


@pytest.mark.parametrize(
    ("address", "field"),
    [
        ("/forecast/explained?part=none", "part"),
        ("/forecast/change?since=2099-01-01", "since"),
        ("/forecast/deals?limit=x", "limit"),
    ],
)
def test_what_cannot_be_asked_is_named(forecasts: httpx.Client, address: str, field: str) -> None:
    answer = forecasts.get(address)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)
