"""Headers that list choices with weights, as clients send them."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from winprob.serving.wire.preference import preferences


@pytest.mark.parametrize(
    ("header", "found"),
    [
        (None, []),
        (" , ", []),
        ("Text/Markdown", [("text/markdown", 1.0)]),
        ("text/markdown;charset=utf-8;Q=0.5", [("text/markdown", 0.5)]),
        ("a;q=0.2,b", [("a", 0.2), ("b", 1.0)]),
        ("a;q", [("a", 0.0)]),
        ("a;q=nan, b;q=inf", [("a", 0.0), ("b", 0.0)]),
    ],
)
def test_choices_and_weights(header: str | None, found: list[tuple[str, float]]) -> None:
    assert preferences(header) == found


@given(st.text(alphabet="aq=;,/*.1-\t é"))
def test_nothing_that_is_sent_breaks_it(header: str) -> None:
    assert all(math.isfinite(weight) for _, weight in preferences(header))
