"""Accept-Language as browsers and CRMs send it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from winprob.serving.wire.language import preferred_language


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "en"),
        ("", "en"),
        ("zh", "zh"),
        ("ZH-Hant-TW", "zh"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("en-US,en;q=0.9,zh-CN;q=0.95", "en"),
        ("en;q=0.5, zh;q=0.7", "zh"),
        ("zh;q=0.5, en;q=0.5", "en"),
        ("fr-FR, de;q=0.9", "en"),
        ("fr, zh;q=0.001", "zh"),
        ("*", "en"),
        ("en;q=0, *", "zh"),
        ("zh;q=0, *;q=0.5", "en"),
        ("zh;q=0", "en"),
        ("zh;q=0, en;q=0", "en"),
        ("zh ; q = 0.8 , en ; q=0.3", "zh"),
        ("zh;q=much, en;q=0.1", "en"),
        ("zh;q=nan, en;q=inf", "en"),
        ("zha", "en"),
    ],
)
def test_the_language_wanted_most_is_chosen(header: str | None, language: str) -> None:
    assert preferred_language(header) == language


@given(st.text() | st.text("zhen-*;q=,. 019"))
def test_no_header_is_too_strange(header: str) -> None:
    assert preferred_language(header) in ("zh", "en")
