from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from winprob.features.calendar import Calendar
from winprob.features.playbook import InvalidPlaybook, Playbook, load_playbook, parse_playbook

ZONES = ["UTC", "Asia/Shanghai", "America/New_York", "America/Santiago", "Pacific/Apia", "Asia/Beirut"]
SHORT = """
code = "short"
name = { zh = "短", en = "Short" }
stages = [{ code = "contact", name = { zh = "接触", en = "Contact" }, probability = 0.3 }]
[calendar]
"""


@given(st.sampled_from(ZONES), st.datetimes(datetime(1950, 1, 1), datetime(2100, 1, 1)))
def test_every_moment_lies_between_start_and_end_of_its_day(zone: str, moment: datetime) -> None:
    calendar, at = Calendar(time_zone=zone), pd.Timestamp(moment, tz="UTC")
    day = calendar.day(at)
    assert day == moment.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).date()
    assert calendar.start_of(day) <= at <= calendar.end_of(day)


@given(st.sampled_from(ZONES), st.dates(date(1950, 1, 1), date(2100, 1, 1)))
def test_a_day_ends_one_microsecond_before_the_next_begins(zone: str, day: date) -> None:
    calendar = Calendar(time_zone=zone)
    following = calendar.start_of(day + timedelta(days=1))
    assert calendar.end_of(day) + pd.Timedelta(microseconds=1) == following


@given(st.sampled_from(ZONES), st.dates(date(1950, 1, 1), date(2100, 1, 1)))
def test_days_of_a_column_begin_as_single_days_do(zone: str, day: date) -> None:
    calendar = Calendar(time_zone=zone)
    assert calendar.utc(pd.Series(pd.to_datetime([day])))[0] == calendar.start_of(day)


@given(st.sampled_from(ZONES), st.datetimes(datetime(1950, 1, 1), datetime(2100, 1, 1)))
def test_local_times_are_of_the_company_s_day(zone: str, moment: datetime) -> None:
    calendar, at = Calendar(time_zone=zone), pd.Timestamp(moment, tz="UTC")
    assert calendar.local(pd.Series([at]))[0].date() == calendar.day(at)


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("America/New_York", date(2026, 3, 8), 23),
        ("America/New_York", date(2026, 11, 1), 25),
        ("America/Santiago", date(2026, 9, 6), 23),  # clocks go from 0:00 to 1:00: there is no midnight
        ("Pacific/Apia", date(2011, 12, 30), 0),  # the day that Samoa left out
    ],
)
def test_days_on_which_clocks_change_are_as_long_as_they_were(zone: str, day: date, hours: int) -> None:
    calendar = Calendar(time_zone=zone)
    assert calendar.over(day) - calendar.begins(day) == hours * 3_600_000_000


def test_a_moment_of_any_zone_or_of_none_is_understood() -> None:
    calendar = Calendar(time_zone="Asia/Shanghai")
    moments = [datetime(2026, 9, 30, 16), datetime(2026, 10, 1, tzinfo=timezone(timedelta(hours=8)))]
    assert [calendar.day(moment) for moment in moments] == [date(2026, 10, 1)] * 2


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/New_York"])
@pytest.mark.parametrize("day", [date.min, date.max])
def test_the_first_and_the_last_day_there_are_stay_in_range(zone: str, day: date) -> None:
    calendar = Calendar(time_zone=zone)
    assert calendar.start_of(day).year == calendar.end_of(day).year == day.year
    ends = pd.Timestamp("0001-01-01", tz="UTC"), pd.Timestamp("9999-12-31T23:59:59.999999", tz="UTC")
    assert {calendar.day(end).year for end in ends} == {1, 9999}


def test_a_day_is_known_until_its_end_and_holds_since_its_beginning() -> None:
    calendar, day = Calendar(time_zone="Asia/Shanghai"), date(2026, 3, 31)
    assert calendar.until(day) == calendar.end_of(day)
    assert calendar.since(day) == calendar.start_of(day)


@pytest.mark.parametrize("read", [Calendar.until, Calendar.since])
def test_a_time_without_zone_is_the_company_s(read: Callable[[Calendar, date], pd.Timestamp]) -> None:
    calendar = Calendar(time_zone="Asia/Shanghai")
    assert read(calendar, datetime(2026, 3, 31, 8)) == pd.Timestamp("2026-03-31T00:00Z")
    assert read(calendar, datetime(2026, 3, 31, 8, tzinfo=UTC)) == pd.Timestamp("2026-03-31T08:00Z")
    assert read(calendar, datetime(1, 1, 1)) == pd.Timestamp("0001-01-01T00:00Z")


def test_missing_times_stay_missing() -> None:
    calendar = Calendar(time_zone="Asia/Shanghai")
    missing = pd.Series(pd.to_datetime([None]))
    assert calendar.utc(missing).isna().all()
    assert calendar.local(missing.dt.tz_localize("UTC")).isna().all()


def test_a_playbook_without_a_calendar_has_days_in_utc_and_years_from_january() -> None:
    assert load_playbook().calendar == Calendar(time_zone="UTC", fiscal_year_starts=1, holidays=())


def test_a_playbook_brings_its_calendar_through_toml_and_json() -> None:
    told = 'time_zone = "Asia/Shanghai"\nfiscal_year_starts = 4\nholidays = ["CN", "HK"]'
    playbook = parse_playbook(SHORT + told, "short.toml")
    assert playbook.calendar == Calendar(
        time_zone="Asia/Shanghai", fiscal_year_starts=4, holidays=("CN", "HK")
    )
    assert Playbook.model_validate_json(playbook.model_dump_json()) == playbook
    assert playbook != parse_playbook(SHORT, "short.toml")


def test_a_playbook_saved_before_there_were_calendars_is_read() -> None:
    saved = load_playbook().model_dump_json(exclude={"calendar"})
    assert Playbook.model_validate_json(saved) == load_playbook()


@pytest.mark.parametrize(
    ("told", "line"),
    [
        (
            'time_zone = "Asia/Shangai"',
            "calendar.time_zone: expected an IANA time zone such as Asia/Shanghai "
            "(did you mean 'Asia/Shanghai'?), found 'Asia/Shangai'; correct the value",
        ),
        (
            'time_zone = "asia/tokyo"',
            "calendar.time_zone: expected an IANA time zone such as Asia/Shanghai "
            "(did you mean 'Asia/Tokyo'?), found 'asia/tokyo'; correct the value",
        ),
        (
            "time_zone = 8",
            "calendar.time_zone: expected a valid string, found 8; correct the value",
        ),
        (
            "fiscal_year_starts = 13",
            "calendar.fiscal_year_starts: expected less than or equal to 12, found 13; correct the value",
        ),
        (
            'holidays = ["CN", "China"]',
            "calendar.holidays[1]: expected a country code of two capital letters (ISO 3166-1), such as CN, "
            "found 'China'; correct the value",
        ),
        (
            'holidays = ["CN", "ZZ"]',
            "calendar.holidays[1]: expected a country whose public holidays are known, such as CN, "
            "found 'ZZ'; correct the value",
        ),
        (
            'zone = "UTC"',
            "calendar.zone: expected one of the keys time_zone, fiscal_year_starts, holidays "
            "(did you mean 'time_zone'?), found an unknown key; rename or remove it",
        ),
    ],
)
def test_what_a_calendar_cannot_be_is_told(told: str, line: str) -> None:
    with pytest.raises(InvalidPlaybook) as caught:
        parse_playbook(SHORT + told, "short.toml")
    assert line in str(caught.value)
