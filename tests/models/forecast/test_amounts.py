from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small import history

from winprob.features.instant import microseconds
from winprob.models.forecast.amounts import AmountChange, amounts_at

positive = st.floats(1.0, 1e6)


def test_amounts_are_those_known_at_each_moment() -> None:
    known = history(
        opportunities=[{"opportunity_id": "A"}, {"opportunity_id": "B"}],
        amounts=[{"at": "2026-01-05", "amount": 100.0}, {"at": "2026-02-05", "amount": 80.0}],
    )
    at = pd.Series(pd.to_datetime(["2026-01-04", "2026-02-04", "2026-02-05", "2026-02-05"], utc=True))
    found = amounts_at(known, np.array([0, 0, 0, 1]), microseconds(at))
    np.testing.assert_array_equal(found, [np.nan, 100.0, 80.0, np.nan])


def test_what_was_won_tells_how_amounts_change() -> None:
    won = [
        {"opportunity_id": str(number), "outcome": "won", "closed_at": "2026-06-01"} for number in range(300)
    ]
    fell = [
        {"opportunity_id": str(number), "at": at, "amount": amount}
        for number in range(300)
        for at, amount in (("2026-01-01", 100.0), ("2026-05-31", 90.0))
    ]
    change = AmountChange.learn(history(opportunities=won, amounts=fell))
    assert change.ratio == pytest.approx(0.9, abs=0.005)
    assert change.spread == pytest.approx(-np.log(0.9), rel=0.05)


def test_nothing_won_changes_nothing() -> None:
    assert AmountChange.learn(history()) == AmountChange(1.0, 0.0)
    lost = [{"outcome": "lost", "closed_at": "2026-06-01"}]
    amounts = [{"at": "2026-01-01", "amount": 100.0}, {"at": "2026-05-31", "amount": 90.0}]
    assert AmountChange.learn(history(opportunities=lost, amounts=amounts)) == AmountChange(1.0, 0.0)


def test_a_deal_that_was_created_within_two_weeks_of_its_ending_says_nothing() -> None:
    quick = [{"created_at": "2026-05-25", "outcome": "won", "closed_at": "2026-06-01"}]
    amounts = [{"at": "2026-05-25", "amount": 100.0}, {"at": "2026-05-31", "amount": 50.0}]
    assert AmountChange.learn(history(opportunities=quick, amounts=amounts)) == AmountChange(1.0, 0.0)


@given(st.lists(st.tuples(positive, positive), min_size=1, max_size=30))
def test_the_ratio_lies_between_no_change_and_what_was_seen(pairs: list[tuple[float, float]]) -> None:
    before, after = np.array(pairs).T
    change = AmountChange.between(before, after)
    seen = after.sum() / before.sum()
    assert min(1.0, seen) - 1e-12 <= change.ratio <= max(1.0, seen) + 1e-12
    assert 0 <= change.spread <= np.abs(np.log(after / before)).max() + 1e-12


def test_missing_and_empty_amounts_are_passed_over() -> None:
    told = AmountChange.between([100.0, np.nan, 0.0, 5e-324, 50.0], [80.0, 7.0, 9.0, 9.0, np.nan])
    assert told == AmountChange.between([100.0], [80.0])
