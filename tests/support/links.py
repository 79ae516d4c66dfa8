"""All that pages link to."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urljoin, urlsplit

import httpx

DEAL = re.compile("(/opportunities/).+")
"""The path of a deal: one of them stands for all."""

LINKS = {"href", "src", "action", "data-description"}


class Links(HTMLParser):
    """Gathers the addresses that a page links to, loads, or sends its form to."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, _: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if name in LINKS and value is not None]


def walk(client: httpx.Client, *starts: str) -> set[str]:
    """Follow all links from some pages on, each kind of question once; the paths, which all answer 200."""
    waiting, seen, paths = list(starts), set(), set()
    while waiting:
        address = waiting.pop()
        parts = urlsplit(address)
        asked = dict(parse_qsl(parts.query, keep_blank_values=True))
        path = DEAL.sub(r"\1…", parts.path)
        kind = (path, frozenset(asked), asked.get("language"))
        if kind in seen:
            continue
        seen.add(kind)
        answer = client.get(address)
        assert answer.status_code == 200, (address, answer.text)
        paths.add(path)
        if answer.headers["content-type"].startswith("text/html"):
            links = Links()
            links.feed(answer.text)
            waiting += [urljoin(address, link) for link in links.found]
    return paths
