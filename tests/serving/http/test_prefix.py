"""What can stand before every path."""

import pytest

from winprob.serving.http.prefix import checked_prefix
from winprob.serving.wire.refusal import InvalidPrefix


@pytest.mark.parametrize(
    ("text", "prefix"),
    [("", ""), ("/", ""), ("/winprob", "/winprob"), ("/a/b.c_d~e-1/", "/a/b.c_d~e-1"), ("/..a", "/..a")],
)
def test_a_path_is_taken(text: str, prefix: str) -> None:
    assert checked_prefix(text, "--root-path") == prefix


@pytest.mark.parametrize(
    "text", ["winprob", "//a", "/a//b", "/..", "/./a", "/a?b", "/a%2fb", "/a\n", "http://a"]
)
def test_anything_else_is_named(text: str) -> None:
    with pytest.raises(InvalidPrefix, match=r"^--root-path: expected a path such as /sales/winprob"):
        checked_prefix(text, "--root-path")


def test_the_path_of_a_page_is_no_prefix() -> None:
    with pytest.raises(
        InvalidPrefix, match=r"none of the service's own: docs, v1, found '/v1'; choose another"
    ):
        checked_prefix("/v1/", "--root-path", {"v1", "docs"})
    assert checked_prefix("/v10", "--root-path", {"v1", "docs"}) == "/v10"
