"""The forecast on a page."""

import html
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pandas as pd
import pytest
from bundles import simulated_company
from markupsafe import escape
from servers import running, settle

from winprob.serving.settings import Settings

HOSTILE = "<script>alert('华东')</script>&\"</script>"


@pytest.mark.parametrize(
    ("query", "accept", "language", "title"),
    [
        ("", "zh-CN", "zh", "销售预测"),
        ("", "de", "en", "Sales forecast"),
        ("?language=zh", "en", "zh", "销售预测"),
        ("?language=en", "zh", "en", "Sales forecast"),
    ],
)
def test_it_speaks_the_readers_language(
    forecasts: httpx.Client, query: str, accept: str, language: str, title: str
) -> None:
    answer = forecasts.get(f"/forecast{query}", headers={"accept-language": accept})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert answer.headers["content-language"] == language
    assert f'<html lang="{language}">' in answer.text
    assert f"<h1>{title}</h1>" in answer.text


def test_nothing_comes_from_elsewhere(forecasts: httpx.Client) -> None:
    answer = forecasts.get("/forecast")
    assert answer.headers["content-security-policy"].startswith("default-src 'none'; script-src 'self';")
    page = answer.text
    needed = re.findall(r'(?:src|href|action)="([^"?#]+)', page)
    assert "/assets/page.css" in needed
    for address in set(needed):
        assert address.startswith("/")
        assert forecasts.get(address).status_code == 200
    assert not re.search(r"<script|\son\w+=", page)


def test_amounts_are_those_of_the_table(forecasts: httpx.Client) -> None:
    asked = {"by": "month", "periods": 3, "as_of": "2024-06-30"}
    page = html.unescape(forecasts.get("/forecast", params=asked).text)
    rows = forecasts.get("/v1/forecast", params=asked).json()["rows"]
    shown = [row for row in rows if row["deals"] or row["won"] or row["expected"]]
    assert len(shown) >= 6
    for row in shown:
        for name in ("expected", "rule_expected", "seller_expected", "won", "open_expected", "best_case"):
            assert f'title="{row[name]:,.0f} {row["currency"]}"' in page
    assert "Jun 2024" in page


def test_two_quarters_are_shown_unless_asked_otherwise(forecasts: httpx.Client) -> None:
    page = forecasts.get("/forecast", params={"as_of": "2024-06-30"}).text
    assert all(name in page for name in ("<th>Q2 2024</th>", "<th>Q3 2024</th>"))
    assert "<th>Q4 2024</th>" not in page


def test_empty_fields_of_the_form_are_not_asked(forecasts: httpx.Client) -> None:
    asked = {"by": "2025-03-31", "periods": "2", "group": "", "as_of": "", "language": "en"}
    assert forecasts.get("/forecast", params=asked).status_code == 200


def test_where_a_period_begins_can_be_said_and_is_kept(forecasts: httpx.Client) -> None:
    asked = {"by": "2024-12-31", "from": "2024-07-01", "as_of": "2024-11-20", "language": "en"}
    page = forecasts.get("/forecast", params=asked).text
    assert "1\N{NO-BREAK SPACE}Jul\N{NO-BREAK SPACE}2024 to 31\N{NO-BREAK SPACE}Dec" in page
    [address] = re.findall(r'<a href="([^"]+)" rel="alternate">', page)
    assert '<input name="from" type="date" value="2024-07-01"' in forecasts.get(html.unescape(address)).text


def test_beside_a_unit_the_first_day_is_passed_over(forecasts: httpx.Client) -> None:
    asked = {"by": "quarter", "from": "2024-07-01", "as_of": "2024-11-20"}
    assert forecasts.get("/forecast", params=asked).status_code == 200


def test_the_other_language_asks_the_same(forecasts: httpx.Client) -> None:
    asked = {"by": "2024-09-30,2024-12-31", "group": "team", "as_of": "2024-06-30", "language": "zh"}
    page = forecasts.get("/forecast", params=asked).text
    [address] = re.findall(r'<a href="([^"]+)" rel="alternate">English</a>', page)
    other = forecasts.get(html.unescape(address))
    assert (other.status_code, other.headers["content-language"]) == (200, "en")
    assert 'value="2024-09-30,2024-12-31"' in other.text
    assert '<option value="team" selected>team</option>' in other.text


@pytest.mark.parametrize("query", ["by=year", "group=tema", "as_of=2099-01-01", "foo=1", "language=fr"])
def test_what_cannot_be_asked_is_named(forecasts: httpx.Client, query: str) -> None:
    answer = forecasts.get(f"/forecast?{query}")
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert answer.json()["errors"][0]["field"] == query.split("=")[0]


