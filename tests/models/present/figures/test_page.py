from __future__ import annotations

from html.parser import HTMLParser

import pytest
from plotly.graph_objects import Bar, Figure

from winprob.features.playbook import Language
from winprob.models.present.figures.look import laid_out
from winprob.models.present.figures.page import page


class Seen(HTMLParser):
    """What a browser finds on a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.code: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember it."""
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        """Remember what scripts say."""
        if self.tags and self.tags[-1][0] == "script":
            self.code.append(data)


def drawn(title: str) -> Figure:
    return laid_out(Figure([Bar(x=["a"], y=[1.0])]), title, "")


@pytest.mark.parametrize(("language", "written"), [("en", "en"), ("zh", "zh-CN")])
def test_a_page_fetches_nothing(language: Language, written: str) -> None:
    seen = Seen(page("Forecast", {"fan": drawn("one"), "waterfall": drawn("two")}, language))
    names = [tag for tag, _ in seen.tags]
    assert not {"link", "img", "iframe", "base"} & set(names)
    assert not [attributes for tag, attributes in seen.tags if tag == "script" and "src" in attributes]
    assert ("html", {"lang": written}) in seen.tags
    assert names.count("title") == 1


def test_plotly_is_there_once_and_every_figure_after_it() -> None:
    seen = Seen(page("Forecast", {"fan": drawn("one"), "waterfall": drawn("two")}))
    assert sum(len(code) > 1_000_000 for code in seen.code) == 1
    divisions = [attributes["id"] for tag, attributes in seen.tags if tag == "div" and "id" in attributes]
    assert divisions == ["fan", "waterfall"]
    calls = [code for code in seen.code if "Plotly.newPlot" in code and len(code) < 100_000]
    assert len(calls) == 2


def test_the_same_figures_make_the_same_page() -> None:
    assert page("A", {"fan": drawn("one")}) == page("A", {"fan": drawn("one")})


def test_titles_are_texts() -> None:
    assert "<title>R&amp;D &lt;b&gt;</title>" in page("R&D <b>", {"fan": drawn("one")})
