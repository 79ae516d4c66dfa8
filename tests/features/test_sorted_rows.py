from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from winprob.features import sorted_rows as sorted_rows_module
from winprob.features.instant import NEVER, UNKNOWN
from winprob.features.sorted_rows import sorted_rows

TIMES = st.one_of(
    st.integers(0, 3), st.integers(-(2**62), 2**62), st.sampled_from([int(UNKNOWN), int(NEVER)])
)


@pytest.fixture(params=[0, sorted_rows_module.FEW], ids=["as many", "as few"], autouse=True)
def few(request: pytest.FixtureRequest) -> Iterator[None]:
    """Both ways, whatever the number of rows."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sorted_rows_module, "FEW", request.param)
        yield


@given(st.lists(st.tuples(st.integers(0, 3), TIMES), max_size=12))
@example([(2**40, 0), (0, 2**40), (0, 2**40)])
@example([(3, 2**62), (0, 0), (3, 2**62)])
def test_the_order_is_that_of_a_stable_sort(rows: list[tuple[int, int]]) -> None:
    group, time = np.array(rows, np.int64).reshape(-1, 2).T
    assert sorted_rows(group, time).tolist() == np.lexsort((time, group)).tolist()


def test_many_ties_stay_in_their_order() -> None:
    random = np.random.default_rng(0)
    group, time = random.integers(0, 5, (2, 2000))
    np.testing.assert_array_equal(sorted_rows(group, time), np.lexsort((time, group)))
