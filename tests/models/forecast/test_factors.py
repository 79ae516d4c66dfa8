from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from winprob.models.forecast.factors import shares_of_change

factors = st.lists(st.floats(0, 1e6), min_size=6, max_size=6)


@given(factors)
def test_three_factors_share_as_the_formula_says(found: list[float]) -> None:
    x, y, z, x2, y2, z2 = found
    before, after = [np.array([each]) for each in (x, y, z)], [np.array([each]) for each in (x2, y2, z2)]
    first, second, third = (share.item() for share in shares_of_change(before, after))
    scale = 1e-12 * max(x, x2) * max(y, y2) * max(z, z2) + 1e-300
    assert first + second + third == pytest.approx(x2 * y2 * z2 - x * y * z, abs=10 * scale)
    assert first == pytest.approx((x2 - x) * (2 * y * z + y2 * z + y * z2 + 2 * y2 * z2) / 6, abs=scale)


@given(factors)
def test_the_order_of_the_factors_does_not_matter(found: list[float]) -> None:
    before, after = np.array(found[:3])[:, np.newaxis], np.array(found[3:])[:, np.newaxis]
    told = shares_of_change(list(before), list(after))
    turned = shares_of_change(list(before[::-1]), list(after[::-1]))
    largest = np.prod(np.maximum(before, after))
    assert np.concatenate(told) == pytest.approx(np.concatenate(turned[::-1]), abs=1e-12 * largest)


def test_a_factor_that_stays_has_no_share() -> None:
    told = shares_of_change([np.array([5.0]), np.array([0.5])], [np.array([5.0]), np.array([0.7])])
    assert [each.item() for each in told] == pytest.approx([0.0, 1.0])
