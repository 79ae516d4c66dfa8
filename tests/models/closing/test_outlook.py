"""What the company's calendar makes of the days ahead."""

from __future__ import annotations

import numpy as np
import pytest

from winprob.features.calendar import Calendar
from winprob.features.company_days import WEEKS
from winprob.models.closing.outlook import Outlook
from winprob.models.closing.periods import PERIODS, STARTS
from winprob.models.closing.seasonality import Seasonality
from winprob.models.measure.outcomes import Floats

CHINA = Calendar(time_zone="Asia/Shanghai", holidays=("CN",))
WINNING = Seasonality(weeks_left=(6.0, 2.0, *(0.5,) * (WEEKS - 2)), day_off=0.1, level=1.0)
LOSING = Seasonality(weeks_left=(0.5, *(1.0,) * (WEEKS - 1)), day_off=0.5, level=1.2)


def outlook(rows: int, seed: int = 0) -> Outlook:
    """Rows whose moments lie anywhere in days of the year 2026."""
    rng = np.random.default_rng(seed)
    won, lost = rng.uniform(0.001, 0.02, (2, rows, PERIODS))
    return Outlook(won, lost, 20_454 + rng.uniform(0, 365, rows), (WINNING, LOSING), CHINA)


def by_small_steps(row: Outlook, days: float, parts: int = 1000) -> Floats:
    """What of one row is won and lost within days, by small steps of time."""
    steps = (np.arange(round(days * parts)) + 0.5) / parts
    day = np.floor(row.since + steps).astype(np.int64)
    factors = [season.factors(CHINA, day) for season in row.seasons]
    period = np.searchsorted(STARTS, steps, side="right") - 1
    hazards = np.stack([row.won[0, period] * factors[0], row.lost[0, period] * factors[1]]) / parts
    still = np.exp(-np.cumsum(hazards.sum(axis=0)))
    return np.asarray((hazards * still).sum(axis=1))


@pytest.mark.parametrize("row", range(3))
def test_shares_are_those_of_small_steps_of_time(row: int) -> None:
    alone = outlook(3)[row]
    found = np.array(alone.shares_within([3.25, 40.0, 250.0]))[:, 0]
    in_the_end = by_small_steps(alone, 3000, parts=200)
    for place, days in enumerate((3.25, 40.0, 250.0)):
        assert found[:, place] == pytest.approx(by_small_steps(alone, days) / in_the_end, abs=1e-3)


def test_more_is_won_in_the_last_week_of_a_quarter() -> None:
    rate = np.full((1, PERIODS), 0.005)
    on_the_first = Outlook(rate, rate, np.array([20_454.0]), (WINNING, LOSING))  # 2026-01-01
    before, after = np.diff(on_the_first.shares_within([76, 83, 90, 97])[0][0])[[1, 2]]
    assert before > 8 * after


def test_rows_do_not_see_one_another(monkeypatch: pytest.MonkeyPatch) -> None:
    together = outlook(5)
    shares, days = together.shares_within([9, 99]), together.days_to_win(0.5)
    for row in range(5):
        alone = together[row]
        assert len(alone) == 1
        assert alone.days_to_win(0.5)[0] == pytest.approx(days[row], rel=1e-9)
        assert alone.shares_within([9, 99])[1][0] == pytest.approx(shares[1][row], rel=1e-9)
    assert len(together[1:3]) == 2
    monkeypatch.setattr("winprob.models.closing.outlook.TOGETHER", 2)
    assert together.shares_within([9, 99])[0] == pytest.approx(shares[0], rel=1e-9)


def test_within_the_days_of_a_share_this_share_comes() -> None:
    rows = outlook(50, seed=1)
    days = rows.days_to_win(0.3)
    assert rows.shares_within(days[:, np.newaxis])[0][:, 0] == pytest.approx(np.full(50, 0.3), abs=1e-6)


def test_no_rows_have_no_shares() -> None:
    none = outlook(2)[:0]
    assert none.shares_within([1.0])[0].shape == (0, 1)
    assert none.days_to_win(0.5).shape == (0,)
