from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from winprob.models.closing.periods import DAILY, ENDS, PERIODS, STARTS, ending_in, interval_ends, spent

DAYS = st.lists(st.floats(0.001, 5000), min_size=1)


def test_periods_follow_one_another_without_end() -> None:
    assert len(STARTS) == len(ENDS) == PERIODS
    assert STARTS[0] == 0
    assert (STARTS[1:] == ENDS[:-1]).all()
    assert ENDS[-1] == np.inf


@given(DAYS)
def test_days_are_shared_out_completely(days: list[float]) -> None:
    shared = spent(days)
    assert np.allclose(shared.sum(axis=1), days)
    assert (shared >= 0).all()
    assert (shared <= ENDS - STARTS).all()


@given(DAYS)
def test_an_ending_falls_in_the_last_period_in_which_days_were_spent(days: list[float]) -> None:
    last = PERIODS - 1 - (spent(days)[:, ::-1] > 0).argmax(axis=1)
    ended = ending_in(days)
    assert (ended.sum(axis=1) == 1).all()
    assert (ended.argmax(axis=1) == last).all()


def test_no_time_is_spent_before_the_moment_and_all_the_time_there_is_has_no_end() -> None:
    assert (spent([-3.0, 0.0]) == 0).all()
    assert spent([np.inf])[0].tolist() == (ENDS - STARTS).tolist()


@given(st.floats(0, 1, exclude_max=True))
def test_intervals_end_with_periods_and_for_a_year_with_days(passed: float) -> None:
    [ends] = interval_ends(np.array([passed]))
    assert (np.diff(ends) >= 0).all()
    assert set(ENDS) <= set(ends)
    days = set(ends) - set(ENDS)
    assert np.allclose([(day + passed + 0.5) % 1 for day in days], 0.5)
    assert len(ends) == DAILY + PERIODS
