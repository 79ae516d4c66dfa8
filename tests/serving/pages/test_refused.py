"""A browser is told what is wrong on a page, any other client in a problem document."""

from __future__ import annotations

import asyncio

import httpx
import pytest
from proxies import proxying
from servers import problem

from winprob.serving.app import create_app
from winprob.serving.pages.refused import TITLES
from winprob.serving.settings import Settings
from winprob.serving.wire.problems import KIND_OF_ERROR, KIND_OF_STATUS

BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}

REFUSED = [
    ("/opportunities/nobody", 404, "no-such-opportunity", "There is no such deal", "没有这个商机"),
    ("/opportunities/OPP-00001?stge=1", 422, "invalid-query", "This cannot be shown", "无法显示"),
    ("/forecast?by=year", 422, "invalid-query", "This cannot be shown", "无法显示"),
    ("/nothing", 404, "not-found", "There is no such page", "没有这个页面"),
]


@pytest.mark.parametrize(("path", "status", "code", "english", "chinese"), REFUSED)
def test_a_browser_gets_a_page_in_its_language_and_others_the_problem_document(
    forecasts: httpx.Client, path: str, status: int, code: str, english: str, chinese: str
) -> None:
    document = problem(forecasts.get(path), status, code)
    for language, title in (("en", english), ("zh-CN", chinese)):
        answer = forecasts.get(path, headers=BROWSER | {"accept-language": language})
        assert (answer.status_code, answer.headers["content-type"]) == (status, "text/html; charset=utf-8")
        assert answer.headers["content-language"] == language[:2]
        assert f'<html lang="{language[:2]}">' in answer.text
        assert f"<h1>{title}</h1>" in answer.text
        assert f"<title>{title}</title>" in answer.text
        assert all(f'<th scope="row">{error["field"]}</th>' in answer.text for error in document["errors"])
    assert problem(forecasts.get(path, headers={"accept": "*/*"}), status, code) == document


@pytest.mark.parametrize(("asked", "language"), [("zh", "zh"), ("en", "en"), ("fr", "en")])
def test_the_question_may_choose_the_language(forecasts: httpx.Client, asked: str, language: str) -> None:
    answer = forecasts.get(f"/opportunities/nobody?language={asked}", headers=BROWSER)
    assert answer.headers["content-language"] == language


def test_every_title_is_of_a_problem_that_there_is() -> None:
    assert set(TITLES) <= {kind.code for kind in (*KIND_OF_ERROR.values(), *KIND_OF_STATUS.values())}
    assert all(title.in_language("zh") != title.in_language("en") for title in TITLES.values())


def test_without_a_history_it_says_so(client: httpx.Client) -> None:
    answer = client.get("/opportunities/OPP-00001", headers=BROWSER)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "<h1>There is no history to show</h1>" in answer.text
    assert "winprob serve --history HISTORY" in answer.text


def test_a_model_that_is_not_there_is_told_with_its_reason(broken_client: httpx.Client) -> None:
    answer = broken_client.get("/opportunities/OPP-00001", headers=BROWSER)
    assert (answer.status_code, answer.headers["content-type"]) == (503, "text/html; charset=utf-8")
    document = problem(broken_client.get("/opportunities/OPP-00001"), 503, "not-ready")
    assert document["detail"].partition(":")[0] in answer.text
    plain = broken_client.get("/opportunities/OPP-00001")
    assert answer.headers.get("retry-after") == plain.headers.get("retry-after")


def test_what_was_asked_is_never_markup(forecasts: httpx.Client) -> None:
    for path in ("/opportunities/%3Cscript%3Ealert(1)%3C%2Fscript%3E", "/forecast?%3Cscript%3E=1"):
        answer = forecasts.get(path, headers=BROWSER)
        assert answer.status_code in (404, 422)
        assert "<script" not in answer.text
        assert "&lt;script&gt;" in answer.text


def test_its_links_are_under_the_path_of_a_proxy(forecasts: httpx.Client) -> None:
    named = {"X-Forwarded-Prefix": "/sales", "X-Forwarded-For": "203.0.113.7", **BROWSER}
    with proxying(forecasts, "/sales", True, named) as client:
        answer = client.get("/sales/opportunities/nobody")
        assert answer.status_code == 404
        assert 'href="/sales/forecast?language=en"' in answer.text
        assert 'href="/sales/assets/page.css"' in answer.text


def test_an_error_of_the_server_is_a_page_too(caplog: pytest.LogCaptureFixture) -> None:
    app = create_app(Settings())

    @app.get("/broken")
    async def broken() -> None:
        raise ZeroDivisionError

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return await client.get("/broken", headers=BROWSER)

    answer = asyncio.run(ask())
    assert (answer.status_code, answer.headers["content-type"]) == (500, "text/html; charset=utf-8")
    assert "The server&#39;s log has it under urn:uuid:" in answer.text
    assert "ZeroDivisionError" not in answer.text
    assert "urn:uuid:" in caplog.text
