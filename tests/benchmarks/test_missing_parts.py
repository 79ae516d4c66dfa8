from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from benchmarks.missing_parts import expected, without


def test_columns_that_are_gone_are_empty_and_keep_their_kind() -> None:
    matrix = pd.DataFrame({"amount": [1.0, 2.0], "region": pd.Series(["north", "south"], dtype="str")})
    found = without(matrix, ["amount", "region"])
    assert found.isna().all().all()
    assert (found.dtypes == matrix.dtypes).all()
    assert without(matrix, []).equals(matrix)


def test_the_expected_log_loss_weighs_both_outcomes_by_the_truth() -> None:
    truth, p = np.array([0.25, 1.0]), np.array([0.5, 0.8])
    by_hand = -(0.25 * np.log(0.5) + 0.75 * np.log(0.5) + np.log(0.8)) / 2
    assert expected(truth, p) == pytest.approx(by_hand)
    assert expected(truth, np.clip(truth, 1e-9, 1 - 1e-9)) < expected(truth, p)
