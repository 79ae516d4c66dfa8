"""The list of open deals: every number of the forecast opens into its deals, and these into their pages."""

import html
import re

import httpx
import pytest

ASKED = {"as_of": "2024-06-30", "language": "en"}


def amount(text: str) -> float:
    """The amount at the beginning of a text such as ``1.25M CNY``."""
    number, unit = re.match(r"(-?[\d,.]+)([Mk]?)", text).groups()  # type: ignore[union-attr]
    return float(number.replace(",", "")) * {"M": 1e6, "k": 1e3, "": 1.0}[unit]


def rows(page: str) -> list[str]:
    return re.findall(r'<tr><th scope="row"><a href="(/opportunities/[^"]*)">', page)


@pytest.mark.parametrize("group", ["", "team"])
def test_numbers_of_the_forecast_open_into_a_list_that_says_the_same(
    forecasts: httpx.Client, group: str
) -> None:
    page = forecasts.get("/forecast", params=ASKED | {"group": group}).text
    links = re.findall(
        r'<td class="number" title="[^"]*">\s*<a href="(/opportunities\?[^"]*)">([^<]*)</a>', page
    )
    assert len(links) > 20
    for address, told in links[::5]:
        opened = forecasts.get(html.unescape(address))
        assert opened.status_code == 200
        sums = re.findall(r'<p class="sum"><b>([^<]*)</b> = ([^<]*)</p>', opened.text)
        if amount(told) == 0 and not sums:
            continue
        [(total, parts)] = sums
        assert total == told
        added = sum(amount(part) for part in re.findall(r"(-?[\d,.]+[Mk]?) [A-Z]{3}", parts))
        assert added == pytest.approx(amount(total), rel=0.02)


def test_each_row_leads_to_its_deal(forecasts: httpx.Client) -> None:
    page = forecasts.get("/opportunities", params=ASKED).text
    assert len(rows(page)) == 50
    for address in rows(page)[::15]:
        assert forecasts.get(html.unescape(address)).status_code == 200


def test_pages_follow_one_another_without_a_gap(forecasts: httpx.Client) -> None:
    seen: list[str] = []
    address: str | None = "/opportunities?as_of=2024-06-30&language=en&order=amount"
    while address is not None:
        page = forecasts.get(html.unescape(address)).text
        seen += rows(page)
        address = next(iter(re.findall(r'<a href="([^"]*)" rel="next">', page)), None)
    [count] = re.findall(r"<h1>(\d+) open deals", page)
    assert len(seen) == len(set(seen)) == int(count) > 50


def test_filters_are_kept_in_the_form_and_in_the_other_language(forecasts: httpx.Client) -> None:
    asked = ASKED | {"deal_class": "B", "of": "seller_expected", "q": "O"}
    page = forecasts.get("/opportunities", params=asked).text
    assert "<option selected>B</option>" in page
    assert '<option value="seller_expected" selected>' in page
    assert "<details open>" in page
    [other] = re.findall(r'<a href="([^"]+)" rel="alternate" hreflang="zh">', page)
    answer = forecasts.get(html.unescape(other))
    assert answer.headers["content-language"] == "zh"
    assert rows(answer.text) == [address.replace("language=en", "language=zh") for address in rows(page)]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("tema=x", "tema"),
        ("stage=none", "stage"),
        ("period=2024-06-30", "period"),
        ("page=0", "page"),
        ("of=x", "of"),
    ],
)
def test_what_cannot_be_asked_is_named(forecasts: httpx.Client, query: str, field: str) -> None:
    answer = forecasts.get(f"/opportunities?as_of=2024-06-30&{query}")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)


def test_without_a_history_there_is_no_list(client: httpx.Client) -> None:
    assert client.get("/opportunities").json()["type"] == "urn:problem-type:winprob:no-history"
