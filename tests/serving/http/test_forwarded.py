"""The service behind a proxy, under a path."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from links import walk
from proxies import proxying
from servers import running, settle

from winprob.serving.settings import Settings

STARTS = ("/forecast?group=team&as_of=2024-06-30&periods=2", "/docs")
PAGES = {
    "/forecast",
    "/forecast/explained",
    "/forecast/change",
    "/forecast/deals",
    "/opportunities",
    "/opportunities/…",
    "/opportunities.csv",
    "/opportunities.xlsx",
    "/due",
    "/due.ics",
    "/docs",
    "/openapi.json",
    "/assets/icon.svg",
    "/assets/page.css",
    "/assets/docs.js",
    "/assets/swagger-ui.css",
    "/assets/swagger-ui-bundle.js",
}
NAMED = {"X-Forwarded-Prefix": "/sales/winprob", "X-Forwarded-For": "203.0.113.7"}


@pytest.fixture(scope="module")
def under_a_path(bundle_folder: Path, history_folder: Path) -> Iterator[httpx.Client]:
    """A client of a server that was told its path."""
    settings = Settings(model=str(bundle_folder), history=history_folder, root_path="/winprob")
    with running(settings) as client:
        settle(client, 200)
        yield client


@pytest.fixture(scope="module")
def wary() -> Iterator[httpx.Client]:
    """A client of a server that believes another proxy only."""
    with running(Settings(model="no/such/folder", forwarded_allow_ips="192.0.2.1")) as client:
        yield client


@pytest.mark.parametrize("strips", [True, False])
def test_every_link_works_under_the_path_of_the_settings(under_a_path: httpx.Client, strips: bool) -> None:
    with proxying(under_a_path, "/winprob", strips) as client:
        assert walk(client, *(f"/winprob{start}" for start in STARTS)) == {
            f"/winprob{path}" for path in PAGES
        }
        assert client.get("/winprob/openapi.json").json()["servers"] == [{"url": "/winprob"}]


@pytest.mark.parametrize("strips", [True, False])
def test_every_link_works_under_the_path_that_a_proxy_names(forecasts: httpx.Client, strips: bool) -> None:
    prefix = NAMED["X-Forwarded-Prefix"]
    with proxying(forecasts, prefix, strips, NAMED) as client:
        assert walk(client, *(prefix + start for start in STARTS)) == {prefix + path for path in PAGES}
        assert client.get(f"{prefix}/openapi.json").json()["servers"] == [{"url": prefix}]


def test_every_link_works_without_a_path(forecasts: httpx.Client) -> None:
    assert walk(forecasts, *STARTS) == PAGES
    assert "servers" not in forecasts.get("/openapi.json").json()


def test_a_proxy_goes_before_the_settings(under_a_path: httpx.Client) -> None:
    assert 'href="/sales/winprob/assets' in under_a_path.get("/docs", headers=NAMED).text


def test_whoever_is_no_allowed_proxy_is_not_believed(wary: httpx.Client) -> None:
    answer = wary.get("/docs", headers=NAMED)
    assert 'href="/assets/' in answer.text
    assert "sales" not in answer.text
    assert wary.get("/sales/winprob/docs", headers=NAMED).status_code == 404


def test_problems_name_the_path_that_the_client_knows(under_a_path: httpx.Client) -> None:
    batch = under_a_path.post("/v1/score/batch", json={"documents": [{"amonut": 1}]}).json()
    assert batch["results"][0]["problem"]["instance"] == "/winprob/v1/score/batch#/documents/0"
    found = under_a_path.get("/nothing").json()
    assert found["instance"] == "/winprob/nothing"
    assert "/winprob/docs lists what there is" in found["detail"]


@pytest.mark.parametrize(
    "prefix", ["//evil.example", "winprob", "/a/../b", '/"><script>', "/a b", "/docs", "/forecast/x"]
)
def test_a_prefix_that_is_none_is_refused(forecasts: httpx.Client, prefix: str) -> None:
    answer = forecasts.get("/docs", headers={"X-Forwarded-Prefix": prefix})
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    assert answer.json()["type"] == "urn:problem-type:winprob:invalid-prefix"
    [error] = answer.json()["errors"]
    assert error["field"] == "header X-Forwarded-Prefix"
    assert prefix in error["found"]


def test_two_prefixes_are_not_guessed_at(forecasts: httpx.Client) -> None:
    two = [("X-Forwarded-Prefix", "/a"), ("X-Forwarded-Prefix", "/b")]
    assert forecasts.get("/docs", headers=two).status_code == 400
