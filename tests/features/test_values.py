from __future__ import annotations

import math
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from winprob.features.input_format import MISSING, InputFormat
from winprob.features.number_text import DECLARE_DECIMAL
from winprob.features.values import WRITTEN, Unreadable, ValueReader

VALUES = ValueReader()
SHANGHAI = ValueReader(ZoneInfo("Asia/Shanghai"))
BERLIN = ValueReader(ZoneInfo("Europe/Berlin"))
READINGS = [VALUES.text, VALUES.identifier, VALUES.number, VALUES.flag, VALUES.time]
ZONES = st.sampled_from([UTC, timezone(timedelta(hours=8)), timezone(-timedelta(hours=3, minutes=30))])


def refusal(read: Any, value: object) -> Unreadable:
    with pytest.raises(Unreadable) as refused:
        read(value)
    assert str(refused.value) == f"expected {refused.value.expected}; {refused.value.remedy}"
    return refused.value


@pytest.mark.parametrize(
    "missing",
    [None, "", math.nan, np.float64("nan"), pd.NaT, *MISSING, *(m.lower() for m in MISSING), "null", "NONE"],
)
def test_what_is_missing_is_so_for_every_kind(missing: object) -> None:
    assert VALUES.is_missing(missing)
    assert [read(missing) for read in READINGS] == [None] * len(READINGS)


@pytest.mark.parametrize("present", [0, 0.0, False, " ", "0", "false", "--", "N A", "nothing", []])
def test_what_is_there_is_not_missing(present: object) -> None:
    assert not VALUES.is_missing(present)


def test_a_company_may_list_its_own_spellings() -> None:
    reader = ValueReader(format=InputFormat(missing=("?", "Unknown")))
    assert [reader.text(value) for value in ("?", "UNKNOWN", "", None)] == [None] * 4
    assert (reader.text("NULL"), reader.text("-")) == ("NULL", "-")
    assert refusal(reader.number, "nan").expected == "a number"
    assert reader.number(math.nan) is None
    assert ValueReader(format=InputFormat(missing=())).is_missing("")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("north", "north"),
        (" North ", " North "),
        ("007", "007"),
        ("3.0", "3.0"),
        (12, "12"),
        (12.0, "12"),
        (np.float32(12), "12"),
        (np.int64(12), "12"),
        (12.5, "12.5"),
        (Decimal("12.5"), "12.5"),
        (1e300, str(int(1e300))),
        (math.inf, "inf"),
        (date(2026, 3, 31), "2026-03-31"),
    ],
)
def test_text_is_what_people_would_write(value: object, text: str) -> None:
    assert VALUES.text(value) == text


@pytest.mark.parametrize("value", [True, np.True_, "true", "True", "TRUE"])
def test_a_truth_value_is_one_text_however_it_is_stored(value: object) -> None:
    assert VALUES.text(value) == "true"
    assert VALUES.flag(value) is True


@pytest.mark.parametrize("value", [False, np.False_, "false", "False", "FALSE"])
def test_so_is_its_opposite(value: object) -> None:
    assert VALUES.text(value) == "false"
    assert VALUES.flag(value) is False


@pytest.mark.parametrize("value", [1, 0, 1.0, "1", "0", "yes", "no", "t", "wahr", [True]])
def test_nothing_else_is_a_truth_value(value: object) -> None:
    assert refusal(VALUES.flag, value).expected == WRITTEN["flag"]


@pytest.mark.parametrize("value", [True, False, np.True_, "true", "False", "TRUE"])
@pytest.mark.parametrize("decimal", [None, ".", ","])
def test_a_truth_value_is_no_number(value: object, decimal: Any) -> None:
    reader = ValueReader(format=InputFormat(decimal=decimal))
    assert refusal(reader.number, value).expected.startswith("a number")


@pytest.mark.parametrize("value", [[], {}, (1,), b"x", {"a": 1}, object()])
def test_lists_and_objects_are_of_no_kind(value: object) -> None:
    for read in READINGS:
        refusal(read, value)


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("A-1", "A-1"),
        ("007", "007"),
        ("TRUE", "TRUE"),
        ("1e3", "1e3"),
        (7, "7"),
        (np.int64(2**62 + 1), str(2**62 + 1)),
    ],
)
def test_an_id_is_text_or_a_whole_number(value: object, name: str) -> None:
    assert VALUES.identifier(value) == name


@pytest.mark.parametrize("value", [7.0, 7.5, 1e16, np.float32(7), math.inf, True, np.True_])
def test_an_id_is_neither_a_floating_point_number_nor_a_truth_value(value: object) -> None:
    refused = refusal(VALUES.identifier, value)
    assert refused.expected == "an id as text or as a whole number"
    assert refused.remedy.startswith("export ids as text")


@given(st.floats(allow_nan=False))
def test_numbers_are_read_as_python_writes_them(number: float) -> None:
    reader = ValueReader(format=InputFormat(decimal="."))
    assert reader.number(number) == reader.number(repr(number)) == number


