from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from winprob.csv_rows import csv_rows

NUMBERS = st.one_of(
    st.floats(allow_subnormal=True),
    st.sampled_from([0.0, -0.0, 1e-4, 9.999e-5, 1e16, 9999999999999998.0, 1e22, 348000.0]),
)
MOMENT = pd.Timestamp("2026-03-31T10:00:00.5Z")


@given(st.lists(st.tuples(st.one_of(st.none(), st.text(max_size=4)), NUMBERS), max_size=4), st.booleans())
def test_rows_are_written_as_pandas_writes_them(rows: list[tuple[str | None, float]], header: bool) -> None:
    table = pd.DataFrame(
        {
            'a "name", quoted': pd.Series([text for text, _ in rows], dtype="str"),
            "number": pd.Series([number for _, number in rows], dtype="float64"),
            "as_of": MOMENT,
        }
    )
    assert csv_rows(table, header) == table.to_csv(index=False, header=header).encode()


@pytest.mark.parametrize(
    "column",
    [
        [True, False],
        [1, 2],
        [date(2026, 3, 31), None],
        pd.Series([True, None], dtype="boolean"),
        pd.Series([1, None], dtype="Int64"),
        pd.Series(["a", None], dtype="category"),
        pd.Series([0.1, np.nan], dtype="float32"),
        pd.to_datetime(["2026-03-31", "2026-04-01"]),
        pd.to_datetime(["2026-03-31", None], utc=True),
        pd.to_datetime(["2026-03-31T10:00:00Z", "2026-03-31T10:00:00.5Z"], format="ISO8601"),
        pd.to_timedelta([1, 2], unit="D"),
    ],
)
def test_so_is_a_column_of_another_type(column: object) -> None:
    table = pd.DataFrame({"id": ["A", "B"], "other": column})
    assert csv_rows(table) == table.to_csv(index=False).encode()


def test_a_row_of_one_empty_value_is_no_empty_line() -> None:
    table = pd.DataFrame({"number": [np.nan, 1.0]})
    assert csv_rows(table) == table.to_csv(index=False).encode()
