"""What pages are drawn with comes from this service."""

import httpx
import pytest


@pytest.mark.parametrize(
    ("name", "kind"),
    [("page.css", "text/css"), ("docs.js", "text/javascript"), ("icon.svg", "image/svg+xml")],
)
def test_files_are_kept_by_browsers(client: httpx.Client, name: str, kind: str) -> None:
    answer = client.get(f"/assets/{name}")
    assert answer.headers["content-type"].startswith(kind)
    assert answer.headers["cache-control"] == "public, max-age=3600"
    assert answer.headers["etag"]


@pytest.mark.parametrize("name", ["page.py", "..%2Fpage.py", "docs.js%00", "static", ""])
def test_nothing_else_is_given_away(client: httpx.Client, name: str) -> None:
    answer = client.get(f"/assets/{name}")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
