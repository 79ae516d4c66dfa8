from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from itertools import accumulate

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from winprob.features import timeline as timeline_module
from winprob.features.instant import MICROSECONDS_PER_DAY, NEVER, UNKNOWN
from winprob.features.timeline import AsOf, Integers, Timeline

QUARTER = MICROSECONDS_PER_DAY // 4

Row = tuple[int, int, int]
Moment = tuple[int, int]

# A coarse grid makes ties likely, single microseconds show whether the edges are where they should be.
usual = st.one_of(st.integers(-12, 12).map(lambda quarter: quarter * QUARTER), st.integers(-3, 3))
rows = st.lists(
    st.tuples(st.integers(0, 3), usual | st.sampled_from([UNKNOWN, NEVER]), st.integers(-9, 9)), max_size=15
)
moments = st.lists(st.tuples(st.integers(-2, 5), usual), max_size=8)


def columns(found: list[Row]) -> tuple[Integers, Integers, Integers]:
    group, time, value = np.array(found, np.int64).reshape(-1, 3).T
    return group, time, value


def look(found: list[Row], at: list[Moment]) -> tuple[AsOf, Integers]:
    """The rows as of the moments, and their values in the timeline's order."""
    group, time, value = columns(found)
    timeline = Timeline(group, time)
    whose, when = np.array(at, np.int64).reshape(-1, 2).T
    return timeline.at(whose, when), value[timeline.order]


def known(found: list[Row], moment: Moment) -> list[Row]:
    """The rows of the group recorded by the moment, oldest first; of one time in the order of the table."""
    group, when = moment
    return sorted((row for row in found if row[0] == group and row[1] <= when), key=lambda row: row[1])


def slow(found: list[Row], at: list[Moment], fact: Callable[[list[Row], int], float]) -> list[float]:
    return [fact(known(found, moment), moment[1]) for moment in at]


