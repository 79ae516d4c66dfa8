from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from winprob.features.calendar import Calendar
from winprob.models.closing.deadlines import day_after, days_through, month_ends

ZONES = st.sampled_from(["UTC", "Asia/Shanghai", "America/New_York", "America/Santiago"])
MOMENTS = st.datetimes(timezones=st.just(UTC))


@given(MOMENTS, st.dates())
def test_the_last_moment_of_a_date_is_still_in_it(as_of: datetime, day: date) -> None:
    assert day_after(as_of, days_through(day, as_of) - 0.001) == day


@pytest.mark.parametrize(
    ("day", "days"), [("2026-03-30", -0.25), ("2026-03-31", 0.75), ("2026-04-30", 30.75)]
)
def test_a_date_is_over_when_its_day_ends(day: str, days: float) -> None:
    assert days_through(date.fromisoformat(day), datetime(2026, 3, 31, 6, tzinfo=UTC)) == days


def test_what_lies_beyond_the_calendar_is_its_first_or_last_day() -> None:
    last = datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)
    assert day_after(last, 1e6) == date.max
    assert day_after(datetime(1, 1, 1, tzinfo=UTC), -1e6) == date.min
    assert month_ends(last, 12) == []
    assert month_ends(last - timedelta(days=40), 12) == [date(9999, 11, 30), date(9999, 12, 31)]


@given(st.datetimes(max_value=datetime(9990, 1, 1)))
def test_months_end_one_after_the_other(as_of: datetime) -> None:
    ends = month_ends(as_of, 12)
    assert len(ends) == 12
    assert all((day + timedelta(days=1)).day == 1 for day in ends)
    months = [as_of.date(), *ends]
    assert all(0 < (after - before).days <= 31 for before, after in pairwise(months))


@given(st.datetimes(datetime(1950, 1, 1), datetime(2100, 1, 1)), st.integers(0, 2000), ZONES)
def test_the_last_moment_of_the_company_s_date_is_still_in_it(at: datetime, days: int, zone: str) -> None:
    calendar = Calendar(time_zone=zone)
    day = calendar.day(at) + timedelta(days=days)
    assert day_after(at, days_through(day, at, calendar) - 0.001, calendar) == day
    assert days_through(day, at, calendar) > 0
    assert days_through(calendar.day(at) - timedelta(days=1), at, calendar) <= 0


def test_months_end_after_the_company_s_day() -> None:
    evening = datetime(2026, 1, 31, 17, tzinfo=UTC)  # the first of February in Shanghai
    assert month_ends(evening, 1, Calendar(time_zone="Asia/Shanghai")) == [date(2026, 2, 28)]
    assert month_ends(evening - timedelta(days=1), 1) == [date(2026, 1, 31)]
