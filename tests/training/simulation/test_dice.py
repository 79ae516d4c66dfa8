from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from winprob.training.simulation.dice import choose, happens


@given(arrays(float, (4, 3), elements=st.sampled_from([0.0, 1e-9, 0.5, 7.0])), st.integers(0, 99))
def test_what_weighs_nothing_is_not_chosen(weights: np.ndarray, seed: int) -> None:
    chosen = choose(weights, np.random.default_rng(seed))
    for column, row in enumerate(chosen):
        assert weights[row, column] > 0 or (row == 0 and not weights[:, column].any())


def test_choices_are_as_frequent_as_they_weigh() -> None:
    n = 40_000
    weights = np.repeat([[1.0], [0.0], [3.0]], n, axis=1)
    frequency = np.bincount(choose(weights, np.random.default_rng(0)), minlength=3) / n
    assert frequency == pytest.approx([0.25, 0, 0.75], abs=0.01)


def test_choosing_leaves_the_weights_alone() -> None:
    weights = np.ones((2, 3))
    choose(weights, np.random.default_rng(0))
    assert (weights == 1).all()


def test_things_happen_as_often_as_their_chance_says() -> None:
    chance = np.repeat([[0.0], [0.2], [1.0]], 40_000, axis=1)
    hits = happens(chance, np.random.default_rng(0))
    assert hits.mean(axis=1) == pytest.approx([0, 0.2, 1], abs=0.01)
