"""Pages of deals of the small simulated company, and what they say and link to."""

from __future__ import annotations

import html
import re
from urllib.parse import quote

import httpx
from deals import AS_OF, open_ids
from links import Links

ID = open_ids()[-20]


def ask(client: httpx.Client, opportunity_id: str = ID, **asked: str) -> httpx.Response:
    params = {"as_of": AS_OF, "language": "en"} | asked
    return client.get(f"/opportunities/{quote(opportunity_id, safe='')}", params=params)


def text(answer: httpx.Response) -> str:
    """What a person reads."""
    assert answer.status_code == 200, answer.text
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]*>", " ", answer.text)))


def links(page: str) -> list[str]:
    found = Links()
    found.feed(page)
    return found.found
