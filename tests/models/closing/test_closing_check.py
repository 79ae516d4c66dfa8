from __future__ import annotations

import numpy as np
import pytest

from winprob.models.closing.closing_check import ClosingCheck
from winprob.models.closing.outlook import Outlook
from winprob.models.closing.periods import PERIODS

RATE = 0.01


def checked(told: float, end: float = 100.0, rows: int = 20_000) -> ClosingCheck:
    """Wins that come at `RATE` and are seen until `end`, where `told` was told."""
    rng = np.random.default_rng(0)
    days, followed = rng.exponential(1 / RATE, rows), rng.uniform(1, end, rows)
    seen = days < followed
    rates = np.full((seen.sum(), PERIODS), told / 2)
    return ClosingCheck.of(
        Outlook(rates, rates, np.zeros(len(rates))),
        days[seen],
        followed[seen],
        np.arange(seen.sum()) // 2,
    )


@pytest.mark.parametrize("end", [20.0, 100.0, 1000.0])
def test_true_times_hold_four_wins_of_five_however_few_are_seen(end: float) -> None:
    assert checked(RATE, end).coverage == pytest.approx(0.8, abs=0.02)


@pytest.mark.parametrize("told", [RATE / 10, RATE * 10])
def test_wrong_times_hold_fewer(told: float) -> None:
    assert checked(told, 1000.0).coverage < 0.7


def test_it_tells_what_it_is_of() -> None:
    found = checked(RATE, rows=1000)
    assert found.moments < 1000
    assert found.opportunities == (found.moments + 1) // 2
