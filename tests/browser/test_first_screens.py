"""The forecast, the list of deals and the contacts due on a screen."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from views import ALLOWED, CUT_OFF, VIEWS, View

if TYPE_CHECKING:
    from conftest import Visiting

pytestmark = pytest.mark.long

AS_OF = "2024-05-20"
PATHS = {
    "the forecast": f"/forecast?as_of={AS_OF}",
    "the deals": f"/opportunities?as_of={AS_OF}",
    "some deals": f"/opportunities?as_of={AS_OF}&of=commit&deal_class=A",
    "contacts due": f"/due?as_of={AS_OF}",
}
FIRST = {
    "the forecast": {
        "en": [r"Q2 2024: [\d.]+M CNY expected; with a chance of 80 % it is [\d.]+M to [\d.]+M CNY\."],
        "zh": [r"2024年二季度预计[\d.,]+[万亿]元，八成可能在[\d.,]+[万亿]至[\d.,]+[万亿]元之间。"],
    },
    "the deals": {
        "en": [r"\d+ open deals · Q2 2024", r"Data as of May 20, 2024", r"= listed deals"],
        "zh": [r"\d+个进行中的商机 · 2024年二季度", r"数据截至2024年5月20日", r"= 列出的商机"],
    },
    "some deals": {"en": [r"\d+ open deals?", "commit"], "zh": [r"\d+个进行中的商机", "承诺"]},
    "contacts due": {"en": ["Contacts due", r"Overdue \(\d+\)"], "zh": ["待联系", r"已逾期 \(\d+\)"]},
}
"""What is read first, by page and language."""

every_path = pytest.mark.parametrize("name", PATHS)


@every_path
@pytest.mark.parametrize("view", VIEWS, ids=str)
def test_what_matters_is_seen_first(visiting: Visiting, view: View, name: str) -> None:
    with visiting(PATHS[name], view) as visit:
        seen = visit.seen()
        for told in FIRST[name][view.language]:
            assert re.search(told, seen), seen


def test_the_forecast_is_compared_on_the_first_screen(visiting: Visiting) -> None:
    with visiting(PATHS["the forecast"], View()) as visit:
        seen = visit.seen()
    for told in ("Fixed percentages", "Sellers' sum", "The period before", "2024-05-20", "days old"):
        assert told in seen


@every_path
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_phone_shows_it_whole_on_few_screens(visiting: Visiting, language: str, name: str) -> None:
    view = View(language, 390)
    with visiting(PATHS[name], view) as visit:
        assert visit.measure("scrollWidth") <= 390
        assert visit.measure("scrollHeight") <= 6 * view.height
        assert visit.bytes() < 150_000
        assert visit.page.evaluate(CUT_OFF) == []


@every_path
@pytest.mark.parametrize("view", [View("en"), View("zh", 390, "dark")], ids=str)
def test_nothing_keeps_anybody_from_reading_it(visiting: Visiting, view: View, name: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="no axe-playwright-python")
    with visiting(PATHS[name], view) as visit:
        for _ in range(2):
            assert visit.barriers(axe) == []
            visit.readable()  # and once more with all unfolded


@every_path
def test_a_chinese_page_is_chinese(visiting: Visiting, name: str) -> None:
    with visiting(PATHS[name], View("zh", 390)) as visit:
        told = visit.readable()
    words = re.findall(r"[A-Za-z]+", ALLOWED.sub("", re.sub(NAMES, "", told)))
    assert sorted({*words} - OWN_WORDS) == []


NAMES = (
    r"winprob [\w.:+-]+|UTC|CSV|Excel|English|[A-Z][a-z]+ (?:[A-Z][a-z]+ )*(?:Group|Ltd|Holdings)(?: \d+)?"
)
"""The model, the zone of the clock, kinds of files, the other language, and customers of the company."""

OWN_WORDS = {"Manufacturing", "Logistics", "Retail", "Edge", "Gateway", "North", "South", "East", "West", "D"}
"""Values that are recorded in Latin letters."""
