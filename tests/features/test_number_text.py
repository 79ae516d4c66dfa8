from __future__ import annotations

import math
from decimal import Decimal
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from winprob.features.number_text import has_leading_zero, is_ambiguous, is_foreign, parse_number

Mark = Literal[".", ","]
MARKS: tuple[Mark, Mark] = (".", ",")


@given(st.floats(allow_nan=False))
def test_numbers_are_read_as_python_writes_them(number: float) -> None:
    assert parse_number(repr(number)) == number
    assert parse_number(repr(number), ".") == number


@given(st.decimals(-(10**9), 10**9, places=2), st.sampled_from(MARKS))
def test_numbers_with_groups_are_read_where_the_decimal_mark_is_declared(number: Decimal, mark: Mark) -> None:
    written = f"{number:,.2f}"
    if mark == ",":
        written = written.translate(str.maketrans(",.", ".,"))
    assert parse_number(written, mark) == float(number)


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("0", 0),
        ("007", 7),
        ("+5", 5),
        ("-5.", -5),
        (".5", 0.5),
        ("1e3", 1000),
        ("1E-3", 0.001),
        ("170.000", 170),
        ("inf", math.inf),
        ("-Infinity", -math.inf),
        ("1e999", math.inf),
    ],
)
def test_ways_to_write_a_number_with_a_point(written: str, number: float) -> None:
    assert parse_number(written) == parse_number(written, ".") == number


@pytest.mark.parametrize(
    "written",
    [
        "",
        " ",
        "1,5",
        "1,234",
        "1.234,5",
        "1 234",
        "1_000",
        "0x10",
        "five",
        "true",
        "nan",
        "--1",
        "5 %",
        " 5",
        "٣",
        ".",
    ],
)
def test_what_is_no_number(written: str) -> None:
    assert parse_number(written) is None


@pytest.mark.parametrize(
    ("written", "with_point", "with_comma"),
    [
        ("1,234", 1234, 1.234),
        ("1.234", 1.234, 1234),
        ("1.234.567", None, 1234567),
        ("1,234,567.8", 1234567.8, None),
        ("1.234.567,8", None, 1234567.8),
        ("-1,5", None, -1.5),
        ("-1.5", -1.5, None),
        (",5", None, 0.5),
        ("12.5", 12.5, None),
        ("1.2345", 1.2345, None),
        ("12.34.567", None, None),
        ("0.125", 0.125, None),
        ("0,125", None, 0.125),
        ("0.125.000", None, None),
        ("1.23,456", None, None),
        ("1.5e3", 1500, None),
        ("15e2", 1500, 1500),
        ("1234567", 1234567, 1234567),
    ],
)
def test_a_declared_mark_is_the_only_decimal_mark(
    written: str, with_point: float | None, with_comma: float | None
) -> None:
    assert (parse_number(written, "."), parse_number(written, ",")) == (with_point, with_comma)


@given(st.from_regex(r"[+-]?[0-9]{0,4}(\.[0-9]{1,4}){0,3}", fullmatch=True))
def test_ambiguous_is_just_what_means_another_number_with_each_mark(written: str) -> None:
    readings = {parse_number(written, mark) for mark in MARKS} - {None}
    assert is_ambiguous(written) is (parse_number(written, ",") is not None and "." in written)
    assert len(readings) < 2 or is_ambiguous(written)


@pytest.mark.parametrize("written", ["170.000", "1.234", "-170.000", "+999.999", "1.234.567"])
def test_points_between_groups_of_three_digits_are_ambiguous(written: str) -> None:
    assert is_ambiguous(written)


@pytest.mark.parametrize(
    "written",
    ["0.125", "170.5", "170.0000", "1700.000", ".125", "170", "170.000.0", "170.000e3", "", "170,000"],
)
def test_other_points_are_not(written: str) -> None:
    assert not is_ambiguous(written)


@pytest.mark.parametrize(
    "written",
    ["1,5", "1,234", "1.234,50", "1,234.50", "1 234", "1'234.5", "1\u00a0234,5", "1\u202f234", "-1,5"],
)
def test_numbers_of_other_countries_are_known_by_their_looks(written: str) -> None:
    assert is_foreign(written)


@pytest.mark.parametrize("written", ["1.5", "170.000", "5", "A1", "1,2,3", "2026-03-31", "", "1,", "12 34"])
def test_what_is_a_number_here_or_none_anywhere_is_not_foreign(written: str) -> None:
    assert not is_foreign(written)


@pytest.mark.parametrize(
    ("written", "lost"),
    [
        ("01234", True),
        ("-01", True),
        ("00", True),
        ("0", False),
        ("0.5", False),
        ("10", False),
        ("A01", False),
    ],
)
def test_zeros_that_a_number_would_lose(written: str, lost: bool) -> None:
    assert has_leading_zero(written) is lost
