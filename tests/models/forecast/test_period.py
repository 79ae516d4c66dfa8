from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from winprob.features.calendar import Calendar
from winprob.features.mistake import Mistake
from winprob.models.forecast.period import QUARTER, UNITS, Period, next_start, periods, unit_start

moments = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))


@given(moments, st.sampled_from(UNITS), st.integers(1, 9))
def test_units_follow_each_other_from_the_one_of_the_moment(at: datetime, unit: str, count: int) -> None:
    found = periods(at, unit, count)
    assert len(found) == count
    assert found[0].start <= at.date() <= found[0].end
    for before, after in pairwise(found):
        assert after.start == before.end + timedelta(days=1)


@given(moments)
def test_weeks_begin_on_mondays_months_and_quarters_on_a_first(at: datetime) -> None:
    week, month, quarter = (periods(at, unit)[0] for unit in UNITS)
    assert (week.start.weekday(), (week.end - week.start).days) == (0, 6)
    assert (month.start.day, month.start.month) == (1, at.month)
    assert (month.end + timedelta(days=1)).day == 1
    assert (quarter.start.day, quarter.start.month) in {(1, first) for first in (1, 4, 7, 10)}
    assert 89 <= (quarter.end - quarter.start).days <= 91


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.sampled_from(UNITS))
def test_a_unit_begins_where_the_one_before_ends(day: date, unit: str) -> None:
    start = unit_start(day, unit)
    after = next_start(start, unit)
    assert start <= day < after
    assert unit_start(after, unit) == after
    assert unit_start(after - timedelta(days=1), unit) == start


@pytest.mark.parametrize("end", ["2026-11-22", "2026-12-31", "2027-06-30"])
def test_dates_are_the_last_days_of_periods_from_the_running_quarter_on(end: str) -> None:
    last = date.fromisoformat(end)
    found = periods(datetime(2026, 11, 22, 15, tzinfo=UTC), [last, date(2027, 9, 30)])
    assert [str(each) for each in found] == [
        f"2026-10-01 to {end}",
        f"{last + timedelta(days=1)} to 2027-09-30",
    ]


@pytest.mark.parametrize(("month", "start"), [(1, "2026-10-01"), (2, "2026-11-01"), (6, "2026-09-01")])
def test_dates_begin_with_the_quarter_of_the_fiscal_year(month: int, start: str) -> None:
    calendar = Calendar(fiscal_year_starts=month)
    [found] = periods(datetime(2026, 11, 22, tzinfo=UTC), [date(2026, 12, 31)], calendar=calendar)
    assert str(found) == f"{start} to 2026-12-31"


def test_the_first_day_can_be_said() -> None:
    found = periods(
        datetime(2026, 11, 22, tzinfo=UTC), [date(2026, 12, 31), date(2027, 3, 31)], begin=date(2026, 7, 1)
    )
    assert [str(each) for each in found] == ["2026-07-01 to 2026-12-31", "2027-01-01 to 2027-03-31"]


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.integers(1, 12))
def test_fiscal_quarters_follow_each_other_from_the_first_month_of_the_year(day: date, month: int) -> None:
    calendar = Calendar(fiscal_year_starts=month)
    start = unit_start(day, QUARTER, calendar)
    after = next_start(start, QUARTER, calendar)
    assert start <= day < after
    assert (start.day, (start.month - month) % 3) == (1, 0)
    assert unit_start(after - timedelta(days=1), QUARTER, calendar) == start
    assert 89 <= (after - start).days <= 92


def test_the_running_period_is_the_one_of_the_company_s_day() -> None:
    evening = datetime(2026, 9, 30, 16, tzinfo=UTC)  # midnight in Shanghai
    [there] = periods(evening, QUARTER, calendar=Calendar(time_zone="Asia/Shanghai"))
    [here] = periods(evening, QUARTER)
    assert (str(there), str(here)) == ("2026-10-01 to 2026-12-31", "2026-07-01 to 2026-09-30")
    assert there.days_after(evening) == (0.0, 92.0)
    assert there.bounds[0] == evening.timestamp() * 1e6


def test_a_period_over_a_change_of_clocks_is_as_long_as_it_is() -> None:
    november = Period(date(2026, 11, 1), date(2026, 11, 30), Calendar(time_zone="America/New_York"))
    begin, over = november.bounds
    assert (over - begin) / 3_600_000_000 == 30 * 24 + 1


@given(moments, st.sampled_from(UNITS))
def test_days_ahead_add_up(at: datetime, unit: str) -> None:
    ahead = [period.days_after(at) for period in periods(at, unit, 4)]
    assert ahead[0][0] == 0
    for (_, before), (begin, end) in pairwise(ahead):
        assert begin == before < end


def test_the_last_day_of_all_is_a_date() -> None:
    [found] = periods(datetime(2026, 11, 22, tzinfo=UTC), [date.max])
    assert found.days_after(datetime(9999, 12, 31, tzinfo=UTC)) == (0.0, 1.0)


@given(moments)
def test_bounds_are_the_first_moment_of_the_first_day_and_of_the_day_after_the_last(at: datetime) -> None:
    [month] = periods(at, "month")
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    begin, over = (epoch + timedelta(microseconds=bound) for bound in month.bounds)
    assert begin == datetime(at.year, at.month, 1, tzinfo=UTC)
    assert begin <= at < over
    assert over.date() == month.end + timedelta(days=1)


def test_what_is_over_is_not_ahead() -> None:
    assert Period(date(2026, 1, 1), date(2026, 3, 31)).days_after(datetime(2026, 6, 1)) == (0.0, 0.0)


@pytest.mark.parametrize(
    ("by", "count", "told"),
    [
        ("year", 1, "by: expected week, month, quarter or dates such as 2026-12-31, found 'year'"),
        ("week", 0, "periods: expected at least 1, found 0"),
        ([], 1, "by: expected at least one date, found none"),
        ([date(2026, 11, 21)], 1, "expected dates from 2026-11-22 on, not in the past, found 2026-11-21"),
        ([date(2026, 12, 31)] * 2, 1, "expected dates that rise, found 2026-12-31 after 2026-12-31"),
        ("quarter", 40_000, "periods: expected none after the year 9999, found 40000"),
    ],
)
def test_what_cannot_be_periods_is_refused(by: str | list[date], count: int, told: str) -> None:
    with pytest.raises(Mistake, match=told):
        periods(datetime(2026, 11, 22, 15, tzinfo=UTC), by, count)


@pytest.mark.parametrize(
    ("by", "told"),
    [
        ("month", "from: expected nothing, as a month tells where it begins, found 2027-01-01"),
        (
            [date(2026, 12, 31)],
            "from: expected a day not after 2026-12-31, the first in by",
        ),
    ],
)
def test_a_first_day_that_does_not_suit_the_dates_is_refused(by: str | list[date], told: str) -> None:
    with pytest.raises(Mistake, match=told):
        periods(datetime(2026, 11, 22, tzinfo=UTC), by, begin=date(2027, 1, 1))
