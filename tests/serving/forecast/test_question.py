"""What can be asked, and what cannot."""

from datetime import UTC, date, datetime

import pytest
from pydantic import ValidationError

from winprob.serving.forecast.question import MOST_PERIODS, ForecastQuestion
from winprob.serving.wire.request import MOST_DATES


def test_nothing_asked_is_the_present_quarter() -> None:
    question = ForecastQuestion()
    assert (question.by, question.periods, question.group, question.as_of) == ("quarter", 1, None, None)


def test_dates_are_the_last_days_of_periods() -> None:
    assert ForecastQuestion(by="2026-12-31, 2027-03-31").by == (date(2026, 12, 31), date(2027, 3, 31))


def test_the_same_question_is_the_same_key() -> None:
    one = ForecastQuestion.model_validate({"by": "week", "periods": "2", "as_of": "2026-03-31"})
    assert hash(one) == hash(ForecastQuestion(by="week", periods=2, as_of=date(2026, 3, 31)))


def test_where_dates_begin_is_sent_as_from() -> None:
    question = ForecastQuestion.model_validate({"by": "2026-12-31", "from": "2026-07-01"})
    assert question.begin == date(2026, 7, 1)


@pytest.mark.parametrize("sign", ["+", " "])
def test_a_plus_that_became_a_space_is_a_plus(sign: str) -> None:
    question = ForecastQuestion.model_validate({"as_of": f"2026-03-31T08:00:00{sign}08:00"})
    assert question.as_of == datetime(2026, 3, 31, tzinfo=UTC)


@pytest.mark.parametrize(
    ("asked", "field", "told"),
    [
        ({"by": "year"}, "by", "week, month, quarter or dates such as"),
        ({"by": ""}, "by", "week, month, quarter or dates such as"),
        ({"by": "2026-02-30"}, "by", "day"),
        ({"by": "20261231"}, "by", "week, month, quarter"),
        ({"by": ",".join(["2026-12-31"] * (MOST_DATES + 1))}, "by", "at most 50 dates"),
        ({"by": "2026-12-31", "periods": "1"}, "periods", "nothing, as the dates in by tell it"),
        ({"by": "month", "from": "2026-07-01"}, "from", "nothing, as a month tells where it begins"),
        ({"from": "2026-07-01"}, "from", "nothing, as a quarter tells where it begins"),
        ({"by": "2026-12-31", "from": "July"}, "from", "a date such as 2026-12-31"),
        ({"by": "2026-12-31", "begin": "2026-07-01"}, "begin", "Extra inputs"),
        ({"periods": MOST_PERIODS + 1}, "periods", "less than or equal to 53"),
        ({"as_of": "1774915200"}, "as_of", "a time such as 2026-03-31"),
        ({"group": ""}, "group", "expected a value; send one"),
    ],
)
def test_what_cannot_be_asked(asked: dict[str, object], field: str, told: str) -> None:
    with pytest.raises(ValidationError, match=told) as refused:
        ForecastQuestion.model_validate(asked)
    assert [error["loc"] for error in refused.value.errors()] == [(field,)]
