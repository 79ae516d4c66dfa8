from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.instant import TIME
from features.values import attribute, flag, number, text, time, unreadable

ZONES = st.sampled_from([UTC, timezone(timedelta(hours=8)), timezone(-timedelta(hours=3, minutes=30))])


@given(st.lists(st.datetimes(datetime(2, 1, 1), datetime(9998, 12, 31), timezones=ZONES), max_size=20))
def test_every_moment_is_read_to_the_microsecond(moments: list[datetime]) -> None:
    read = time(pd.Series([moment.isoformat() for moment in moments], dtype="str"))
    assert read.dtype == TIME
    assert [moment.to_pydatetime() for moment in read] == moments


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2026-03-31", "2026-03-31 00:00:00+00:00"),
        ("20260331", "2026-03-31 00:00:00+00:00"),
        ("2026-03-31T08:15", "2026-03-31 08:15:00+00:00"),
        ("2026-03-31 08:15:30", "2026-03-31 08:15:30+00:00"),
        ("2026-03-31T08:15:30Z", "2026-03-31 08:15:30+00:00"),
        ("2026-03-31T08:15:30+0800", "2026-03-31 00:15:30+00:00"),
        ("2026-03-31T08:15:30.123456789Z", "2026-03-31 08:15:30.123456+00:00"),
        ("2215-08-14", "2215-08-14 00:00:00+00:00"),
        ("9999-12-31T23:59:59.999999", "9999-12-31 23:59:59.999999+00:00"),
    ],
)
def test_the_ways_of_iso_8601(written: str, read: str) -> None:
    assert str(time(pd.Series([written]))[0]) == read


@pytest.mark.parametrize(
    "written",
    [
        *("now", "today", "soon", "NaT", "nan", "2026", "2026-03", "1767225600", "31.03.2026", "03/31/2026"),
        *(
            "2026-02-30",
            "2026-3-1",
            " 2026-03-31",
            "2026-03-31 ",
            "2026-03-31T25:00",
            "2026-W05",
            "10000-01-01",
        ),
        *("0000-01-01", "-0001-01-01", "9999-12-31T23:59-08:00"),
    ],
)
def test_what_is_no_time_is_unreadable(written: str) -> None:
    raw = pd.Series(["2026-03-31", written])
    assert unreadable(raw, time(raw)).tolist() == [False, True]


def test_nanoseconds_in_one_row_do_not_narrow_the_years_of_others() -> None:
    read = time(pd.Series(["2026-03-31T00:00:00.000000001", "9999-12-31", "0001-01-01"]))
    assert read.dt.year.tolist() == [2026, 9999, 1]


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
@pytest.mark.parametrize("zone", [None, "UTC", "Asia/Shanghai"])
def test_typed_times_come_out_in_utc_microseconds(unit: str, zone: str | None) -> None:
    raw = pd.Series(pd.to_datetime(["2026-03-31T08:00", None])).dt.tz_localize(zone).dt.as_unit(unit)
    read = time(raw)
    assert read.dtype == TIME
    assert read[0] == pd.Timestamp("2026-03-31T08:00", tz=zone or "UTC")
    assert read.isna().tolist() == [False, True]


def test_typed_times_past_the_year_9999_are_unreadable() -> None:
    raw = pd.Series(np.array(["+318857-05-20", "1970-01-01"], dtype="datetime64[s]"))
    assert unreadable(raw, time(raw)).tolist() == [True, False]


@given(st.lists(st.none() | st.floats(allow_nan=False), max_size=20))
def test_numbers_are_read_as_python_writes_them(numbers: list[float | None]) -> None:
    raw = pd.Series(["" if value is None else repr(value) for value in numbers], dtype="str")
    read = number(raw)
    assert [None if np.isnan(value) else value for value in read] == numbers
    assert not unreadable(raw, read).any()


@pytest.mark.parametrize("written", ["1,5", "1_000", "0x10", "five", "True", "nan", "--1", "5 %"])
def test_what_is_no_number_is_unreadable(written: str) -> None:
    raw = pd.Series(["1.5", written])
    assert unreadable(raw, number(raw)).tolist() == [False, True]


def test_true_and_false_are_not_numbers() -> None:
    raw = pd.Series([True, False])
    assert unreadable(raw, number(raw)).all()
    assert attribute(raw).tolist() == ["True", "False"]


def test_flags_in_any_case_and_type() -> None:
    assert flag(pd.Series(["true", "True", "FALSE", "", "NA", None])).tolist() == [
        True,
        True,
        False,
        *[pd.NA] * 3,
    ]
    assert flag(pd.Series([True, None], dtype=object)).tolist() == [True, pd.NA]
    raw = pd.Series(["yes", "1"])
    assert unreadable(raw, flag(raw)).all()


@pytest.mark.parametrize("dtype", ["int64", "float64", "Int64", "object", "category"])
def test_ids_are_the_same_text_whatever_type_they_are_stored_as(dtype: str) -> None:
    assert text(pd.Series([7, 12]).astype(dtype)).tolist() == ["7", "12"]


def test_ids_beside_missing_ones_keep_no_point() -> None:
    assert text(pd.Series([7.0, np.nan])).fillna("-").tolist() == ["7", "-"]


def test_leading_zeros_stay_in_text() -> None:
    assert text(pd.Series(["007"])).tolist() == ["007"]


def test_nothing_and_na_are_missing_and_readable() -> None:
    raw = pd.Series(["", "NA", None])
    for read in (text(raw), number(raw), flag(raw), time(raw)):
        assert read.isna().all()
        assert not unreadable(raw, read).any()


@pytest.mark.parametrize(
    ("values", "is_number"),
    [
        (["1", "2.5", "NA", ""], True),
        (["1", "2.5", "many"], False),
        ([None, None], True),
        ([1, None], True),
        (pd.to_datetime(["2026-03-31"]), False),
    ],
)
def test_an_attribute_is_a_number_if_every_value_present_is(values: list[object], is_number: bool) -> None:
    assert pd.api.types.is_float_dtype(attribute(pd.Series(values)).dtype) is is_number
