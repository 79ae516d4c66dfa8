from __future__ import annotations

import pandas as pd

from benchmarks.missing_parts import without


def test_columns_that_are_gone_are_empty_and_keep_their_kind() -> None:
    matrix = pd.DataFrame({"amount": [1.0, 2.0], "region": pd.Series(["north", "south"], dtype="str")})
    found = without(matrix, ["amount", "region"])
    assert found.isna().all().all()
    assert (found.dtypes == matrix.dtypes).all()
    assert without(matrix, []).equals(matrix)
