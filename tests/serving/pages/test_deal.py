"""A deal on a page."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pandas as pd
import pytest
from bundles import simulated_company, simulated_history, trained_bundle
from deal_pages import ID, ask, text
from deals import AS_OF, NOW, Given, deal_of, open_ids
from servers import problem, running, settle

from winprob.features.history import History
from winprob.features.identity import Identity as Names
from winprob.features.playbook_part import Words
from winprob.serving.deals.deals import Deals
from winprob.serving.deals.question import DealQuestion
from winprob.serving.forecast.cached_forecasts import CachedForecasts
from winprob.serving.load.served_model import ServedModel
from winprob.serving.pages.deal import _page
from winprob.serving.scores.scorer import Scorer
from winprob.serving.settings import Settings


def whole(share: float) -> str:
    return f"{100 * share:.0f}"


@pytest.fixture(scope="module")
def plain(forecasts: httpx.Client) -> httpx.Response:
    return ask(forecasts)


def test_it_is_a_page_in_the_readers_language(forecasts: httpx.Client) -> None:
    titles = set()
    for language, accept, head in [
        ("", "zh-CN", "赢单概率"),
        ("", "de", "Win probability"),
        ("zh", "en", "赢单概率"),
    ]:
        asked = {"as_of": AS_OF} | ({"language": language} if language else {})
        answer = forecasts.get(f"/opportunities/{ID}", params=asked, headers={"accept-language": accept})
        assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
        told = answer.headers["content-language"]
        assert f'<html lang="{told}">' in answer.text
        assert f">{head}</h2>" in answer.text
        titles.update(re.findall("<title>(.*?)</title>", answer.text)[:1])
    assert all(title.startswith(f"{ID} · ") for title in titles)


def test_titles_of_deals_differ(forecasts: httpx.Client) -> None:
    titles = [re.findall("<title>(.*?)</title>", ask(forecasts, each).text)[0] for each in open_ids()[:4]]
    assert len(set(titles)) == 4


@pytest.mark.parametrize("opportunity_id", open_ids()[::17])
def test_its_numbers_are_those_of_a_score(forecasts: httpx.Client, opportunity_id: str) -> None:
    known = deal_of(opportunity_id).known
    sent = known.document.model_dump(mode="json", exclude={"win_by", "language"})
    answer = forecasts.post("/v1/score", json=sent).json()
    ours = known.answer.model_dump(mode="json")
    assert {**answer, "model": None} == {**ours, "model": None}
    page = text(ask(forecasts, opportunity_id))
    low, high = (whole(answer["range"][end]) for end in ("low", "high"))
    assert f"{whole(answer['probability'])} % roughly {low} % to {high} %" in page
    median = pd.Timestamp(answer["closing"]["median"])
    assert f"then in half of such cases by {median:%b} {median.day}" in page


def test_the_change_is_that_of_the_percentages_as_they_are_written(forecasts: httpx.Client) -> None:
    for opportunity_id in open_ids()[:6]:
        page = text(ask(forecasts, opportunity_id))
        [(now, before, change)] = re.findall(
            r"(\d+) % roughly .*? four weeks ago (\d+) % ([+-]\d+) points", page
        )
        assert int(change) == int(now) - int(before)


def test_a_young_deal_has_nothing_to_compare_with(forecasts: httpx.Client) -> None:
    assert "four weeks ago" not in text(ask(forecasts, open_ids()[-1]))


def test_reasons_add_up_on_the_page(forecasts: httpx.Client) -> None:
    for opportunity_id in open_ids()[::17]:
        page = ask(forecasts, opportunity_id).text
        [(base, probability)] = re.findall(
            r"From the average of ([\d.]+) %, the reasons add up to ([\d.]+) %", page
        )
        table = page.partition('<table class="reasons">')[2].partition("</table>")[0]
        points = re.findall(r'<td class="number">([+-][\d.]+)</td>', table)
        assert len(points) > 5
        assert Decimal(base) + sum(map(Decimal, points)) == Decimal(probability)


def test_weeks_are_listed_the_latest_first(plain: httpx.Response) -> None:
    weeks = deal_of(ID).weeks
    table = plain.text.partition('aria-labelledby="weeks">\n<table>')[2].partition("</table>")[0]
    told = re.findall(r'</th><td class="number">(\d+)', table)
    assert told == [whole(week.row.probability) for week in reversed(weeks)]


def test_what_if_is_that_of_the_forecast(forecasts: httpx.Client) -> None:
    fields = {"stage": "intent", "amount": 4_000_000, "competitor_count": 0, "risk_scores": {"budget": 2}}
    body = {"changes": {ID: fields}, "periods": 2, "by": "quarter", "as_of": AS_OF}
    answer = forecasts.post("/v1/forecast/what-if", json=body).json()
    shown = ask(forecasts, stage="intent", amount="4,000,000", competitor_count="0", **{"risk.budget": "2"})
    page = text(shown)
    before = whole(deal_of(ID).known.answer.probability)
    assert re.search(rf"{before} % → \d+ % \+\d+ points", page)
    then = shown.text.partition('<div class="then"')[2].partition("</div>")[0]
    rows = re.findall(
        r'<tr><th scope="row">(.*?)</th>.*?<td class="number">([+-]?[\d.]+[kM]?)</td></tr>', then
    )
    moved = [row for row in answer["difference"] if row["currency"] == answer["before"][0]["currency"]]
    assert len(rows) == len(moved) == 2
    for (_, written), row in zip(rows, moved, strict=True):
        unit = {"k": 1e3, "M": 1e6}.get(written[-1], 1)
        assert float(written.rstrip("kM")) * unit == pytest.approx(row["expected"], rel=6e-3, abs=1)


@pytest.mark.parametrize(
    "asked",
    [
        {"stage": "intent"},
        {"amount": "0"},
        {"expected_close": "2024-12-31"},
        {"competitor_count": "3"},
        {"risk.budget": "0"},
        {"checkpoint.coach_inside": "1"},
    ],
)
def test_each_field_of_the_form_can_be_supposed_alone(forecasts: httpx.Client, asked: dict[str, str]) -> None:
    answer = ask(forecasts, **asked)
    assert answer.status_code == 200
    assert answer.text.count('<div class="then"') == 1
    [(name, value)] = asked.items()
    form = answer.text.partition("<form")[2]
    if name == "stage":
        assert f'<option value="{value}" selected>' in form
    elif name.startswith("risk."):
        assert f"<option selected>{value}</option>" in form
        assert "Risk form and check points · 1 supposed</summary>" in form
    elif name.startswith("checkpoint."):
        assert f'name="{name}" value="1" checked>' in form
    else:
        assert re.search(rf'name="{name}"[^>]* value="{value}"', form)


def test_a_form_sent_as_it_is_supposes_nothing(forecasts: httpx.Client, plain: httpx.Response) -> None:
    names = re.findall(r'<(?:input|select)[^>]* name="([^"]+)"', plain.text.partition("<form")[2])
    assert len(names) > 10
    empty = {name: "" for name in names if name not in ("as_of", "language")}
    assert '<div class="then"' not in ask(forecasts, **empty).text


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"stage": "intents"}, f"changes.{ID}.stage"),
        ({"amount": "much"}, f"changes.{ID}.amount"),
        ({"amount": "inf"}, f"changes.{ID}.amount"),
        ({"risk.budget": "3"}, f"changes.{ID}.risk_scores.budget"),
        ({"risk.bugdet": "1"}, f"changes.{ID}.risk_scores.bugdet"),
        ({"checkpoint.none": "1"}, f"changes.{ID}.checkpoints[0]"),
        ({"expected_close": "soon"}, f"changes.{ID}.expected_close"),
    ],
)
def test_what_cannot_be_supposed_is_named(forecasts: httpx.Client, asked: dict[str, str], field: str) -> None:
    found = problem(ask(forecasts, **asked), 422, "invalid-supposition")
    assert [error["field"].partition(" ")[0] for error in found["errors"]] == [field]


@pytest.mark.parametrize(
    ("query", "field"), [("stge=intent", "stge"), ("outcome=won", "outcome"), ("as_of=then", "as_of")]
)
def test_what_cannot_be_asked_is_named(forecasts: httpx.Client, query: str, field: str) -> None:
    found = problem(forecasts.get(f"/opportunities/{ID}?{query}"), 422, "invalid-query")
    assert [error["field"] for error in found["errors"]] == [field]


def test_nothing_is_asked_twice(forecasts: httpx.Client) -> None:
    found = problem(forecasts.get(f"/opportunities/{ID}?stage=intent&stage=target"), 422, "invalid-query")
    assert [error["field"] for error in found["errors"]] == ["stage"]


def test_an_unknown_deal_and_one_not_created_yet_are_not_found(forecasts: httpx.Client) -> None:
    assert problem(ask(forecasts, "nobody"), 404, "no-such-opportunity")["errors"][0]["field"] == (
        "opportunity_id"
    )
    late = str(simulated_history().opportunities["opportunity_id"].iloc[-1])
    [error] = problem(ask(forecasts, late), 404, "no-such-opportunity")["errors"]
    assert error["field"] == "as_of"
    assert ask(forecasts, late, as_of="2024-12-27").status_code == 200


def test_without_a_history_there_is_no_deal(client: httpx.Client) -> None:
    problem(client.get(f"/opportunities/{ID}"), 404, "no-history")


def test_a_closed_deal_is_as_just_before_its_closing_and_supposes_nothing(forecasts: httpx.Client) -> None:
    rows = simulated_history().opportunities
    row = rows[rows["closed_at"] <= NOW].iloc[-1]
    opportunity_id, closed = row["opportunity_id"], row["closed_at"]
    just_before = (closed - pd.Timedelta(microseconds=1)).isoformat()
    now, then = ask(forecasts, opportunity_id), ask(forecasts, opportunity_id, as_of=just_before)
    end = f"{'Won' if row['outcome'] == 'won' else 'Lost'} on {closed:%b} {closed.day}, {closed.year}"
    heads = [page.text.partition('<div class="cards">')[0] for page in (now, then)]
    assert [f"<strong>{end}</strong>" in head for head in heads] == [True, False]
    assert ("<form" in now.text, "<form" in then.text) == (False, True)
    for name in ("probability", "why", "people", "weeks", "funnel", "risk", "contacts", "when"):
        first, second = (
            re.findall(rf'<section aria-labelledby="{name}">.*?</section>', page.text, re.DOTALL)
            for page in (now, then)
        )
        assert first == second != []
    problem(ask(forecasts, opportunity_id, stage="intent"), 422, "invalid-supposition")


def test_the_same_is_answered_from_memory_and_other_questions_anew(forecasts: httpx.Client) -> None:
    first, second, other = ask(forecasts), ask(forecasts), ask(forecasts, amount="77")
    assert first.content == second.content != other.content


def test_it_is_small(plain: httpx.Response) -> None:
    assert len(plain.content) < 150_000
    assert "<script" not in plain.text
    assert not re.search(r"\son\w+=", plain.text)


def test_parts_that_are_not_recorded_are_said_to_be_missing(bundle_folder: Path, tmp_path: Path) -> None:
    simulated_company().write(tmp_path / "history")
    for file in (tmp_path / "history").iterdir():
        if file.stem not in ("opportunities", "stage_changes", "amounts"):
            file.unlink()
    with running(Settings(model=str(bundle_folder), history=tmp_path / "history")) as client:
        settle(client, 200)
        page = text(ask(client, stage="intent"))
    for said in ("Key persons", "Contacts", "The risk form", "Check points"):
        assert re.search(rf"{said} (is|are) not recorded\.", page)
    assert "Risk form and check points" not in page
    assert "Not recorded: fill these in" in page


def test_the_description_has_the_page(forecasts: httpx.Client) -> None:
    found: dict[str, Any] = forecasts.get("/openapi.json").json()["paths"]
    operation = found["/opportunities/{opportunity_id}"]["get"]
    assert {"200", "404", "422", "503"} <= set(operation["responses"])


@pytest.fixture(scope="module")
def named() -> Deals:
    """Deals of a company whose playbook names deals and their sellers, and says who leads in a stage."""
    bundle, tables = trained_bundle(), dict(simulated_company().tables)
    leads = (Words(zh="客户经理", en="account manager"), Words(zh="售前顾问", en="presales consultant"))
    stages = tuple(stage.model_copy(update={"responsible": leads}) for stage in bundle.playbook.stages)
    names = Names(title="dealname", owner_name="clerk", crm_link="https://crm.example.com/d/{opportunity_id}")
    playbook = bundle.playbook.model_copy(update={"stages": stages, "identity": names})
    own = tables["opportunities"]
    tables["opportunities"] = own.assign(dealname="<b>新产线</b> " + own["opportunity_id"], clerk="王 & 李")
    history = History.of(playbook, tables)
    served = ServedModel(replace(bundle, playbook=playbook), "7")
    return Deals(CachedForecasts(served, Given(history)), Scorer(served, history))


@pytest.mark.parametrize(
    ("language", "leads"),
    [("en", "Leads now: account manager, presales consultant"), ("zh", "当前负责人：客户经理、售前顾问")],
)
def test_it_is_called_as_people_call_it_and_says_who_leads(named: Deals, language: str, leads: str) -> None:
    question = DealQuestion.model_validate({"as_of": AS_OF})
    answer = _page(named, ID, question, (("as_of", AS_OF),), language, "/sales")
    page = bytes(answer.body).decode()
    assert f"<h1>&lt;b&gt;新产线&lt;/b&gt; {ID} ·" in page
    assert "王 &amp; 李" in page
    assert f'<a href="https://crm.example.com/d/{ID}">' in page
    assert leads in re.sub(r"\s*([：、])\s*", r"\1", page)
    assert "dealname" not in page
