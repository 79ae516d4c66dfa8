"""Draw the pictures of pages in docs/, from the demo: a server that `winprob demo` has started.

It needs Chromium and the package playwright, as `make test-long` does.

Run: make demo, and beside it: .venv/bin/python docs/pictures.py http://127.0.0.1:8000
"""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

HERE = Path(__file__).parent
WIDTH, FORECAST, DEAL = 1280, 1180, 1000
"""Of the window, and how much of each page is shown, in pixels."""


def main(address: str) -> None:
    """Take a picture of the forecast, and one of the deal about which most can be done."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"))
        page = browser.new_page(viewport={"width": WIDTH, "height": FORECAST})
        page.goto(f"{address}/forecast?language=en")
        page.screenshot(path=HERE / "page-forecast.png")
        page.goto(f"{address}{first_deal(page)}")
        page.set_viewport_size({"width": WIDTH, "height": DEAL})
        page.screenshot(path=HERE / "page-deal.png")
        browser.close()


def first_deal(page: Page) -> str:
    """The address of the deal that the forecast names first."""
    link = page.locator("#push ~ ol a").first.get_attribute("href")
    if link is None or not re.match("/opportunities/", link):
        raise SystemExit("expected a deal to push on the forecast's page, found none")
    return link


if __name__ == "__main__":
    main(*sys.argv[1:])