@pytest.fixture(params=[0, timeline_module.FEW], ids=["as many", "as few"], autouse=True)
def few(request: pytest.FixtureRequest) -> Iterator[None]:
    """Both ways, whatever the number of rows and moments."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timeline_module, "FEW", request.param)
        yield


@given(rows)
def test_rows_are_sorted_by_group_and_time_and_keep_their_order_in_ties(found: list[Row]) -> None:
    timeline = Timeline(*columns(found)[:2])
    order = sorted(range(len(found)), key=lambda number: found[number][:2])
    assert timeline.order.tolist() == order
    assert timeline.group.tolist() == [found[number][0] for number in order]
    assert timeline.time.tolist() == [found[number][1] for number in order]
    groups = timeline.group.tolist()
    assert timeline.first_of_group.tolist() == [
        number == groups.index(group) for number, group in enumerate(groups)
    ]


@given(rows, moments)
def test_any_and_total(found: list[Row], at: list[Moment]) -> None:
    now, values = look(found, at)
    assert now.any.tolist() == slow(found, at, lambda past, _: len(past) > 0)
    assert now.total(values).tolist() == slow(found, at, lambda past, _: sum(value for *_, value in past))


@given(rows, moments)
def test_first_and_last(found: list[Row], at: list[Moment]) -> None:
    now, values = look(found, at)
    nothing = (0, 0, math.nan)
    last = slow(found, at, lambda past, _: (past or [nothing])[-1][2])
    first = slow(found, at, lambda past, _: (past or [nothing])[0][2])
    np.testing.assert_array_equal(now.last(values.astype(np.float64)), last)
    np.testing.assert_array_equal(now.first(values.astype(np.float64)), first)
    numbers = slow(found, at, lambda past, _: past[-1][2] if past else -1)
    assert now.last_row(values).tolist() == numbers


@given(rows, moments)
def test_times(found: list[Row], at: list[Moment]) -> None:
    now, _ = look(found, at)
    assert now.last_time.tolist() == slow(found, at, lambda past, _: past[-1][1] if past else UNKNOWN)
    assert now.complete.tolist() == slow(found, at, lambda past, _: all(row[1] != UNKNOWN for row in past))

    def age(past: list[Row], when: int) -> float:
        return (when - past[-1][1]) / MICROSECONDS_PER_DAY if past and past[-1][1] != UNKNOWN else math.nan

    np.testing.assert_array_equal(now.days_since_last, slow(found, at, age))


@given(rows, moments, st.sampled_from([0.25, 0.5, 1, 2.5, 90]))
def test_a_window_ends_at_the_moment_and_its_beginning_does_not_belong(
    found: list[Row], at: list[Moment], days: float
) -> None:
    def within(past: list[Row], when: int) -> float:
        if any(row[1] == UNKNOWN for row in past):
            return math.nan
        return sum(when - row[1] < days * MICROSECONDS_PER_DAY for row in past)

    np.testing.assert_array_equal(look(found, at)[0].within(days), slow(found, at, within))


@given(rows, rows, moments)
def test_other_groups_do_not_matter(found: list[Row], others: list[Row], at: list[Moment]) -> None:
    elsewhere = [(group + 6, time, value) for group, time, value in others]
    alone, values = look(found, at)
    together, all_values = look(elsewhere + found, at)
    assert together.total(all_values).tolist() == alone.total(values).tolist()
    assert together.last_time.tolist() == alone.last_time.tolist()


@given(rows, moments)
def test_what_comes_later_does_not_matter(found: list[Row], at: list[Moment]) -> None:
    whole, values = look(found, at)
    for number, moment in enumerate(at):
        past, past_values = look([row for row in found if row[1] <= moment[1]], [moment])
        assert whole.total(values)[number] == past.total(past_values)[0]
        assert whole.last_time[number] == past.last_time[0]


def test_of_two_rows_at_one_time_the_later_row_wins() -> None:
    now, values = look([(0, 5, 1), (0, 5, 2), (0, 4, 3)], [(0, 4), (0, 5), (0, 6)])
    assert now.last(values.astype(np.float64)).tolist() == [3.0, 2.0, 2.0]


def test_a_row_counts_from_its_very_time_on() -> None:
    now, values = look([(0, 5, 1)], [(0, 4), (0, 5)])
    assert now.total(values).tolist() == [0, 1]


@pytest.mark.parametrize("group", [-1, 0, 7])
def test_an_empty_table_knows_nothing_and_nothing_is_left_out(group: int) -> None:
    now, values = look([], [(group, 5)])
    assert (now.any.tolist(), now.complete.tolist(), now.total(values).tolist()) == ([False], [True], [0])
    assert (now.last_row(values).tolist(), now.last_time.tolist()) == ([-1], [UNKNOWN])
    assert now.within(7).tolist() == [0.0]
    numbers = values.astype(np.float64)
    assert np.isnan([now.last(numbers), now.first(numbers), now.days_since_last]).all()


def test_groups_and_times_of_any_size_fit() -> None:
    """Times by their rank: a key of group and microseconds would not fit into 64 bits."""
    far = 10**9
    now, values = look(
        [(far, NEVER - 1, 3), (far, UNKNOWN + 1, 2), (far - 1, 0, 9)], [(far, 0), (far, NEVER - 1), (-far, 0)]
    )
    assert now.total(values).tolist() == [2, 5, 0]


def test_totals_are_exact_however_many_rows_come_before() -> None:
    """What makes a row scored alone equal to the same row among millions."""
    weights = [10**15 + 1, 3, -(10**15), 7]
    now, values = look(
        [(number, 0, weight) for number, weight in enumerate(weights)], [(n, 0) for n in range(4)]
    )
    assert now.total(values).tolist() == weights
    now, values = look(
        [(0, number, weight) for number, weight in enumerate(weights)], [(0, n) for n in range(4)]
    )
    assert now.total(values).tolist() == list(accumulate(weights))
