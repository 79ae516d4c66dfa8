from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from winprob.features.instant import MICROSECONDS_PER_DAY
from winprob.models.forecast.cells import Cells
from winprob.models.forecast.new_business import (
    BACK,
    EVERY,
    RECENT,
    Exposure,
    NewBusiness,
    new_business,
)
from winprob.models.forecast.won import Won
from winprob.models.measure.outcomes import Floats

NOW = 800 * MICROSECONDS_PER_DAY
QUARTER = (0.0, 91.0)


def cells_of(cell: np.ndarray, count: int) -> Cells:
    return Cells(pd.DataFrame({"currency": [str(number) for number in range(count)]}), cell.astype(np.int64))


def company(count: int = 400, seed: int = 0, first: float = 0.0) -> tuple[Won, np.ndarray]:
    """Opportunities created at random times, of which every third is won."""
    random = np.random.default_rng(seed)
    created = np.sort(random.uniform(first, 800, count))
    row = np.flatnonzero(np.arange(count) % 3 == 0)
    closed = created[row] + random.exponential(60, len(row))
    row, closed = row[closed <= 800], closed[closed <= 800]
    times = (created * MICROSECONDS_PER_DAY).astype(np.int64)
    ended = (closed * MICROSECONDS_PER_DAY).astype(np.int64)
    return Won(row, times[row], ended, random.lognormal(3, 1, len(row))), times


def one_by_one(
    won: Won, created: np.ndarray, ahead: tuple[float, float], cell: np.ndarray, own: int
) -> float:
    """The mean, look by look and win by win."""
    begin, end = ahead
    days = [(each - NOW) / MICROSECONDS_PER_DAY for each in (won.created, won.closed, created)]
    total = made = weights = 0.0
    look = -end
    while look > max(days[2].min(), -BACK - end):
        weight = 0.5 ** ((-end - look) / RECENT)
        weights += weight
        for number, (start, close) in enumerate(zip(*days[:2], strict=True)):
            if start > look and look + begin < close <= look + end and cell[won.opportunity[number]] == own:
                total += weight * won.amount[number]
        made += weight * sum(look < start <= look + end for start in days[2])
        look -= EVERY
    recent = sum(start > -RECENT for start in days[2]) / RECENT * end
    return total / weights * recent / (made / weights)


@pytest.mark.parametrize("ahead", [QUARTER, (0.0, 20.5), (39.0, 130.0)])
def test_the_mean_is_that_of_going_back_step_by_step(ahead: tuple[float, float]) -> None:
    won, created = company()
    cell = np.arange(len(created)) % 2
    found = new_business(won, cells_of(cell, 2), created, NOW, ahead)
    expected = [one_by_one(won, created, ahead, cell, own) for own in (0, 1)]
    np.testing.assert_allclose(found.mean, expected)


@given(st.integers(0, 100), st.sampled_from([QUARTER, (0.0, 7.0), (91.0, 182.0)]))
def test_cells_add_up_to_the_whole(seed: int, ahead: tuple[float, float]) -> None:
    won, created = company(200, seed)
    cell = np.random.default_rng(seed).integers(0, 5, len(created))
    parts = new_business(won, cells_of(cell, 5), created, NOW, ahead)
    whole = new_business(won, cells_of(0 * cell, 1), created, NOW, ahead)
    assert parts.mean.sum() == pytest.approx(whole.mean[0])
    assert (parts.mean >= 0).all()
    assert (parts.variance >= 0).all()


def test_twice_as_many_opportunities_of_late_are_twice_the_new_business() -> None:
    won, created = company(4_000)
    late = created[created > NOW - RECENT * MICROSECONDS_PER_DAY]
    cells = cells_of(np.zeros(len(created) + len(late)), 1)
    as_ever = new_business(won, cells, created, NOW, (100.0, 110.0))
    more = new_business(won, cells, np.append(created, late), NOW, (100.0, 110.0))
    assert as_ever.mean[0] < more.mean[0] <= 2 * as_ever.mean[0] * (1 + 1e-9)


@pytest.mark.parametrize("ahead", [(0.0, 0.0), (0.0, 91.0)])
def test_without_a_past_as_long_as_the_span_there_is_nothing(ahead: tuple[float, float]) -> None:
    won, created = company(first=720)
    found = new_business(won, cells_of(np.zeros(len(created)), 1), created, NOW, ahead)
    assert found.mean.tolist() == found.variance.tolist() == [0.0]


def test_without_opportunities_there_is_nothing() -> None:
    none = np.empty(0, dtype=np.int64)
    nothing = new_business(Won(none, none, none, np.empty(0)), cells_of(none, 0), none, NOW, QUARTER)
    assert len(nothing.mean) == len(nothing.variance) == 0


def test_ranges_hold_what_comes_of_a_steady_company() -> None:
    inside = []
    for seed in range(120):
        won, created = company(1_200, seed)
        now = 700 * MICROSECONDS_PER_DAY
        known = won.closed <= now
        past = Won(won.opportunity[known], won.created[known], won.closed[known], won.amount[known])
        cells = cells_of(np.zeros(len(created)), 1)
        found = new_business(past, cells, created[created <= now], now, QUARTER)
        later = (won.created > now) & (won.closed <= now + 91 * MICROSECONDS_PER_DAY)
        low, high = np.quantile(found.draw(0, 4_000), [0.1, 0.9])
        inside.append(low <= won.amount[later].sum() <= high)
    assert 0.75 <= np.mean(inside) <= 0.95


def test_draws_have_the_mean_and_the_variance() -> None:
    drawn = NewBusiness(np.array([50.0]), np.array([900.0])).draw(0, 100_000)
    assert drawn.mean() == pytest.approx(50, rel=0.01)
    assert drawn.var() == pytest.approx(900, rel=0.03)
    assert (drawn >= 0).all()


@pytest.mark.parametrize("mean", [0.0, 7.0])
def test_without_variance_all_draws_are_the_mean(mean: float) -> None:
    assert NewBusiness(np.array([mean]), np.array([0.0])).draw(0, 3).tolist() == [mean] * 3


def test_a_span_holds_as_much_as_the_calendar_says() -> None:
    """Everything is won in the last week of each quarter of 91 days; the present one has 49 days left."""
    now, quarter = 6 * 91 + 42, np.arange(1, 7) * 91
    closed = (quarter - 3) * MICROSECONDS_PER_DAY
    created = np.arange(now) * MICROSECONDS_PER_DAY
    won = Won(np.arange(6), closed - 5 * MICROSECONDS_PER_DAY, closed, np.full(6, 100.0))
    factors = np.where(np.arange(3000) % 91 >= 84, 13.0, 0.0)
    total = np.append(0.0, np.cumsum(factors))

    def exposure(since: Floats, until: Floats) -> Floats:
        by_since, by_until = (np.interp(now + days, np.arange(3001), total) for days in (since, until))
        return np.asarray(by_until - by_since)

    def told(days: float, **known: Exposure) -> float:
        cells = cells_of(np.zeros(len(created)), 1)
        at = now * MICROSECONDS_PER_DAY
        return float(new_business(won, cells, created, at, (0.0, days), **known).mean[0])

    assert told(30.0, exposure=exposure) == 0.0 < 10.0 < told(30.0)
    assert told(49.0, exposure=exposure) > 1.5 * told(49.0)
    assert told(91.0, exposure=exposure) == pytest.approx(told(91.0), rel=0.05)