@pytest.mark.parametrize(
    "value", [7, 7.0, Decimal(7), np.int8(7), np.float32(7), "7", "7.0", "+7", "07", "70e-1"]
)
def test_a_number_is_the_same_however_it_is_stored(value: object) -> None:
    number = VALUES.number(value)
    assert number == 7
    assert type(number) is float


def test_a_number_that_is_too_large_is_infinite() -> None:
    assert VALUES.number(10**400) == VALUES.number("1e999") == math.inf


@pytest.mark.parametrize(
    ("written", "expected", "remedy"),
    [
        ("five", "a number", "correct the value"),
        ("1_000", "a number", "correct the value"),
        ("5 %", "a number", "correct the value"),
        ("1,5", "a number", DECLARE_DECIMAL),
        ("1.234,5", "a number", DECLARE_DECIMAL),
        ("1 234", "a number", DECLARE_DECIMAL),
        ("170.000", "a number whose decimal mark is certain", DECLARE_DECIMAL),
    ],
)
def test_what_is_no_number_or_could_be_two_is_refused_with_the_remedy(
    written: str, expected: str, remedy: str
) -> None:
    refused = refusal(VALUES.number, written)
    assert (refused.expected, refused.remedy) == (expected, remedy)


def test_a_declared_decimal_mark_makes_numbers_certain() -> None:
    point, comma = (ValueReader(format=InputFormat(decimal=mark)) for mark in (".", ","))
    assert (point.number("170.000"), comma.number("170.000")) == (170, 170000)
    assert (point.number("1,234.5"), comma.number("1.234,5")) == (1234.5, 1234.5)
    assert refusal(point.number, "1,5").expected == "a number with the decimal mark '.'"
    assert refusal(comma.number, "1.5").expected == "a number with the decimal mark ','"
    assert comma.number(1.5) == 1.5


@given(st.datetimes(datetime(2, 1, 1), datetime(9998, 12, 31), timezones=ZONES))
def test_every_moment_is_read_to_the_microsecond_in_utc(moment: datetime) -> None:
    for value in (moment, moment.isoformat(), pd.Timestamp(moment)):
        read = SHANGHAI.time(value)
        assert read == moment
        assert read is not None
        assert read.tzinfo == UTC


@given(st.datetimes(datetime(2, 1, 1), datetime(9998, 12, 31)))
def test_a_time_without_a_zone_is_of_the_companys(moment: datetime) -> None:
    for value in (moment, moment.isoformat()):
        assert SHANGHAI.time(value) == moment.replace(tzinfo=SHANGHAI.zone)


@given(st.dates(date(2, 1, 1), date(9998, 12, 31)))
def test_a_day_begins_and_ends_in_the_companys_zone(day: date) -> None:
    for reader in (VALUES, SHANGHAI, BERLIN):
        for value in (day, day.isoformat()):
            begin, end = reader.time(value), reader.time(value, end_of_day=True)
            assert begin == datetime.combine(day, time.min, reader.zone)
            assert end == datetime.combine(day, time.max, reader.zone)
        assert end is not None
        assert end + timedelta(microseconds=1) == reader.time(day + timedelta(days=1))


def test_a_time_of_day_is_that_moment_even_where_days_are_meant_to_their_end() -> None:
    for value in ("2026-03-31T00:00", datetime(2026, 3, 31), pd.Timestamp("2026-03-31")):
        assert VALUES.time(value, end_of_day=True) == datetime(2026, 3, 31, tzinfo=UTC)


def test_the_hour_that_a_clock_repeats_is_its_first_and_the_one_that_it_skips_goes_on() -> None:
    assert str(BERLIN.time("2026-10-25T02:30")) == "2026-10-25 00:30:00+00:00"
    assert str(BERLIN.time("2026-03-29T02:30")) == "2026-03-29 01:30:00+00:00"


@pytest.mark.parametrize(
    "value", [20260331, 1774915200.5, True, "soon", "31.3.2026", "2026-02-30", "1774915200"]
)
def test_what_is_no_time_is_refused_with_an_example(value: object) -> None:
    assert refusal(VALUES.time, value).expected.startswith(WRITTEN["time"])


@pytest.mark.parametrize("written", ["9999-12-31T23:59-08:00", "0001-01-01T00:00+08:00", "0000-01-01"])
def test_a_time_beyond_the_calendar_is_refused_with_the_reason(written: str) -> None:
    assert "out of range" in refusal(VALUES.time, written).expected


def test_each_kind_of_column_has_its_reading() -> None:
    assert VALUES.of_kind("id")("TRUE") == "TRUE"
    assert VALUES.of_kind("number")("1.5") == 1.5
    assert VALUES.of_kind("flag")("TRUE") is True
    assert str(VALUES.of_kind("time")("2026-03-31")) == "2026-03-31 00:00:00+00:00"
    assert str(VALUES.of_kind("time", end_of_day=True)("2026-03-31")) == "2026-03-31 23:59:59.999999+00:00"
    for kind in ("category", "stage", "buyer_stage", "item", "checkpoint"):
        assert VALUES.of_kind(kind)(12.0) == "12"
