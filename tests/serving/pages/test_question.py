"""What the form of the page asks."""

from __future__ import annotations

import pytest

from winprob.serving.pages.question import PageQuestion


@pytest.mark.parametrize(("named", "unit"), [("月", "month"), ("quarter", "quarter"), ("季度", "quarter")])
def test_a_unit_may_be_written_as_the_page_names_it(named: str, unit: str) -> None:
    assert PageQuestion.model_validate({"by": named, "periods": "2"}).by == unit


def test_fields_left_empty_are_not_asked() -> None:
    question = PageQuestion.model_validate({"by": "2026-12-31", "periods": "2", "group": "", "as_of": ""})
    assert question.model_fields_set == {"by"}
