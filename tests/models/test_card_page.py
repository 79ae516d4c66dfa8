"""How a page writes numbers, names and tables."""

from __future__ import annotations

from models.card import Estimate
from models.card_page import Page

FOUND = Estimate(value=-0.0404, low=-0.1, high=0.0196)


def test_intervals_are_written_in_both_languages() -> None:
    assert Page("en").number(FOUND) == "-0.040 (-0.100 to 0.020)"
    assert Page("zh").number(FOUND) == "-0.040（-0.100至0.020）"
    share = Estimate(value=0.357, low=0.301, high=0.405)
    assert Page("en").percent(share) == "36 % (30 to 40)"
    assert Page("zh").percent(share) == "36%（30至40）"


def test_names_cannot_break_a_table() -> None:
    lines = Page("en").table(["region", "rows"], [["north|\nsouth", "7"], ["east", "8"]]).splitlines()
    assert lines == ["| region | rows |", "|---|---:|", "| north\\| south | 7 |", "| east | 8 |"]


def test_an_item_stays_on_its_line() -> None:
    assert Page("en").list(["one\ntwo", "three"]) == "- one two\n- three"
