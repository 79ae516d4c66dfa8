from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from winprob.features.column import array_of, dtype_of, read_attribute, read_column
from winprob.features.column_read import ColumnRead
from winprob.features.contract import Column, Kind
from winprob.features.input_format import Declared, InputFormat
from winprob.features.instant import TIME
from winprob.features.number_text import DECLARE_DECIMAL
from winprob.features.values import WRITTEN, Unreadable, ValueReader

VALUES = ValueReader()
KINDS: tuple[Kind, ...] = ("id", "time", "number", "category", "flag")
TYPES = {"time": TIME, "number": "float64", "flag": "boolean", "id": "str", "category": "str"}

written = st.sampled_from(
    [
        *(None, "", "NULL", "-", "A", "07", "1.5", "1e3", "170.000", "1,5", "True", "false", "inf"),
        *("2026-03-31", "2026-03-31T08:00", "2026-03-31T08:00Z", "2026-02-30", "soon", "9999-12-31"),
    ]
)


def column(values: list[Any], dtype: Any = None) -> pd.Series:
    return pd.Series(values, index=pd.RangeIndex(2, len(values) + 2), dtype=dtype)


def read(values: list[Any], kind: Kind, reader: ValueReader = VALUES, **how: Any) -> ColumnRead:
    return read_column(column(values), Column("x", kind, **how), reader)


def present(found: ColumnRead) -> list[Any]:
    return [None if pd.isna(value) else value for value in found.values]


@given(st.lists(written, max_size=12), st.sampled_from(KINDS), st.booleans())
def test_a_column_is_its_values_one_by_one(values: list[str | None], kind: Kind, end_of_day: bool) -> None:
    """The same reading as that of documents; what is refused there is a fault here."""
    reader = ValueReader(ZoneInfo("Asia/Shanghai"), InputFormat(decimal="."))
    found = read_column(column(values, "object"), Column("x", kind, end_of_day=end_of_day), reader)
    assert str(found.values.dtype) == TYPES[kind]
    assert found.values.index.tolist() == list(range(2, len(values) + 2))
    alone = [_alone(reader.of_kind(kind, end_of_day), value) for value in values]
    assert present(found) == [value for value, _ in alone]
    assert [
        [(fault.expected, fault.remedy) for fault in found.faults if fault.rows[row]]
        for row in range(len(values))
    ] == [faults for _, faults in alone]
    spelled = [value for value in values if value in ("NULL", "-")]
    assert found.missing == {value: spelled.count(value) for value in spelled}


def _alone(reading: Callable[[Any], Any], value: str | None) -> tuple[Any, list[tuple[str, str]]]:
    try:
        return reading(value), []
    except Unreadable as error:
        return None, [(error.expected, error.remedy)]


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
@pytest.mark.parametrize("zone", [None, "UTC", "Asia/Shanghai"])
def test_typed_times_come_out_in_utc_microseconds(unit: str, zone: str | None) -> None:
    raw = pd.Series(pd.to_datetime(["2026-03-31T08:00", None])).dt.tz_localize(zone).dt.as_unit(unit)
    found = read_column(raw, Column("at", "time"), VALUES)
    assert found.values.dtype == TIME
    assert found.values[0] == pd.Timestamp("2026-03-31T08:00", tz=zone or "UTC")
    assert found.values.isna().tolist() == [False, True]
    assert found.faults == ()


@given(
    st.lists(st.none() | st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31, 23)), max_size=6),
    st.sampled_from(["UTC", "Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"]),
)
def test_typed_times_are_read_as_the_same_times_in_text(moments: list[datetime | None], zone: str) -> None:
    reader = ValueReader(ZoneInfo(zone))
    typed = column(moments, "datetime64[us]")
    text = column([None if moment is None else moment.isoformat() for moment in moments], "object")
    from_typed, from_text = (read_column(raw, Column("at", "time"), reader) for raw in (typed, text))
    pd.testing.assert_series_equal(from_typed.values, from_text.values)
    assert [fault.rows.tolist() for fault in from_typed.faults] == [
        fault.rows.tolist() for fault in from_text.faults
    ]


@pytest.mark.parametrize(
    ("zone", "local", "utc"),
    [
        ("Europe/Berlin", "2026-03-29T02:30", "2026-03-29 01:30:00+00:00"),
        ("Europe/Berlin", "2026-10-25T02:30", "2026-10-25 00:30:00+00:00"),
        ("Australia/Lord_Howe", "2026-10-04T02:15", "2026-10-03 15:45:00+00:00"),
        ("Pacific/Apia", "2011-12-30T12:00", "2011-12-30 22:00:00+00:00"),
    ],
)
def test_hours_that_a_clock_skips_or_repeats(zone: str, local: str, utc: str) -> None:
    reader = ValueReader(ZoneInfo(zone))
    for raw in (column([local]), column([pd.Timestamp(local)], "datetime64[us]")):
        assert str(read_column(raw, Column("at", "time"), reader).values.iloc[0]) == utc


@pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai", "America/New_York"])
def test_typed_times_past_the_year_9999_are_faults(zone: str) -> None:
    raw = pd.Series(np.array(["+318857-05-20", "1970-01-02"], dtype="datetime64[s]"))
    found = read_column(raw, Column("at", "time"), ValueReader(ZoneInfo(zone)))
    assert [fault.rows.tolist() for fault in found.faults] == [[True, False]]
    assert found.faults[0].expected == "a time in the years 1 to 9999"
    assert found.values.isna().tolist() == [True, False]


def test_nanoseconds_in_one_row_do_not_narrow_the_years_of_others() -> None:
    found = read(["2026-03-31T00:00:00.000000001", "9999-12-31", "0001-01-01"], "time")
    assert found.values.dt.year.tolist() == [2026, 9999, 1]


def test_days_stored_as_days_are_days() -> None:
    """A Parquet file has dates beside times: they begin or end as days in text do."""
    values = [date(2026, 3, 31), None]
    begin, end = (read(values, "time", end_of_day=ends) for ends in (False, True))
    assert present(begin) == [datetime(2026, 3, 31, tzinfo=UTC), None]
    assert present(end) == [datetime(2026, 4, 1, tzinfo=UTC) - timedelta(microseconds=1), None]


@pytest.mark.parametrize("dtype", ["int64", "Int64", "object", "category"])
def test_ids_are_the_same_text_whatever_whole_number_they_are_stored_as(dtype: str) -> None:
    raw = pd.Series([7, 12]).astype(dtype)
    found = read_column(raw, Column("x", "id"), VALUES)
    assert (present(found), found.faults) == (["7", "12"], ())


def test_ids_stored_as_floating_point_numbers_are_one_fault() -> None:
    found = read([7.0, np.nan, 1e16], "id")
    assert present(found) == [None] * 3
    assert [fault.rows.tolist() for fault in found.faults] == [[True, False, True]]
    assert found.faults[0].remedy.startswith("export ids as text")


@pytest.mark.parametrize(
    "values", [[7, 12], [7.0, 12.0], [Decimal(7), Decimal(12)], ["7", "12"], ["7.0", "1.2e1"]]
)
def test_numbers_are_the_same_however_they_are_stored(values: list[Any]) -> None:
    assert present(read(values, "number")) == present(read_attribute(column(values), "x", VALUES)) == [7, 12]


@pytest.mark.parametrize("values", [[True, False], ["true", "False"], [True, None]])
def test_truth_values_are_flags_and_categories_and_no_numbers(values: list[Any]) -> None:
    flags = [None if value is None else str(value).lower() == "true" for value in values]
    names = [None if flag is None else str(flag).lower() for flag in flags]
    assert present(read(values, "flag")) == flags
    assert present(read(values, "category")) == names
    assert present(read_attribute(column(values), "x", VALUES)) == names
    (fault,) = read(values, "number").faults
    assert fault.rows.tolist() == [flag is not None for flag in flags]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["170.000", "12.5"], [170, 12.5]),
        (["170.000", "0.5"], [170, 0.5]),
        (["170.000", "1700.000"], [170, 1700]),
        (["170.000", ".5"], [170, 0.5]),
        (["170.000", "1e3", "2.5e3"], [170, 1000, 2500]),
    ],
)
def test_one_certain_point_makes_all_points_of_a_column_decimal(
    values: list[str], expected: list[float]
) -> None:
    found = read(values, "number")
    assert (present(found), found.faults) == (expected, ())
    assert present(read_attribute(column(values), "x", VALUES)) == expected


def test_beside_a_certain_point_other_values_are_held_to_the_same_rules() -> None:
    found = read(["170.000", "12.5", "five", "1,5", "NULL", "1.234.567"], "number")
    assert present(found) == [170, 12.5, None, None, None, None]
    wrong = np.logical_or.reduce([fault.rows for fault in found.faults])
    assert wrong.tolist() == [False, False, True, True, False, True]


