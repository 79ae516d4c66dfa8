from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from winprob.features.time_text import parse_time

ZONES = st.none() | st.integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(st.datetimes(timezones=ZONES))
def test_every_time_is_read_as_python_writes_it(moment: datetime) -> None:
    for written in (moment.isoformat(), moment.isoformat(" "), str(moment)):
        assert parse_time(written) == moment


@given(st.dates())
def test_every_day_is_read_as_a_day(day: date) -> None:
    for written in (day.isoformat(), f"{day:%Y%m%d}".rjust(8, "0")):
        read = parse_time(written)
        assert read == day
        assert not isinstance(read, datetime)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2026-03-31T08", datetime(2026, 3, 31, 8)),
        ("2026-03-31T08:15", datetime(2026, 3, 31, 8, 15)),
        ("20260331T081530", datetime(2026, 3, 31, 8, 15, 30)),
        ("2026-03-31 08:15:30.5", datetime(2026, 3, 31, 8, 15, 30, 500_000)),
        ("2026-03-31T08:15:30.123456789Z", datetime(2026, 3, 31, 8, 15, 30, 123_456, UTC)),
        ("2026-03-31T08:15:30.9999999", datetime(2026, 3, 31, 8, 15, 30, 999_999)),
        ("2026-03-31T00:00Z", datetime(2026, 3, 31, tzinfo=UTC)),
        ("2026-03-31T08:00+08", datetime(2026, 3, 31, tzinfo=UTC)),
        ("2026-03-31T08:00+0800", datetime(2026, 3, 31, tzinfo=UTC)),
        ("2026-03-31 08:00:00 +08:00", datetime(2026, 3, 31, tzinfo=UTC)),
        ("2026-03-30T20:30-03:30", datetime(2026, 3, 31, tzinfo=UTC)),
    ],
)
def test_the_ways_of_iso_8601(written: str, read: datetime) -> None:
    found = parse_time(written)
    assert found == read
    assert isinstance(found, datetime)
    assert (found.tzinfo is None) is (read.tzinfo is None)


@pytest.mark.parametrize(
    "written",
    [
        *(
            "",
            "now",
            "today",
            "soon",
            "NaT",
            "nan",
            "2026",
            "2026-03",
            "1767225600",
            "31.03.2026",
            "03/31/2026",
        ),
        *("2026-3-1", " 2026-03-31", "2026-03-31 ", "2026-W05", "10000-01-01", "-0001-01-01", "10:30"),
        *("2026-03-31T", "2026-03-31T8:00", "2026-03-31Z", "2026-03-31t08:00", "2026-03-31T08:00 UTC"),
        *("٢٠٢٦-03-31", "2026-03-31T08:00:00,5", "2026-03-31T08:00+8"),
    ],
)
def test_what_is_not_written_as_a_time(written: str) -> None:
    assert parse_time(written) is None


@pytest.mark.parametrize(
    "written",
    [
        *("2026-02-30", "0000-01-01", "2026-13-01", "2026-03-31T25:00", "2026-03-31T24:00"),
        *("2026-03-31T08:60", "2026-03-31T08:00:60", "2026-03-31T08:00+24:00"),
    ],
)
def test_a_time_that_there_is_not_is_refused_with_the_reason(written: str) -> None:
    with pytest.raises(ValueError, match=r"range|must be|between"):
        parse_time(written)
