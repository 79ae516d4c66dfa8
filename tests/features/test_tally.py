from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from winprob.features.instant import NEVER, UNKNOWN
from winprob.features.tally import Tally, superseded

Span = tuple[int, int, int, int]
Row = tuple[int, int, int]

time = st.integers(-4, 4)
spans = st.lists(
    st.tuples(
        st.integers(0, 2),
        time | st.sampled_from([UNKNOWN, NEVER]),
        time | st.sampled_from([UNKNOWN, NEVER]),
        st.integers(-5, 5),
    ),
    max_size=12,
)
moments = st.lists(st.tuples(st.integers(-2, 3), time), max_size=8)
rows = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2), time | st.just(UNKNOWN)), max_size=12)


@given(spans, moments)
def test_a_tally_sums_the_spans_that_cover_a_moment(found: list[Span], at: list[tuple[int, int]]) -> None:
    group, start, end, weight = np.array(found, np.int64).reshape(-1, 4).T
    whose, when = np.array(at, np.int64).reshape(-1, 2).T
    covering = [
        [span for span in found if span[0] == group and span[1] <= moment < span[2]] for group, moment in at
    ]
    assert Tally(group, start, end).at(whose, when).sum(weight).tolist() == [
        sum(span[3] for span in holds) for holds in covering
    ]
    assert Tally(group, start, end).at(whose, when).sum().tolist() == [len(holds) for holds in covering]


def test_a_span_holds_from_its_start_until_just_before_its_end() -> None:
    tally = Tally(np.array([0]), np.array([2]), np.array([5]))
    assert tally.at(np.zeros(5, np.int64), np.array([1, 2, 4, 5, 6])).sum().tolist() == [0, 1, 1, 0, 0]


def test_a_span_that_ends_before_it_starts_never_holds() -> None:
    tally = Tally(np.array([0, 0]), np.array([2, 3]), np.array([1, 3]))
    assert tally.at(np.zeros(4, np.int64), np.array([0, 1, 2, 3])).sum().tolist() == [0, 0, 0, 0]


@given(rows)
def test_a_row_is_superseded_by_the_next_of_its_group_and_key(found: list[Row]) -> None:
    group, key, when = np.array(found, np.int64).reshape(-1, 3).T
    expected = []
    for number, row in enumerate(found):
        following = [
            (other[2], later)
            for later, other in enumerate(found)
            if other[:2] == row[:2] and (other[2], later) > (row[2], number)
        ]
        expected.append(min(following)[0] if following else NEVER)
    assert superseded(group, key, when).tolist() == expected


def test_of_two_rows_at_one_time_the_later_row_supersedes() -> None:
    replaced = superseded(np.zeros(2, np.int64), np.zeros(2, np.int64), np.array([5, 5]))
    assert replaced.tolist() == [5, NEVER]


@given(rows, moments)
def test_one_row_of_each_key_holds_at_a_time(found: list[Row], at: list[tuple[int, int]]) -> None:
    """How the persons identified, and the competitors, are counted: each once, as last described."""
    group, key, when = np.array(found, np.int64).reshape(-1, 3).T
    holding = Tally(group, when, superseded(group, key, when))
    whose, moment = np.array(at, np.int64).reshape(-1, 2).T
    assert holding.at(whose, moment).sum().tolist() == [
        len({row[1] for row in found if row[0] == one and row[2] <= then}) for one, then in at
    ]
