"""A real Chromium, and a real server of the small simulated company for it to look at."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING

import httpx
import pytest
from bundles import simulated_company, trained_bundle
from servers import running, settle
from views import View, Visit

from winprob.serving.settings import Settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser

Visiting = Callable[[str, View], AbstractContextManager[Visit]]


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of the server."""
    folder = tmp_path_factory.mktemp("browser")
    simulated_company().write(folder / "history")
    bundle = trained_bundle().save(folder / "bundle")
    with running(Settings(model=str(bundle), history=folder / "history")) as client:
        settle(client, 200)
        yield client


@pytest.fixture(scope="module")  # not longer: while it runs, no other test can run an event loop of its own
def browser() -> Iterator[Browser]:
    """Debian's Chromium; skipped where it is not installed."""
    api = pytest.importorskip("playwright.sync_api", reason="no playwright: pip install 'winprob[test]'")
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("no Chromium: apt-get install chromium fonts-noto-cjk")
    with api.sync_playwright() as driver:
        launched = driver.chromium.launch(executable_path=chromium)
        yield launched
        launched.close()


@pytest.fixture
def visiting(browser: Browser, server: httpx.Client) -> Visiting:
    """Looks at a page of the server, and sees to it that nothing went wrong meanwhile."""

    @contextmanager
    def visit(path: str, view: View) -> Iterator[Visit]:
        context = browser.new_context(
            base_url=str(server.base_url),
            viewport={"width": view.width, "height": view.height},
            color_scheme=view.scheme,
            java_script_enabled=view.scripts,
            locale={"zh": "zh-CN", "en": "en-US"}[view.language],
        )
        found = Visit(context.new_page(), view)
        try:
            found.go(path)
            yield found
        finally:
            context.close()
        assert found.errors == []
        assert found.hosts == {server.base_url.host}

    return visit
