from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from winprob.models.closing.incidence import Incidence
from winprob.models.closing.periods import ENDS, PERIODS, STARTS
from winprob.models.measure.outcomes import Floats

RATES = arrays.arrays(np.float64, (2, 3, PERIODS), elements=st.floats(1e-6, 1.0))


def incidence_of(won: Floats, lost: Floats) -> Incidence:
    return Incidence(won, lost, np.tile(ENDS, (len(won), 1)))


def day_by_day(won: Floats, lost: Floats, days: int, parts: int = 50) -> tuple[float, float]:
    """What of one row is won and lost within days, by small steps of time."""
    still, ended = 1.0, np.zeros(2)
    for step in range(days * parts):
        period = np.flatnonzero(step / parts >= STARTS)[-1]
        rates = np.array([won[period], lost[period]])
        ends = still * -np.expm1(-rates.sum() / parts)
        ended += ends * rates / rates.sum()
        still -= ends
    return float(ended[0]), float(ended[1])


def test_shares_are_those_of_small_steps_of_time() -> None:
    won, lost = np.random.default_rng(0).uniform(0.001, 0.02, (2, PERIODS))
    shares = incidence_of(won[np.newaxis], lost[np.newaxis]).shares_within([10, 100, 400])
    in_the_end = day_by_day(won, lost, 3000, parts=2)
    for column, days in enumerate((10, 100, 400)):
        for share, ended, total in zip(shares, day_by_day(won, lost, days), in_the_end, strict=True):
            assert share[0, column] == pytest.approx(ended / total, rel=1e-6)


@given(RATES)
def test_shares_rise_from_none_to_all(rates: Floats) -> None:
    for share in incidence_of(*rates).shares_within([-5, 0, 1, 30, 365, 1000, np.inf]):
        assert (share[:, :2] == 0).all()
        assert (np.diff(share, axis=1) >= 0).all()
        assert share[:, -1] == pytest.approx(1)


@given(RATES, st.floats(0.01, 0.99))
def test_within_the_days_of_a_share_this_share_comes(rates: Floats, share: float) -> None:
    incidence = incidence_of(*rates)
    days = incidence.days_to_win(share)
    assert np.isfinite(days).all()
    found, _ = incidence.shares_within(days[:, np.newaxis])
    assert found[:, 0] == pytest.approx([share] * 3, abs=1e-6)


def test_each_row_has_its_own_intervals() -> None:
    rates = np.random.default_rng(2).uniform(0.001, 0.02, (2, 1, PERIODS))
    whole = incidence_of(*rates)
    ends = np.sort(np.append(ENDS[:-1], [*ENDS[:-1] - 3.0, 800.0, np.inf]))
    cut = Incidence(*np.repeat(rates, 2, axis=2), ends[np.newaxis])
    for one, other in zip(whole.shares_within([5, 77, 900]), cut.shares_within([5, 77, 900]), strict=True):
        assert one == pytest.approx(other)
    assert whole.days_to_win(0.3) == pytest.approx(cut.days_to_win(0.3))
