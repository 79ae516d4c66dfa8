from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from winprob.training.leaks.words import said


@pytest.mark.parametrize(
    ("values", "rows", "expected"),
    [
        (["a", None, "b"], [1, 0, 1], "recorded"),
        (["a", None, "b"], [0, 1, 0], "empty"),
        (["a", None, "b"], [1, 1, 0], "'a' or empty"),
        (["a", "a", "b", "c", "d", "e"], [1, 1, 1, 1, 1, 0], "'a', 'b', 'c' or one of 1 more"),
        ([7.0, 7.0, 1.0], [1, 1, 0], "7"),
        ([7.0, 2.5, 1.0, np.nan], [1, 1, 0, 1], "from 2.5 to 7 or empty"),
    ],
)
def test_what_rows_have_in_common_is_said(values: list[object], rows: list[int], expected: str) -> None:
    column = pd.Series(values)
    column = column if column.dtype == float else pd.Series(pd.Categorical(values))
    assert said(column, np.array(rows, bool)) == expected