@pytest.mark.parametrize("values", [["170.000", "410.000"], ["170.000", "5"], ["170.000", "1.234.567"]])
def test_without_one_the_company_is_asked(values: list[str]) -> None:
    for found in (read(values, "number"), read_attribute(column(values), "x", VALUES)):
        faults = {fault.expected: fault for fault in found.faults}
        assert faults
        assert all(fault.remedy.startswith(DECLARE_DECIMAL) for fault in faults.values())
        assert found.values.iloc[0] != 170


@pytest.mark.parametrize(
    ("values", "is_number"),
    [
        (["1", "2.5", "NA", ""], True),
        (["1", "NULL", "-", "None"], True),
        (["1", "2.5", "many"], False),
        ([None, None], True),
        ([1, None], True),
        ([1.0, None], True),
        ([Decimal("1.5"), None], True),
        (["0.5", "0"], True),
        (["01", "2"], False),
        (["inf", "1"], True),
        (["1", "true"], False),
        ([date(2026, 3, 31)], False),
    ],
)
def test_an_attribute_is_a_number_if_every_value_present_is(values: list[object], is_number: bool) -> None:
    found = read_attribute(column(values), "x", VALUES)
    assert found.faults == ()
    assert pd.api.types.is_float_dtype(found.values.dtype) is is_number


def test_a_column_of_needless_zeros_is_text_and_in_doubt() -> None:
    found = read_attribute(column(["01234", "81234", "NULL"]), "postcode", VALUES)
    assert present(found) == ["01234", "81234", None]
    assert found.doubt == (
        "text, since values begin with a zero; "
        'declare postcode = "text" or "number" in [input.columns] of the playbook or [columns] of a mapping'
    )
    assert found.missing == {"NULL": 1}


def test_a_few_strange_values_among_many_numbers_are_in_doubt() -> None:
    found = read_attribute(column(["5"] * 18 + ["many", "1,5x"]), "size", VALUES)
    assert found.doubt.startswith("text, since 2 of 20 values are no numbers, such as 'many' in row 20; ")
    assert found.faults == ()
    assert found.values.iloc[0] == "5"
    with_gaps = column([*["5"] * 17, *["many"] * 3, *["NULL"] * 80])
    assert read_attribute(with_gaps, "size", VALUES).doubt == ""
    assert read_attribute(column(["a", "b"]), "size", VALUES).doubt == ""


def test_an_attribute_with_decimal_commas_is_asked_about() -> None:
    found = read_attribute(column(["1,5", "7", "NULL"]), "size", VALUES)
    (fault,) = found.faults
    assert fault.rows.tolist() == [True, False, False]
    assert fault.expected == "numbers such as 1234.5, or text"
    assert fault.remedy.startswith(f"{DECLARE_DECIMAL}, or declare size = ")
    comma = ValueReader(format=InputFormat(decimal=","))
    assert present(read_attribute(column(["1,5", "7", "NULL"]), "size", comma)) == [1.5, 7, None]


@pytest.mark.parametrize(
    ("declared", "values", "expected"),
    [
        ("text", ["01", "2"], ["01", "2"]),
        ("number", ["01", "2"], [1, 2]),
        ("text", [12.0, None], ["12", None]),
        ("text", ["1,5", "170.000"], ["1,5", "170.000"]),
        ("number", ["NULL", None], [None, None]),
        ("text", ["NULL", None], [None, None]),
    ],
)
def test_a_declared_column_is_what_it_is_declared(
    declared: Declared, values: list[Any], expected: list[Any]
) -> None:
    reader = ValueReader(format=InputFormat(columns={"x": declared}))
    found = read_attribute(column(values), "x", reader)
    assert (present(found), found.faults, found.doubt) == (expected, (), "")
    assert str(found.values.dtype) == TYPES["number" if declared == "number" else "category"]


def test_a_column_declared_as_numbers_is_held_to_it() -> None:
    reader = ValueReader(format=InputFormat(columns={"x": "number"}))
    (fault,) = read_attribute(column(["3", "many"]), "x", reader).faults
    assert (fault.rows.tolist(), fault.expected) == ([False, True], WRITTEN["number"])


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("time", datetime(2026, 3, 31, 8, 15, 30, 123_456, UTC)),
        ("time", datetime(1, 1, 1, tzinfo=UTC)),
        ("time", datetime(9999, 12, 31, 23, 59, 59, 999_999, UTC)),
        ("number", 1.5),
        ("flag", True),
        ("item", "budget"),
    ],
)
def test_values_get_the_type_in_which_a_history_holds_them(kind: str, value: object) -> None:
    array = array_of([value, None], kind)
    assert array[0] == value
    assert pd.isna(array).tolist() == [False, True]
    assert pd.Series(array).dtype == dtype_of(kind)
    assert len(array_of([], kind)) == 0
