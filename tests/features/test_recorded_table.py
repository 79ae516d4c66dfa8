from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pandas as pd
import pytest
from histories import histories, times
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from winprob.features.history import History
from winprob.features.instant import TIME, UNKNOWN, microseconds
from winprob.features.recorded_table import RecordedTable
from winprob.features.texts import Texts

DAY = pd.Timestamp("2026-01-05", tz="UTC")
KINDS: dict[str, tuple[st.SearchStrategy[Any], Any]] = {
    "text": (st.none() | st.text(max_size=3), "str"),
    "number": (st.none() | st.floats(allow_nan=False), "float64"),
    "short": (st.floats(width=32, allow_nan=False), "float32"),
    "whole": (st.integers(-(2**63) + 1, 2**63 - 1), "int64"),
    "count": (st.none() | st.integers(-(2**50), 2**50), "Int64"),
    "flag": (st.none() | st.booleans(), "boolean"),
    "truth": (st.booleans(), "bool"),
    "time": (st.none() | times, TIME),
    "there": (st.none() | times, "datetime64[us, Asia/Shanghai]"),
    "category": (st.none() | st.sampled_from(["b", "a"]), pd.CategoricalDtype(["c", "b", "a"])),
    "size": (st.none() | st.sampled_from([2, 1]), pd.CategoricalDtype([3, 1, 2], ordered=True)),
}
"""Values of every kind of column that a table may have, and its type."""


@st.composite
def frames(draw: st.DrawFn) -> pd.DataFrame:
    rows = draw(st.integers(0, 5))
    return pd.DataFrame(
        {
            name: pd.Series(draw(st.lists(values, min_size=rows, max_size=rows)), dtype=dtype)
            for name, (values, dtype) in KINDS.items()
        }
    )


def table() -> RecordedTable:
    return RecordedTable.of(
        pd.DataFrame(
            {
                "opportunity": [0, 0, 1],
                "at": pd.Series([DAY, None, DAY], dtype=TIME),
                "stage": pd.Series(["b", None, "a"], dtype="str"),
                "amount": [1.5, np.nan, 2.0],
                "effective": pd.Series([True, None, False], dtype="boolean"),
            }
        )
    )


@given(frames())
def test_a_table_comes_back_as_it_was(rows: pd.DataFrame) -> None:
    found = RecordedTable.of(rows)
    assert_frame_equal(found.frame, rows, check_exact=True)
    assert len(found) == len(rows)


@given(frames(), st.data())
def test_rows_are_those_that_pandas_takes(rows: pd.DataFrame, data: st.DataObject) -> None:
    found = RecordedTable.of(rows)
    flags = np.array(data.draw(st.lists(st.booleans(), min_size=len(rows), max_size=len(rows))), bool)
    order = np.array(data.draw(st.permutations(range(len(rows)))), np.int64)
    assert_frame_equal(found.keep(flags).frame, rows[flags].reset_index(drop=True))
    assert_frame_equal(found.take(order).frame, rows.iloc[order].reset_index(drop=True))
    assert_frame_equal(found.take(slice(1, 3)).frame, rows.iloc[1:3].reset_index(drop=True))
    assert_frame_equal(
        found.take(order).followed_by(found).frame, pd.concat([rows.iloc[order], rows], ignore_index=True)
    )


@given(frames(), st.data())
def test_columns_are_those_that_pandas_gives(rows: pd.DataFrame, data: st.DataObject) -> None:
    flags = np.array(data.draw(st.lists(st.booleans(), min_size=len(rows), max_size=len(rows))), bool)
    found, expected = RecordedTable.of(rows).keep(flags), rows[flags].reset_index(drop=True)
    for name in ("number", "short", "whole", "count", "flag", "truth"):
        numbers = expected[name].to_numpy(dtype=np.float64, na_value=np.nan)
        np.testing.assert_array_equal(found.numbers(name), numbers)
    for name in ("time", "there"):
        np.testing.assert_array_equal(found.times(name), microseconds(expected[name]))
    for name in ("text", "category", "size", "number", "time"):
        texts, as_categories = found.texts(name), Texts.of_pandas(expected[name])
        assert (texts.tolist(), texts.levels) == (as_categories.tolist(), as_categories.levels)
    for name in KINDS:
        assert found.is_recorded(name).tolist() == expected[name].notna().tolist()


