"""What the company's calendar does to a hazard, learned and applied."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from winprob.features.calendar import DAYS_OF_UTC, Calendar
from winprob.features.company_days import WEEKS
from winprob.features.timeline import Integers
from winprob.models.closing.periods import PERIODS
from winprob.models.closing.seasonality import Seasonality
from winprob.models.measure.outcomes import Floats

CHINA = Calendar(time_zone="Asia/Shanghai", holidays=("CN",))
APRIL = Calendar(fiscal_year_starts=4)
BUYING = Seasonality(weeks_left=(5.0, 3.0, *(1.0,) * (WEEKS - 2)), day_off=0.1, level=0.8)


def day(text: str) -> int:
    return date.fromisoformat(text).toordinal() - date(1970, 1, 1).toordinal()


def factor(calendar: Calendar, text: str) -> float:
    return float(BUYING.factors(calendar, np.array([day(text)]))[0])


@pytest.mark.parametrize(
    ("calendar", "text", "expected"),
    [
        (DAYS_OF_UTC, "2026-03-31", 5.0),
        (DAYS_OF_UTC, "2026-03-25", 5.0),
        (DAYS_OF_UTC, "2026-03-24", 3.0),
        (DAYS_OF_UTC, "2026-03-16", 1.0),
        (DAYS_OF_UTC, "2026-04-01", 1.0),
        (DAYS_OF_UTC, "2026-03-28", 0.5),  # a Saturday
        (Calendar(fiscal_year_starts=2), "2026-03-31", 1.0),
        (Calendar(fiscal_year_starts=2), "2026-04-30", 5.0),
        (APRIL, "2026-12-31", 5.0),
        (DAYS_OF_UTC, "2026-02-17", 1.0),
        (CHINA, "2026-02-17", 0.1),  # Chinese New Year
        (CHINA, "2025-01-29", 0.1),  # it moves
        (CHINA, "2025-02-17", 1.0),
        (CHINA, "2026-02-14", 1.0),  # a Saturday on which people work instead
        (DAYS_OF_UTC, "9999-12-31", 5.0),
    ],
)
def test_a_day_has_the_factor_of_its_week_and_of_days_off(
    calendar: Calendar, text: str, expected: float
) -> None:
    assert factor(calendar, text) == pytest.approx(0.8 * expected)


@given(st.lists(st.tuples(st.floats(19_000, 19_400), st.floats(0, 60)), min_size=1, max_size=5))
def test_exposure_is_the_sum_of_the_parts_of_days(spans: list[tuple[float, float]]) -> None:
    since, length = np.array(spans).T
    found = BUYING.exposure(CHINA, since, since + length)
    for place, (begin, days) in enumerate(spans):
        grid = np.arange(int(begin), int(begin + days) + 1)
        inside = np.minimum(grid + 1, begin + days) - np.maximum(grid, begin)
        assert found[place] == pytest.approx((BUYING.factors(CHINA, grid) * inside).sum(), abs=1e-6)


def followed(calendar: Calendar, rows: int, truth: Seasonality, seed: int = 0) -> tuple[Floats, Floats]:
    """Moments over three years, and days to an ending whose usual rate is 0.02."""
    rng = np.random.default_rng(seed)
    since = day("2022-01-03") + 7.0 * rng.integers(0, 156, rows)
    days = day("2022-01-01") + np.arange(5 * 365)
    passed = np.cumsum(truth.factors(calendar, days)) * 0.02
    begun = passed[(since - days[0]).astype(np.int64)]
    ended = np.interp(begun + rng.exponential(1.0, rows), passed, days + 1.0)
    return since, ended - since


def learned(calendar: Calendar, rows: int, truth: Seasonality) -> Seasonality:
    since, days = followed(calendar, rows, truth)
    ended, weight, rates = np.ones(rows, dtype=bool), np.ones(rows), np.full(PERIODS, 0.02)
    return Seasonality.learn(calendar, since, days, ended, weight, rates)


def weeks_of(calendar: Calendar, found: Seasonality) -> Floats:
    """Factors of the last weeks of a quarter on Tuesdays, over that of its middle."""
    days: Integers = np.array([day("2024-09-24") - 7 * weeks for weeks in (0, 1, 5)])
    factors = found.factors(calendar, days + 1)
    return factors[:2] / factors[2]


@pytest.mark.parametrize("calendar", [DAYS_OF_UTC, APRIL, CHINA])
def test_it_learns_when_a_company_closes(calendar: Calendar) -> None:
    truth = BUYING.model_copy(update={"level": 0.6})
    found = learned(calendar, 6000, truth)
    assert weeks_of(calendar, found) == pytest.approx([5.0, 3.0], rel=0.3)
    assert found.day_off == pytest.approx(0.1, rel=0.3)
    year = found.factors(calendar, day("2024-01-01") + np.arange(1461))
    assert year.mean() == pytest.approx(1.0, abs=0.01)


def test_without_a_calendar_it_learns_next_to_nothing() -> None:
    found = learned(DAYS_OF_UTC, 6000, Seasonality.none())
    factors = found.factors(DAYS_OF_UTC, day("2024-01-01") + np.arange(366))
    assert factors == pytest.approx(np.ones(366), abs=0.1)


def test_one_busy_quarter_end_says_less_than_eight() -> None:
    days = day("2022-01-01") + np.arange(730)
    last = np.array([1.0 if BUYING.factors(DAYS_OF_UTC, np.array([each]))[0] > 3.5 else 0.0 for each in days])
    usual = np.full(730, 2.0)
    once = usual + 20 * last * (days < days[0] + 100)
    always = usual + 20 * last
    few, many = (
        Seasonality.fit(DAYS_OF_UTC, int(days[0]), observed, usual).weeks_left[0]
        for observed in (once, always)
    )
    assert 1.0 < few < many / 2


def test_nothing_seen_is_no_calendar() -> None:
    found = Seasonality.fit(DAYS_OF_UTC, 0, np.zeros(100), np.zeros(100))
    assert found.factors(DAYS_OF_UTC, np.arange(1000)) == pytest.approx(np.ones(1000))
