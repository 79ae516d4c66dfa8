from __future__ import annotations

import pytest
from pydantic import ValidationError

from winprob.serving.deals.list_question import ListQuestion
from winprob.serving.wire.query import InvalidQuery


def test_empty_fields_are_not_asked_but_for_the_currency() -> None:
    question = ListQuestion.model_validate({"q": "", "team": "", "currency": "", "page": "3"})
    assert (question.columns, question.currency, question.page) == ({}, "", 3)
    assert question.query() == "?currency=&page=3"


def test_an_address_asks_the_same_again() -> None:
    given = {"team": "South & East", "of": "commit", "period": "2026-01-01", "q": "a+b"}
    question = ListQuestion.model_validate(given)
    assert question.query(page=2, team=None) == "?period=2026-01-01&of=commit&q=a%2Bb&page=2"
    assert hash(question) == hash(ListQuestion.model_validate(given))


@pytest.mark.parametrize(
    ("given", "place", "hint"),
    [
        ({"tema": "South"}, "tema", "did you mean 'team'"),
        ({"stage": "intend"}, "stage", "did you mean 'intent'"),
        ({"finding": "D999"}, "finding", "expected one of D001"),
    ],
)
def test_what_the_company_does_not_have_is_named(given: dict[str, str], place: str, hint: str) -> None:
    with pytest.raises(InvalidQuery, match=hint) as error:
        ListQuestion.model_validate(given).check(["team"], ["target", "intent"], ["D001"])
    assert [problem.key for problem in error.value.problems] == [place]


@pytest.mark.parametrize("given", [{"page": 0}, {"by": "year"}, {"of": "won"}, {"order": "name"}])
def test_what_is_none_of_the_choices_is_refused(given: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        ListQuestion.model_validate(given)
