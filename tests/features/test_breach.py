from __future__ import annotations

import math
import pickle
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from winprob.features.breach import MOST_VALUES, Breach, InvalidHistory, breaches_at, written


def test_a_breach_of_a_whole_table_names_no_row() -> None:
    assert str(Breach("amounts", None, None, None, "x", "y")) == "amounts: expected y, found x"


def test_all_breaches_stand_on_lines_of_their_own() -> None:
    breaches = [Breach("amounts", row, f"O{row}", "amount", "x", "a number") for row in range(2, 500)]
    first, *lines = str(InvalidHistory("history", breaches)).splitlines()
    assert first == "history breaks the input contract in 498 places:"
    assert lines == [f"  {breach}" for breach in breaches]


def test_equal_faults_count_in_the_title_as_often_as_they_occur() -> None:
    breaches = [
        Breach("amounts", 2, "A", "amount", "'x'", "a number", rows=1500),
        Breach("amounts", 9, "B", "at", "'soon'", "a time"),
    ]
    first, *lines = str(InvalidHistory("history", breaches)).splitlines()
    assert first == "history breaks the input contract in 1,501 places:"
    assert lines[0].endswith("found 'x', in 1,500 rows")
    assert lines[1].endswith("found 'soon'")


def test_a_breach_ends_with_what_to_do_about_it() -> None:
    breach = Breach("amounts", 2, None, "amount", "'x'", "a number", rows=2, remedy="correct it")
    assert str(breach) == "amounts, row 2, column amount: expected a number, found 'x', in 2 rows; correct it"


def listed(values: list[Any], rows: list[int] | None = None, **how: Any) -> list[Breach]:
    raw = pd.DataFrame(
        {"opportunity_id": [f"O{n}" for n in range(len(values))], "amount": values},
        index=pd.RangeIndex(2, len(values) + 2),
    )
    where = raw.index if rows is None else pd.Index(rows)
    return list(breaches_at("amounts", raw, "amount", where, "a number", **how))


def test_equal_values_are_one_line_with_the_first_place_and_a_count() -> None:
    found = listed(["x", "y", "x", "x"])
    assert [(b.row, b.opportunity_id, b.found, b.rows) for b in found] == [
        (2, "O0", "'x'", 3),
        (3, "O1", "'y'", 1),
    ]


def test_more_than_a_few_values_are_one_line() -> None:
    found = listed([f"x{number % 1000}" for number in range(5000)])
    (line,) = found
    assert (line.row, line.opportunity_id, line.rows) == (2, "O0", 5000)
    assert line.found == "'x0' and 999 other values"


@given(st.lists(st.sampled_from(["a", "b", "c", "d", "e", "", None]), max_size=12), st.data())
def test_every_row_with_a_fault_is_counted_once(values: list[str | None], data: st.DataObject) -> None:
    rows = data.draw(st.sets(st.integers(2, len(values) + 1)) if values else st.just(set()))
    found = listed(values, sorted(rows))
    assert sum(breach.rows for breach in found) == len(rows)
    assert len(found) <= MOST_VALUES
    assert {breach.row for breach in found} <= rows
    assert min((breach.row for breach in found), default=None) == min(rows, default=None)


def test_only_the_rows_with_the_fault_are_looked_at() -> None:
    assert [(b.row, b.found) for b in listed(["x", "y", "z"], [3])] == [(3, "'y'")]
    assert listed(["x"], []) == []


def test_a_remedy_may_depend_on_the_value() -> None:
    found = listed(["x", "y", "z"], remedy=lambda value: f"mend {value}")
    assert [breach.remedy for breach in found] == ["mend x", "mend y", "mend z"]
    assert [breach.remedy for breach in listed(list("xyzuv"), remedy=lambda value: f"mend {value}")] == [
        "mend x"
    ]


def test_a_column_that_is_not_there_has_nothing_in_it() -> None:
    raw = pd.DataFrame({"n": [1, 2]}, index=[2, 3])
    (found,) = breaches_at("amounts", raw, "amount", raw.index, "a value")
    assert (found.row, found.opportunity_id, found.found, found.rows) == (2, None, "nothing", 2)


@pytest.mark.parametrize(
    ("value", "line"),
    [
        ("x" * 1000, "'xxxxxxxxxxxx...xxxxxxxxxxxxx'"),
        ("", "nothing"),
        (pd.NaT, "nothing"),
        (math.nan, "nothing"),
        (True, "True"),
        (1.5, "1.5"),
        ("a\nb", r"'a\nb'"),
    ],
)
def test_a_value_is_written_shortly_and_on_one_line(value: object, line: str) -> None:
    assert written(value) == line


def test_the_error_crosses_process_borders() -> None:
    error = InvalidHistory("history", [Breach("amounts", 2, "A", "amount", "x", "a number")])
    copy = pickle.loads(pickle.dumps(error))
    assert (str(copy), copy.breaches) == (str(error), error.breaches)
