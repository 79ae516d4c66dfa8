"""Where moments lie among a company's days, how far a quarter's end is, and when nobody works."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from winprob.features.calendar import Calendar
from winprob.features.company_days import company_days, days_off, days_over, weeks_left
from winprob.features.instant import MICROSECONDS_PER_DAY, UNKNOWN, microseconds

CHINA = Calendar(time_zone="Asia/Shanghai", holidays=("CN",))
EPOCH = date(1970, 1, 1)


def numbers(*days: str) -> np.ndarray:
    return np.array([(date.fromisoformat(day) - EPOCH).days for day in days])


def test_moments_are_placed_by_the_companys_clocks() -> None:
    moments = pd.Series(pd.to_datetime(["2026-03-31T16:00Z", "2026-04-01T15:59Z"]))
    found = company_days(CHINA, moments)
    assert np.floor(found).tolist() == numbers("2026-04-01").tolist() * 2
    assert (found % 1).round(3).tolist() == [0.0, 0.999]


ZONES = ["UTC", "Asia/Shanghai", "America/New_York", "America/Santiago", "Pacific/Apia", "Asia/Beirut"]


@given(st.sampled_from(ZONES), st.lists(st.datetimes(datetime(1950, 1, 1), datetime(2100, 1, 1)), min_size=1))
def test_arrays_of_moments_are_read_as_columns_are(zone: str, told: list[datetime]) -> None:
    calendar = Calendar(time_zone=zone)
    column = pd.Series(pd.to_datetime(told, utc=True)).dt.as_unit("us")
    moments = microseconds(column)
    clocks = microseconds(calendar.local(column).dt.tz_localize("UTC"))
    assert company_days(calendar, moments).tolist() == (clocks / MICROSECONDS_PER_DAY).tolist()
    assert days_over(calendar, moments).tolist() == microseconds(calendar.day_over(column)).tolist()
    assert days_over(calendar, np.array([UNKNOWN, moments[0]]))[0] == UNKNOWN


def one_by_one(day: date, starts: int) -> int:
    """Go on day by day until the quarter is over."""
    last = day
    while not ((last + timedelta(days=1)).day == 1 and (last.month - starts) % 3 == 2):
        last += timedelta(days=1)
    return min((last - day).days // 7, 12)


@given(st.dates(date(1900, 1, 1), date(2200, 1, 1)), st.integers(1, 12))
def test_weeks_left_are_those_counted_day_by_day(day: date, starts: int) -> None:
    found = weeks_left(Calendar(fiscal_year_starts=starts), np.array([(day - EPOCH).days]))
    assert found.tolist() == [one_by_one(day, starts)]


@pytest.mark.parametrize(
    ("countries", "day", "off"),
    [
        ((), "2026-02-13", False),
        ((), "2026-02-14", True),
        ((), "2026-02-17", False),
        (("CN",), "2026-02-14", False),  # a Saturday on which people work instead
        (("CN",), "2026-02-17", True),  # Chinese New Year
        (("CN",), "2025-01-29", True),
        (("US",), "2026-07-03", True),  # the Friday before a Fourth of July on Saturday
        (("CN", "US"), "2026-02-14", True),
        (("US",), "0001-01-01", False),
        (("US",), "9999-12-31", False),
    ],
)
def test_nobody_works_on_weekends_and_holidays(countries: tuple[str, ...], day: str, off: bool) -> None:
    assert days_off(Calendar(holidays=countries), numbers(day)).tolist() == [off]
