from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from winprob.features.distinct import distinct_rows


@given(
    st.integers(0, 20).flatmap(lambda k: st.lists(st.tuples(*[st.booleans()] * k), min_size=1, max_size=12))
)
def test_rows_are_told_apart_as_tuples_are(rows: list[tuple[bool, ...]]) -> None:
    flags = np.array(rows, bool).reshape(len(rows), -1)
    distinct, which = distinct_rows(flags)
    expected = list(dict.fromkeys(rows))
    assert list(map(tuple, distinct.tolist())) == expected
    assert [expected[place] for place in which] == rows


def test_no_rows_are_no_different_ones() -> None:
    distinct, which = distinct_rows(np.zeros((0, 3), bool))
    assert (distinct.shape, which.tolist()) == ((0, 3), [])
