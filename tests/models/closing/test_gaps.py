from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from models.closing.gaps import ROWS, with_gaps


def matrix(rows: int = 3000) -> pd.DataFrame:
    numbers = {f"number_{place}": np.arange(rows) * 10 + place for place in range(8)}
    return pd.DataFrame({**numbers, "source": pd.Categorical(["fair", "call", "web"] * (rows // 3))})


def test_what_is_not_left_out_is_as_it_was() -> None:
    X = matrix()
    found = with_gaps(X)
    assert list(found) == list(X)
    for name in X:
        kept = found[name].notna()
        assert (found[name][kept] == X[name][kept]).all()


def test_of_a_third_of_the_rows_most_is_left_out() -> None:
    gone = with_gaps(matrix()).isna()
    touched = gone.any(axis=1)
    assert touched.mean() == pytest.approx(ROWS, abs=0.03)
    assert gone[touched].mean().to_numpy() == pytest.approx(0.75, abs=0.05)


def test_the_same_seed_leaves_out_the_same() -> None:
    X = matrix(300)
    pd.testing.assert_frame_equal(with_gaps(X), with_gaps(X))


def test_the_matrix_is_left_alone() -> None:
    X = matrix(300)
    with_gaps(X)
    assert not X.isna().any(axis=None)
