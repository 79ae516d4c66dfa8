"""What a deal's page links to, whatever the history holds."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pandas as pd
import pytest
from bundles import simulated_company, simulated_history
from deal_pages import ID, ask, links
from deals import AS_OF, NOW, open_ids
from markupsafe import escape
from proxies import proxying
from servers import running, settle

from winprob.serving.settings import Settings

NAMED = {"X-Forwarded-Prefix": "/sales/winprob", "X-Forwarded-For": "203.0.113.7"}
HOSTILE = ("<script>alert(1)</script>", "客户 一/二?x=1&y#z", 'say "it\'s" 100% + 1', "/slash//in/")


def test_links_ask_for_the_same_moment_and_language_and_suppose_nothing(forecasts: httpx.Client) -> None:
    page = ask(forecasts, language="zh", stage="intent").text
    asked = [each for each in links(page) if each.startswith(("/forecast", "/opportunities")) and "?" in each]
    assert len(asked) > 10
    for each in asked:
        assert "as_of=2024-06-30T00%3A00Z" in each
        assert "language=zh" in each
        assert "stage" not in each
    [action] = re.findall(r'<form action="([^"]*)"', page)
    assert action == f"/opportunities/{ID}#what-if-section"
    assert f'<input type="hidden" name="as_of" value="{AS_OF}">' in page


def test_every_link_works(forecasts: httpx.Client) -> None:
    for address in {each.partition("#")[0] for each in links(ask(forecasts, stage="intent").text)}:
        assert address == "" or forecasts.get(address).status_code == 200, address


@pytest.mark.parametrize("strips", [True, False])
def test_every_link_is_under_the_path_that_a_proxy_names(forecasts: httpx.Client, strips: bool) -> None:
    prefix = NAMED["X-Forwarded-Prefix"]
    with proxying(forecasts, prefix, strips, NAMED) as client:
        page = client.get(f"{prefix}/opportunities/{ID}?as_of={AS_OF}&language=en&stage=intent")
        assert page.status_code == 200
        addresses = [each for each in links(page.text) if not each.startswith("#")]
        assert len(addresses) > 10
        for address in addresses:
            assert address.startswith(f"{prefix}/")
            assert client.get(address.partition("#")[0]).status_code == 200


@pytest.fixture(scope="module")
def hostile(bundle_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A server whose deals have ids that would be markup, or another address."""
    folder = tmp_path_factory.mktemp("hostile deals") / "history"
    simulated_company().write(folder)
    rows = simulated_history().opportunities
    closed = rows.loc[rows["closed_at"] <= NOW, "opportunity_id"]
    marked = {f"{each}": f"{each} {HOSTILE[place % 4]}" for place, each in enumerate(closed)}
    renamed = dict(zip(open_ids()[-20:-16], HOSTILE, strict=True)) | marked
    for file in folder.iterdir():
        table = pd.read_csv(file, dtype=str)
        for name in table:
            if name in ("team", "owner_id", "customer_id", "person_id"):
                table[name] += HOSTILE[0]
        table["opportunity_id"] = table["opportunity_id"].replace(renamed)
        table.to_csv(file, index=False)
    with running(Settings(model=str(bundle_folder), history=folder)) as client:
        settle(client, 200)
        yield client


@pytest.mark.parametrize("opportunity_id", HOSTILE)
def test_texts_of_the_history_are_never_markup_and_their_links_work(
    hostile: httpx.Client, opportunity_id: str
) -> None:
    answer = ask(hostile, opportunity_id, stage="intent")
    assert answer.status_code == 200
    assert "<script" not in answer.text
    assert f"<h1>{escape(opportunity_id)} ·" in answer.text
    assert HOSTILE[0] in html.unescape(answer.text)
    addresses = {each.partition("#")[0] for each in links(answer.text)} - {""}
    others = [each for each in addresses if each.startswith("/opportunities/OPP")]
    assert others
    for address in addresses:
        assert hostile.get(address).status_code == 200, address
    [action] = re.findall(r'<form action="([^"#]*)#', answer.text)
    sent = hostile.get(html.unescape(action), params={"as_of": AS_OF, "amount": "1", "language": "en"})
    assert opportunity_id in html.unescape(sent.text)
    assert '<div class="then"' in sent.text
