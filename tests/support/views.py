"""Ways to look at a page in a browser, and what is seen then."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from playwright.sync_api import Page, Request, Response

Scheme = Literal["light", "dark"]

IN_VIEWPORT = """() => {
  const texts = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const range = document.createRange();
    range.selectNodeContents(walker.currentNode);
    const boxes = [...range.getClientRects()];
    const inside = box => box.left >= 0 && box.top >= 0
      && box.right <= document.documentElement.clientWidth && box.bottom <= window.innerHeight;
    if (boxes.length && boxes.every(inside)) texts.push(walker.currentNode.textContent);
  }
  return texts.join(" ").replace(/\\s+/g, " ");
}"""
"""Texts of which every box lies within what is seen without scrolling."""

READABLE = """() => {
  for (const each of document.querySelectorAll("details")) each.open = true;
  const told = [document.title, document.body.innerText];
  for (const each of document.querySelectorAll("*"))
    for (const name of ["aria-label", "title", "placeholder", "alt"])
      if (each.hasAttribute(name)) told.push(each.getAttribute(name));
  for (const each of document.querySelectorAll("svg title, svg desc, option, thead.unseen th"))
    told.push(each.textContent);
  return told.join("\\n");
}"""
"""All that a person reads or is read out to, whether it is folded or not."""


CUT_OFF = """() => [...document.querySelectorAll("section, .then, form, details")]
  .filter(each => each.scrollWidth > each.clientWidth + 1)
  .map(each => each.id || each.getAttribute("aria-labelledby") || each.className)"""
"""Parts that are wider than the screen, but for those that are made to be moved sideways."""

OF_THE_DATA = r"OPP-\d+|S\d{3}|P\d+|CNY|USD|EUR|[A-D]"
OF_THE_LANGUAGE = r"CRM"
ALLOWED = re.compile(rf"(?<![A-Za-z])(?:{OF_THE_DATA}|{OF_THE_LANGUAGE})(?![A-Za-z])")
"""What may be written in Latin letters on a Chinese page: ids, currencies, classes of deals, and CRM."""


@dataclass(frozen=True)
class View:
    """A language, a width, a colour scheme, and whether scripts run."""

    language: str = "en"
    width: int = 1280
    scheme: Scheme = "light"
    scripts: bool = True

    @property
    def height(self) -> int:
        """Of a phone or a laptop."""
        return 844 if self.width < 640 else 800

    def __str__(self) -> str:
        """Name it in the list of tests."""
        return f"{self.language}-{self.width}-{self.scheme}-{'scripts' if self.scripts else 'no scripts'}"


SCHEMES: tuple[Scheme, ...] = ("light", "dark")
VIEWS = [View(*each) for each in product(("zh", "en"), (1280, 390), SCHEMES, (True, False))]


@dataclass
class Visit:
    """A page that is looked at, and what has happened since."""

    page: Page
    view: View
    errors: list[str] = field(default_factory=list)
    hosts: set[str | None] = field(default_factory=set)
    answers: list[Response] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", lambda said: said.type == "error" and self.errors.append(said.text))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("requestfailed", lambda request: self.errors.append(request.url))
        self.page.on("request", self._requested)
        self.page.on("response", lambda answer: self.answers.append(answer))  # no builtin: it is marked

    def go(self, path: str) -> None:
        """Open a page in the language of the view."""
        self.page.goto(f"{path}{'&' if '?' in path else '?'}language={self.view.language}")

    def seen(self) -> str:
        """What is seen without scrolling."""
        text: str = self.page.evaluate(IN_VIEWPORT)
        return text

    def readable(self) -> str:
        """All that there is to read."""
        text: str = self.page.evaluate(READABLE)
        return text

    def measure(self, what: str) -> Any:
        """Ask for a number of the whole document."""
        return self.page.evaluate(f"() => document.documentElement.{what}")

    def barriers(self, axe: Any) -> list[tuple[str, list[Any]]]:
        """What axe finds serious: the rules, and where."""
        found = axe.Axe().run(self.page).response["violations"]
        serious = [each for each in found if each["impact"] in ("serious", "critical")]
        return [(each["id"], [node["target"] for node in each["nodes"]]) for each in serious]

    def bytes(self) -> int:
        """How much was loaded."""
        return sum(len(answer.body()) for answer in self.answers)

    def _requested(self, request: Request) -> None:
        self.hosts.add(urlsplit(request.url).hostname)
