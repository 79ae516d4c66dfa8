"""How a page writes numbers, names and tables."""

from __future__ import annotations

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from winprob.models.bundle.card import Estimate
from winprob.models.present.card_page import Page, harmless

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    'it\'s "quoted" & <b>bold</b>',
    "[click](javascript:alert(1))",
    "![pixel](https://example.org/pixel.png)",
    r"\[click](javascript:alert(1))",
    r"\<script>alert(1)</script>",
    "<https://example.org>",
    "&lt;script&gt;",
    "`<script>`",
    "a|b<br>|c",
]

FOUND = Estimate(value=-0.0404, low=-0.1, high=0.0196)


def rendered(markdown: str) -> list[Token]:
    """As those read it who let HTML through."""
    return MarkdownIt("commonmark", {"html": True}).enable("table").parse(markdown)


def cells(markdown: str) -> list[str]:
    """What is shown in the cells of a table."""
    return [
        "".join(inner.content for inner in token.children or ())
        for token in rendered(markdown)
        if token.type == "inline"
    ]


def test_intervals_are_written_in_both_languages() -> None:
    assert Page("en").number(FOUND) == "-0.040 (-0.100 to 0.020)"
    assert Page("zh").number(FOUND) == "-0.040（-0.100至0.020）"
    share = Estimate(value=0.357, low=0.301, high=0.405)
    assert Page("en").percent(share) == "36 % (30 to 40)"
    assert Page("zh").percent(share) == "36%（30至40）"


def test_names_cannot_break_a_table() -> None:
    lines = Page("en").table(["region", "rows"], [["north|\nsouth", "7"], ["east", "8"]]).splitlines()
    assert lines == ["| region | rows |", "|---|---:|", "| north\\| south | 7 |", "| east | 8 |"]


def test_a_backslash_in_a_name_neither_ends_a_cell_nor_hides_its_end() -> None:
    lines = Page("en").table(["region", "rows"], [["a\\|b\\", "7"]]).splitlines()
    assert lines[2] == r"| a\\\|b\\ | 7 |"
    assert cells("\n".join(lines))[2:] == ["a\\|b\\", "7"]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_names_are_text_wherever_they_stand(text: str) -> None:
    page = Page("en")
    shown = harmless("\n\n".join([f"# {text}", page.list([text]), page.table([text, "rows"], [[text, "7"]])]))
    kinds = {inner.type for token in rendered(shown) for inner in token.children or ()}
    assert kinds <= {"text", "text_special", "softbreak", "code_inline"}
    assert "html_block" not in {token.type for token in rendered(shown)}


@pytest.mark.parametrize("text", [text for text in HOSTILE if "`" not in text])
def test_hostile_names_are_shown_as_they_are(text: str) -> None:
    assert cells(harmless(Page("en").table([text, "rows"], [[text, "7"]])))[::2] == [text, text]


def test_an_item_stays_on_its_line() -> None:
    assert Page("en").list(["one\ntwo", "three"]) == "- one two\n- three"
