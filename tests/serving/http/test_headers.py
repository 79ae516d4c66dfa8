"""Every answer tells a browser what it may do with it."""

import asyncio

import httpx
import pytest

from winprob.serving.app import create_app
from winprob.serving.http.headers import SECURITY
from winprob.serving.settings import Settings


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/forecast", 200),
        ("/forecast?by=year", 422),
        ("/docs", 200),
        ("/openapi.json", 200),
        ("/healthz", 200),
        ("/v1/model", 200),
        ("/v1/forecast", 200),
        ("/nothing", 404),
        ("/v1/score", 405),
    ],
)
def test_answers_are_kept_nowhere_and_trusted_with_nothing(
    forecasts: httpx.Client, path: str, status: int
) -> None:
    answer = forecasts.get(path)
    assert answer.status_code == status
    assert {name: answer.headers[name] for name in SECURITY} == SECURITY
    assert answer.headers["cache-control"] == "no-store"


def test_files_are_kept(client: httpx.Client) -> None:
    answer = client.get("/assets/docs.js")
    assert {name: answer.headers[name] for name in SECURITY} == SECURITY
    assert answer.headers["cache-control"] == "public, max-age=3600"


def test_a_refused_host_is_no_exception(client: httpx.Client) -> None:
    answer = client.get("/healthz", headers={"host": "evil.example"})
    assert {name: answer.headers[name] for name in SECURITY} == SECURITY


def test_nor_is_an_error_of_the_server() -> None:
    app = create_app(Settings())

    @app.get("/broken")
    async def broken() -> None:
        raise ZeroDivisionError

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return await client.get("/broken")

    answer = asyncio.run(ask())
    assert answer.status_code == 500
    assert {name: answer.headers[name] for name in SECURITY} == SECURITY


def test_pages_run_no_script_that_stands_in_them(forecasts: httpx.Client) -> None:
    for path in ("/forecast", "/docs"):
        page = forecasts.get(path).text
        scripts = page.split("<script ")[1:]
        assert bool(scripts) == (path == "/docs")
        assert "<script>" not in page
        assert all(script.startswith("src=") for script in scripts)
        assert " onclick=" not in page