@given(histories())
def test_tables_of_a_history_come_back_as_they_were(history: History) -> None:
    for found in history.tables.values():
        assert_frame_equal(RecordedTable.of(found.frame).frame, found.frame, check_exact=True)


def test_numbers_are_asked_of_text_as_pandas_does() -> None:
    found = RecordedTable.of(pd.DataFrame({"code": ["1", "2.5"], "word": ["a", "b"]}))
    assert found.numbers("code").tolist() == [1.0, 2.5]
    with pytest.raises(ValueError, match="could not convert string to float: 'a'"):
        found.numbers("word")
    with pytest.raises(KeyError, match="size"):
        found.numbers("size")


def test_plain_values_are_those_of_python() -> None:
    assert {name: table().plain(name) for name in table().columns} == {
        "opportunity": [0, 0, 1],
        "at": [DAY.to_pydatetime(), None, DAY.to_pydatetime()],
        "stage": ["b", None, "a"],
        "amount": [1.5, None, 2.0],
        "effective": [True, None, False],
    }
    kinds = {name: type(table().plain(name)[0]).__name__ for name in table().columns}
    assert kinds == {
        "opportunity": "int",
        "at": "datetime",
        "stage": "str",
        "amount": "float",
        "effective": "bool",
    }


def test_columns_cannot_be_changed_by_mistake() -> None:
    found = table()
    for values in (found.owners, found.numbers("amount"), found.times("at"), found.texts("stage").codes):
        with pytest.raises(ValueError, match="read-only"):
            values[0] = 7


def test_the_table_for_people_is_a_copy() -> None:
    found = table()
    found.frame.loc[0, "amount"] = 7.0
    assert found.numbers("amount")[0] == 1.5


def test_what_becomes_of_a_table_that_was_handed_in_does_not_matter() -> None:
    rows = table().frame
    found = RecordedTable.of(rows)
    for name in rows:
        rows.loc[0, name] = rows.loc[2, name]
    assert_frame_equal(found.frame, table().frame)


def test_other_values_leave_the_table_as_it_is() -> None:
    found = table()
    changed = found.with_columns(
        {"amount": np.array([1.0, 2.0, 3.0]), "stage": Texts(np.array([1, 1, -1]), ("a", "b"))}
    )
    assert changed.frame["amount"].tolist() == [1.0, 2.0, 3.0]
    assert (changed.texts("stage").tolist(), changed.texts("stage").levels) == (["b", "b", None], ("b",))
    assert found.numbers("amount").tolist()[::2] == [1.5, 2.0]
    assert changed.dtypes == found.dtypes


def test_values_can_be_taken_out() -> None:
    found, where = table(), np.array([True, False, False])
    for name in ("stage", "amount", "at", "effective"):
        expected = found.frame[name].mask(where)
        pd.testing.assert_series_equal(
            found.without_values(name, where).column(name), expected, check_names=False
        )
    assert found.without_values("at", where).times("at").tolist()[:2] == [UNKNOWN, UNKNOWN]


def test_columns_stand_beside_others_or_in_their_place() -> None:
    found = table().beside(
        RecordedTable.of(pd.DataFrame({"amount": ["x", "y", "z"], "size": [1.0, 2.0, 3.0]}))
    )
    assert found.frame["amount"].tolist() == ["x", "y", "z"]
    assert list(found.columns) == [*table().columns, "size"]
    assert list(found.select(["size", "stage"]).frame) == ["size", "stage"]


def test_it_is_sent_without_the_table_for_people() -> None:
    found = table()
    small = len(pickle.dumps(found))
    rows = found.frame
    assert found.frame is rows
    sent = pickle.dumps(found)
    assert len(sent) == small
    assert_frame_equal(pickle.loads(sent).frame, rows)