def test_the_address_alone_leads_to_it(forecasts: httpx.Client) -> None:
    answer = forecasts.get("/", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (307, "/forecast")


def test_without_a_history_there_is_no_page(client: httpx.Client) -> None:
    assert client.get("/forecast").json()["type"] == "urn:problem-type:winprob:no-history"


@pytest.fixture(scope="module")
def hostile(bundle_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A server whose history holds texts that would be markup."""
    folder = tmp_path_factory.mktemp("hostile") / "history"
    simulated_company().write(folder)
    for file in folder.iterdir():
        table = pd.read_csv(file, dtype=str)
        table["opportunity_id"] += HOSTILE
        if file.stem == "opportunities":
            table["team"], table["currency"], table["won"] = HOSTILE, HOSTILE, HOSTILE
        table.to_csv(file, index=False)
    with running(Settings(model=str(bundle_folder), history=folder)) as client:
        settle(client, 200)
        yield client


def test_texts_of_the_history_are_never_markup(hostile: httpx.Client) -> None:
    page = hostile.get("/forecast", params={"group": "team"}).text
    assert HOSTILE not in page
    assert str(escape(HOSTILE)) in page
    assert page.count("<script>") == 0


def test_why_and_what_has_moved_it_add_up(forecasts: httpx.Client) -> None:
    page = forecasts.get("/forecast", params={"as_of": "2024-06-30", "group": "team"}).text
    for name in ("Why so much", "What has moved it since 2024-06-02", "Deals to look at", "By group: team"):
        assert f"<h2>{name}</h2>" in page
    rows = forecasts.get("/v1/forecast/change", params={"as_of": "2024-06-30", "periods": 2}).json()["rows"]
    moved = next(row for row in rows if (row["period_start"], row["currency"]) == ("2024-07-01", "CNY"))
    largest = sorted(moved["parts"], key=lambda part: -abs(part["amount"]))[:5]
    named = re.findall(r'<th scope="row"><a href="/forecast/change[^"]*">([^<]*)</a></th>', page)
    assert named == [html.escape(part["name"]) for part in largest]


def test_the_first_sentence_is_of_the_period_that_can_be_influenced(forecasts: httpx.Client) -> None:
    for as_of, period, other in (("2024-06-20", "Q3 2024", "Q2 2024"), ("2024-05-20", "Q2 2024", None)):
        page = forecasts.get("/forecast", params={"as_of": as_of, "language": "en"}).text
        [sentence] = re.findall(r'<p class="answer">([^<]*)</p>', page)
        assert sentence.startswith(f"{period}: ")
        assert (f'<p class="note">{other}: ' in page) == (other is not None)


def test_old_data_are_said_to_be_old(forecasts: httpx.Client) -> None:
    page = forecasts.get("/forecast", params={"language": "en"}).text
    assert re.search(r"The data are \d{3,} days old\.", page)


def test_what_to_push_is_what_the_list_puts_first(forecasts: httpx.Client) -> None:
    asked = {"as_of": "2024-06-30", "language": "en"}
    push = forecasts.get("/forecast", params=asked).text.partition('id="push"')[2].partition("</section>")[0]
    listed = forecasts.get("/opportunities", params=asked | {"currency": "CNY"}).text
    names = re.findall(r'<a href="/opportunities/([^"?]*)', push)
    assert names == re.findall(r'<tr><th scope="row"><a href="/opportunities/([^"?]*)', listed)[:5]


def test_texts_of_the_history_are_never_markup_where_it_opens(hostile: httpx.Client) -> None:
    for address in ("/forecast/explained?group=team", "/forecast/change", "/forecast/deals"):
        page = hostile.get(address).text
        assert HOSTILE not in page
        assert str(escape(HOSTILE)) in page


def test_a_group_with_the_name_of_a_column_of_forecasts_is_refused(hostile: httpx.Client) -> None:
    for path in ("/forecast", "/v1/forecast", "/v1/forecast/explained"):
        answer = hostile.get(path, params={"group": "won"})
        assert answer.status_code == 422
        assert answer.json()["detail"].startswith("group: expected a name that no column of a forecast has")


def test_groups_are_called_as_the_playbook_names_them(forecasts: httpx.Client) -> None:
    asked = {"group": "source", "language": "zh"}
    chinese, english = (
        forecasts.get("/forecast", params=asked | change).text for change in ({}, {"language": "en"})
    )
    assert "<th>商机来源</th>" in chinese
    assert "<th>渠道伙伴</th>" in chinese
    assert "<th>source</th>" in english
    assert "<th>partner</th>" in english
