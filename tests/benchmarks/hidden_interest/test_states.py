from __future__ import annotations

import numpy as np

from benchmarks.hidden_interest.states import INTERESTS, POSITIONS, by_both, by_interest, by_position


def test_a_state_is_an_interest_with_a_position() -> None:
    interest, position = np.arange(4.0), np.arange(3.0)
    together = by_both(10 * interest[:, None] + position)
    assert (by_interest(10 * interest) + by_position(position) == together).all()
    assert together.shape == (len(INTERESTS) * len(POSITIONS),)


def test_leading_axes_stay() -> None:
    assert by_interest(np.zeros((5, 2, 4))).shape == (5, 2, 12)
    assert by_position(np.arange(6).reshape(2, 3))[1].tolist() == [3, 4, 5] * 4
    assert by_both(np.zeros((5, 4, 3))).shape == (5, 12)
