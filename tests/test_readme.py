"""What the README shows runs, and what it links to is there."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = sorted(
    str(page.relative_to(ROOT)) for page in (ROOT / "docs").iterdir() if page.suffix in (".md", ".ipynb")
)
MADE = {"docs/command-line.md"}
"""Pages that `make docs` writes for the site."""


def test_the_notebook_example_runs() -> None:
    failed, tried = doctest.testfile(str(ROOT / "README.md"), module_relative=False)
    assert tried > 5
    assert failed == 0


@pytest.mark.parametrize("page", ["README.md", "README.zh.md", "CHANGELOG.md", "CONTRIBUTING.md", *PAGES])
def test_every_file_that_is_linked_is_there(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    links = re.findall(r"\]\((?!http)([^)#]+)(?:#[^)]*)?\)", text)
    made = [link for link in links if f"docs/{link}" in MADE]
    assert [link for link in links if not (ROOT / page).parent.joinpath(link).exists()] == made


def test_every_page_is_in_the_menu_of_the_site() -> None:
    menu = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    pages = {f"docs/{name}" for name in re.findall(r": ([\w-]+\.(?:md|ipynb))$", menu, re.MULTILINE)}
    assert pages == {*PAGES, *MADE}


def test_every_command_that_is_named_is_there() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"make ((?:[a-z]+ ?)+)", "\n".join(re.findall(r"`(make [a-z ]+)`", text))))
    for target in " ".join(targets).split():
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
