"""pydantic's findings in the words of this project: the place is named, and what was found is in the line."""

from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from winprob.features.document import Document
from winprob.features.problem import Problem, key_path, problems_of


def lines(data: Any, most: int | None = None) -> list[str]:
    with pytest.raises(ValidationError) as refused:
        Document.model_validate(data)
    return [str(problem) for problem in problems_of(refused.value, Document, most)]


def test_a_place_is_written_as_one_would_in_a_program() -> None:
    assert key_path(["key_persons", 2, "role"]) == "key_persons[2].role"


def test_a_problem_is_one_line() -> None:
    problem = Problem("pass_mark", "at most 18", "20", "lower it")
    assert str(problem) == "pass_mark: expected at most 18, found 20; lower it"


def test_an_unknown_key_is_pointed_to_the_nearest_known_one() -> None:
    [line] = lines({"amonut": 1})
    assert line.startswith("amonut: expected one of the keys opportunity_id, as_of, ")
    assert line.endswith("(did you mean 'amount'?), found an unknown key; rename or remove it")


def test_an_unknown_key_of_a_row_is_compared_with_the_keys_of_such_a_row() -> None:
    [line] = lines({"key_persons": [{"role": "coach"}, {"role": "coach", "reach": True}]})
    known = "role, person_id, identified_at, influence, stance, reached"
    assert line == (
        f"key_persons[1].reach: expected one of the keys {known} (did you mean 'reached'?), "
        "found an unknown key; rename or remove it"
    )


def test_an_unknown_key_deep_inside_is_named_with_its_whole_place() -> None:
    [line] = lines({"track_records": {"owner": {"one": 3}}})
    assert line.startswith("track_records.owner.one: expected one of the keys won, lost, open")


def test_a_value_of_a_mapping_is_named_by_its_key() -> None:
    assert lines({"risk_scores": {"budget": 3}}) == [
        "risk_scores.budget: expected less than or equal to 2, found 3; correct the value"
    ]


def test_a_value_that_fits_none_of_several_kinds_is_one_problem() -> None:
    class Several(BaseModel):
        size: int | str

    with pytest.raises(ValidationError) as refused:
        Several.model_validate({"size": [1]})
    assert [str(problem) for problem in problems_of(refused.value, Several)] == [
        "size: expected a valid integer or a valid string, found [1]; correct the value"
    ]


@pytest.mark.parametrize("data", [[1], "text", 7, None, True])
def test_what_is_no_document_at_all_is_called_the_document(data: Any) -> None:
    assert lines(data) == [f"document: expected a valid dictionary, found {data!r}; correct the value"]


def test_a_row_that_is_no_row_is_named() -> None:
    assert lines({"amounts": [{"at": "2026-03-01", "amount": 1}, 3]}) == [
        "amounts[1]: expected a valid dictionary, found 3; correct the value"
    ]


def test_what_is_missing_is_named() -> None:
    assert lines({"amounts": [{"at": "2026-03-01"}]}) == [
        "amounts[0].amount: expected a value, found nothing; add the key"
    ]


@pytest.mark.parametrize(
    ("time", "why"),
    [
        ("0000-01-01", " (year 0 is out of range)"),
        ("2026-02-30", " (day is out of range for month)"),
        ("10000-01-01", ""),
        ("1774915200", ""),
        ("tomorrow", ""),
    ],
)
def test_what_is_no_time_is_answered_with_an_example(time: str, why: str) -> None:
    assert lines({"created_at": time}) == [
        f"created_at: expected a time such as 2026-03-31 or 2026-03-31T08:00:00+08:00{why}, "
        f"found {time!r}; correct the value"
    ]


@pytest.mark.parametrize("time", ["9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+12:00"])
def test_a_time_beyond_the_calendar_of_utc_is_refused(time: str) -> None:
    assert lines({"created_at": time}) == [
        "created_at: expected a time such as 2026-03-31 or 2026-03-31T08:00:00+08:00 "
        f"(date value out of range), found {time!r}; correct the value"
    ]


def test_a_document_is_about_one_opportunity() -> None:
    assert lines({"opportunities": [{}, {}]}) == [
        "opportunities: expected a list with one row, the opportunity to score, found [{}, {}]; "
        "send one opportunity in a document"
    ]


def test_a_column_given_twice_is_named() -> None:
    assert lines({"team": "north", "opportunities": [{"team": "south"}]}) == [
        "team: expected a place at the top level or in opportunities, found both; leave one of them out"
    ]


def test_a_long_list_is_cut_where_it_is_said() -> None:
    assert len(lines({f"unknown{number}": 1 for number in range(9)}, most=4)) == 4
    assert len(lines({f"unknown{number}": 1 for number in range(9)})) == 9
