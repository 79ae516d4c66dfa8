from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from winprob.features.instant import (
    MICROSECONDS_PER_DAY,
    NEVER,
    TIME,
    UNKNOWN,
    days_between,
    instant,
    microsecond,
    microseconds,
    timestamp,
)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
ZONES = st.sampled_from([UTC, timezone(timedelta(hours=8)), timezone(-timedelta(hours=3, minutes=30))])
TIMES = st.integers(-(10**13), 10**13) | st.just(UNKNOWN)
moments = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=ZONES)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2026-03-31", "2026-03-31 23:59:59.999999+00:00"),
        ("20260331", "2026-03-31 23:59:59.999999+00:00"),
        (date(2026, 3, 31), "2026-03-31 23:59:59.999999+00:00"),
        ("2026-03-31T00:00", "2026-03-31 00:00:00+00:00"),
        ("2026-03-31T08:15", "2026-03-31 08:15:00+00:00"),
        ("2026-03-31 08:15:30", "2026-03-31 08:15:30+00:00"),
        ("2026-03-31T08:15:30Z", "2026-03-31 08:15:30+00:00"),
        ("2026-03-31T08:15:30+08:00", "2026-03-31 00:15:30+00:00"),
        ("2026-03-31T08:15:30.123456789", "2026-03-31 08:15:30.123456+00:00"),
        (datetime(2026, 3, 31, 8), "2026-03-31 08:00:00+00:00"),
        (datetime(2026, 3, 31, 8, tzinfo=timezone(timedelta(hours=8))), "2026-03-31 00:00:00+00:00"),
        (pd.Timestamp("2026-03-31 08:00", tz="Asia/Shanghai"), "2026-03-31 00:00:00+00:00"),
        (pd.Timestamp("2026-03-31").as_unit("ns"), "2026-03-31 00:00:00+00:00"),
    ],
)
def test_a_moment_is_in_utc_whatever_it_was_written_in(written: str | datetime, read: str) -> None:
    moment = instant(written)
    assert (str(moment), moment.unit) == (read, "us")


@given(moments)
def test_a_moment_keeps_its_microseconds(moment: datetime) -> None:
    assert instant(moment).to_pydatetime() == moment
    assert instant(moment.isoformat()).to_pydatetime() == moment


@pytest.mark.parametrize(
    "written",
    [
        "",
        "now",
        "today",
        "NaT",
        "10:30",
        "March 2026",
        "2026",
        "12",
        "31.03.2026",
        "2026-02-30",
        "10000-01-01",
    ],
)
def test_text_that_is_no_time_is_refused_with_an_example(written: str) -> None:
    with pytest.raises(ValueError, match="expected a time such as 2026-03-31 or ") as refused:
        instant(written)
    assert str(refused.value).endswith(f", found {written!r}")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2026-03-31", "2026-03-31 15:59:59.999999+00:00"),
        (date(2026, 3, 31), "2026-03-31 15:59:59.999999+00:00"),
        ("2026-03-31T08:15", "2026-03-31 00:15:00+00:00"),
        (datetime(2026, 3, 31, 8), "2026-03-31 00:00:00+00:00"),
        (pd.Timestamp("2026-03-31"), "2026-03-30 16:00:00+00:00"),
        ("2026-03-31T08:15Z", "2026-03-31 08:15:00+00:00"),
        (datetime(2026, 3, 31, 8, tzinfo=UTC), "2026-03-31 08:00:00+00:00"),
    ],
)
def test_what_says_no_zone_is_of_the_companys(written: str | date, read: str) -> None:
    assert str(instant(written, ZoneInfo("Asia/Shanghai"))) == read


@pytest.mark.parametrize(
    ("day", "hours"), [("2026-03-28", 24), ("2026-03-29", 23), ("2026-10-25", 25), ("2026-12-31", 24)]
)
def test_a_day_ends_a_microsecond_before_the_next_wherever_the_clock_is_put_forward(
    day: str, hours: int
) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    midnight = instant(f"{day}T00:00", berlin)
    assert instant(day, berlin) == midnight + pd.Timedelta(hours=hours) - pd.Timedelta(microseconds=1)


@pytest.mark.parametrize("missing", ["NULL", "-", "None"])
def test_a_spelling_of_nothing_is_no_moment(missing: str) -> None:
    with pytest.raises(ValueError, match=f"expected a time such as .*, found '{missing}'"):
        instant(missing)


def test_no_time_at_all_is_refused() -> None:
    with pytest.raises(ValueError, match=r"expected a time such as .*, found NaT"):
        instant(pd.NaT)  # type: ignore[arg-type]


@given(st.lists(st.none() | moments, max_size=5))
def test_microseconds_are_counted_from_1970_and_a_missing_time_is_unknown(
    times: list[datetime | None],
) -> None:
    counted = microseconds(pd.Series([None if time is None else instant(time) for time in times], dtype=TIME))
    microsecond = timedelta(microseconds=1)
    assert counted.tolist() == [UNKNOWN if time is None else (time - EPOCH) // microsecond for time in times]


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_microseconds_do_not_depend_on_zone_or_unit(unit: str) -> None:
    times = pd.Series([pd.Timestamp("2026-03-31T08:00", tz="Asia/Shanghai")]).dt.as_unit(unit)
    assert microseconds(times).tolist() == [instant("2026-03-31T00:00").value // 1000]


@given(moments)
def test_every_moment_is_between_unknown_and_never(moment: datetime) -> None:
    assert UNKNOWN < microseconds(pd.Series([moment], dtype=TIME))[0] < NEVER


@given(st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1)))
def test_one_time_is_written_as_many_are(moment: datetime) -> None:
    at = pd.Timestamp(moment, tz="UTC").as_unit("us")
    assert microsecond(at) == microseconds(pd.Series([at]))[0]
    assert timestamp(microsecond(at)) == at
    assert timestamp(microsecond(at)).unit == "us"
    assert timestamp(UNKNOWN) is pd.NaT


def test_the_array_can_be_changed_without_changing_the_table() -> None:
    times = pd.Series([instant("2026-03-31")])
    microseconds(times)[0] = 0
    assert times[0] == instant("2026-03-31")


@given(st.lists(st.tuples(TIMES, TIMES), max_size=8))
def test_days_between(pairs: list[tuple[int, int]]) -> None:
    start, end = np.array(pairs, np.int64).reshape(-1, 2).T
    expected = [
        math.nan if UNKNOWN in (one, other) else (other - one) / MICROSECONDS_PER_DAY for one, other in pairs
    ]
    np.testing.assert_array_equal(days_between(start, end), expected)
