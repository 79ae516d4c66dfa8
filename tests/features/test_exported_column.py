from __future__ import annotations

from datetime import timedelta, timezone

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from winprob.features.column import read_column
from winprob.features.contract import Column, Kind
from winprob.features.exported_column import read_whole
from winprob.features.values import ValueReader

READER = ValueReader(timezone(timedelta(hours=8)))

TIMES = st.one_of(
    st.builds(
        "{:04}-{:02}-{:02}{}{:02}:{:02}:{:02}{}{}".format,
        st.integers(0, 9999),
        st.integers(0, 13),
        st.integers(0, 32),
        st.sampled_from("T t"),
        st.integers(0, 24),
        st.integers(0, 60),
        st.integers(0, 60),
        st.sampled_from(["", ".5", ".123456", ".1234567", ","]),
        st.sampled_from(["Z", "+08:00", "-11:59", "+24:00", "+01:60", "", "z", "+0800"]),
    ),
    st.sampled_from(["", "NULL", "2026-03-31", "soon"]),
)
IDS = st.one_of(st.text(max_size=5), st.sampled_from(["", "null", "NULL", "\u212a", "n/a", "None"]))


def same_one_by_one(raw: pd.Series, kind: Kind) -> None:
    whole, one_by_one = (
        read_column(values, Column("at", kind), READER) for values in (raw, raw.astype("object"))
    )
    pd.testing.assert_series_equal(whole.values, one_by_one.values)
    assert (whole.missing or {}) == (one_by_one.missing or {})
    assert [(fault.rows.tolist(), fault.expected) for fault in whole.faults] == [
        (fault.rows.tolist(), fault.expected) for fault in one_by_one.faults
    ]


@given(st.lists(TIMES, max_size=4))
@example(["2026-02-29T10:00:00Z"])
@example(["2026-03-31T10:00:60Z"])
@example(["2026-03-31T10:00:00Z", None])
def test_written_times_are_those_of_reading_one_by_one(values: list[str | None]) -> None:
    same_one_by_one(pd.Series(values, dtype="str"), "time")


@given(st.lists(st.one_of(IDS, st.none()), max_size=5))
def test_ids_are_those_of_reading_one_by_one(values: list[str | None]) -> None:
    same_one_by_one(pd.Series(values, dtype="str", index=range(2, 2 + len(values))), "id")


@pytest.mark.parametrize("dtype", ["int64", "Int64", "uint8", "float32", "Float64"])
def test_numbers_are_those_of_reading_one_by_one(dtype: str) -> None:
    values = [1, 2, None] if dtype[0] in "IF" else [1, 2, 3]
    same_one_by_one(pd.Series(values, dtype=dtype), "number")


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (pd.Series([True, False]), "number"),
        (pd.Series([True, None], dtype="boolean"), "number"),
        (pd.Series(["a"]), "category"),
        (pd.Series(["1.5"]), "number"),
        (pd.Series([7]), "id"),
        (pd.Series(["2026-03-31"]), "time"),
        (pd.Series(["2026-02-30T00:00:00Z"]), "time"),
    ],
)
def test_what_needs_a_look_at_each_value_is_left(values: pd.Series, kind: Kind) -> None:
    assert read_whole(values, kind, READER) is None


def test_a_number_is_kept_to_the_last_digit() -> None:
    values = np.array([0.1, 1e300, -0.0, np.inf, np.nan])
    np.testing.assert_array_equal(read_whole(pd.Series(values), "number", READER).values, values)
