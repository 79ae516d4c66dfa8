from __future__ import annotations

import pandas as pd
import pytest

from winprob.features.contract import TABLES, column_names
from winprob.features.typed_table import complete


@pytest.mark.parametrize("table", TABLES)
def test_a_table_is_completed_in_the_order_of_the_contract(table: str) -> None:
    whole = complete(table, pd.DataFrame({"own": [1]}, index=[7]))
    assert list(whole) == [*column_names(table), "own"]
    assert whole.index.tolist() == [7]
    assert whole.drop(columns="own").isna().all(axis=None)
