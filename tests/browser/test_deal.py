"""A deal on a screen: what is seen first, for everybody, on any of them."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

import pytest
from bundles import simulated_history
from deals import AS_OF, NOW, deal_of, open_ids
from matplotlib.image import imread
from views import ALLOWED, CUT_OFF, SCHEMES, VIEWS, View

from winprob.features.message import Language, message
from winprob.models.wording.percent import percent
from winprob.serving.pages.dates import day_text, time_text

if TYPE_CHECKING:
    from conftest import Visiting
    from playwright.sync_api import Page

pytestmark = pytest.mark.long

CLOSED = str(
    simulated_history().opportunities.loc[lambda rows: rows["closed_at"] <= NOW, "opportunity_id"].iloc[-1]
)
ID = "OPP-00186"
PATH = f"/opportunities/{ID}?as_of={AS_OF}"
SUPPOSED = f"{PATH}&stage=intent&amount=4000000&risk.budget=2"
PATHS = {
    "a deal": PATH,
    "a deal of long standing": f"/opportunities/{open_ids()[0]}?as_of={AS_OF}",
    "what if": SUPPOSED,
    "a closed deal": f"/opportunities/{CLOSED}?as_of={AS_OF}",
}
every_path = pytest.mark.parametrize("path", PATHS.values(), ids=PATHS.keys())


def first_told(language: Language) -> list[str]:
    """What must be seen without scrolling, made of the model's answer."""
    deal, calendar = deal_of(ID), simulated_history().playbook.calendar
    answer, before = deal.known.answer, deal.before
    assert before is not None
    assert answer.closing is not None
    low, high = (percent(end).in_language(language) for end in (answer.range.low, answer.range.high))
    points = round(100 * answer.probability) - round(100 * before.row.probability)
    texts = [
        message("roughly {low} to {high}", low=low, high=high),
        message("four weeks ago {before}", before=percent(before.row.probability)),
        message("{points} points", points=f"{points:+d}"),
        message(
            "If it is won, then in half of such cases by {day}.",
            day=day_text(answer.closing.median, language, NOW.date()),
        ),
        message("Data as of {time}", time=time_text(NOW, language, calendar)),
    ]
    return [
        ID,
        percent(answer.probability).in_language(language),
        *(text.in_language(language) for text in texts),
    ]


@pytest.mark.parametrize("view", VIEWS, ids=str)
def test_what_matters_is_seen_first(visiting: Visiting, view: View) -> None:
    with visiting(PATH, view) as visit:
        seen = visit.seen()
        for told in first_told(view.language):
            assert told in seen


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_is_seen_needs_no_script(visiting: Visiting, language: str) -> None:
    told = []
    for scripts in (True, False):
        with visiting(SUPPOSED, View(language, scripts=scripts)) as visit:
            told.append(visit.readable())
    assert told[0] == told[1]
    assert len(told[0]) > 2000


@every_path
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_phone_shows_it_whole_on_few_screens(visiting: Visiting, language: str, path: str) -> None:
    view = View(language, 390)
    with visiting(path, view) as visit:
        assert visit.measure("scrollWidth") <= 390
        assert visit.measure("scrollHeight") <= 6 * view.height
        assert visit.bytes() < 150_000
        visit.readable()  # all is unfolded
        assert visit.measure("scrollWidth") <= 390
        assert visit.page.evaluate(CUT_OFF) == []


@pytest.mark.parametrize("width", [1280, 390])
def test_light_and_dark_look_it(visiting: Visiting, width: int) -> None:
    brightness = {}
    for scheme in SCHEMES:
        with visiting(PATH, View("en", width, scheme)) as visit:
            picture = imread(io.BytesIO(visit.page.screenshot()), format="png")
            brightness[scheme] = picture[..., :3].mean()
    assert brightness["light"] > 0.8
    assert brightness["dark"] < 0.3


@every_path
@pytest.mark.parametrize("view", [view for view in VIEWS if view.scripts], ids=str)
def test_nothing_keeps_anybody_from_reading_it(visiting: Visiting, view: View, path: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="no axe-playwright-python")
    with visiting(path, view) as visit:
        for _ in range(2):
            assert visit.barriers(axe) == []
            visit.readable()  # and once more with all unfolded


@every_path
def test_a_chinese_page_is_chinese(visiting: Visiting, path: str) -> None:
    with visiting(path, View("zh", 390)) as visit:
        words = re.findall(r"[A-Za-z]+", ALLOWED.sub("", visit.readable()))
    assert words == []


def test_titles_differ(visiting: Visiting) -> None:
    titles = []
    for path in (*PATHS.values(), "/forecast"):
        with visiting(path, View()) as visit:
            titles.append(visit.page.title())
    assert len({*titles}) == len(titles) - 1  # a deal, and the same with something supposed
    assert all(titles)


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until something has the focus."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"Tab does not lead to {selector}")


def test_what_if_works_by_the_keyboard_alone_and_can_be_sent_to_others(visiting: Visiting) -> None:
    with visiting(PATH, View("en")) as visit:
        page = visit.page
        tab_to(page, "select[name=stage]")
        page.keyboard.type("Intent")
        tab_to(page, "input[name=amount]")
        page.keyboard.type("4000000")
        tab_to(page, "form button")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        address = page.url
        assert {"stage=intent", "amount=4000000", "language=en"} <= set(re.split("[?&#]", address))
        told = page.locator(".then").inner_text()
        box = page.locator(".then").bounding_box()
        assert box is not None
        assert 0 <= box["y"] < visit.view.height  # the answer is seen at once
        assert page.locator("select[name=stage]").input_value() == "intent"
    assert re.search(r"\d+ % → \d+ % [+-]\d+ points", told)
    with visiting(address.partition("#")[0].replace("&language=en", ""), View("en")) as other:
        assert other.page.locator(".then").inner_text() == told


def test_the_keyboard_leads_past_the_links_first(visiting: Visiting) -> None:
    with visiting(PATH, View("en", 390)) as visit:
        visit.page.keyboard.press("Tab")
        skip = visit.page.locator(".skip")
        box = skip.bounding_box()
        assert box is not None
        assert box["x"] >= 0  # it is seen once it has the focus
        visit.page.keyboard.press("Enter")
        assert visit.page.url.endswith("#content")
