from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from winprob.models.win.term_arrays import TermArrays
from winprob.models.win.terms import Curve, Levels, Stated

effect = st.floats(-3, 3)


@st.composite
def curves(draw: st.DrawFn) -> Curve:
    at = sorted(draw(st.sets(st.floats(-50, 50), min_size=1, max_size=5)))
    scores = sorted(draw(st.lists(st.floats(-3, 3), min_size=len(at), max_size=len(at))))
    return Curve(values=tuple(at), rank_scores=tuple(scores)).with_effect(
        *draw(st.tuples(effect, effect, effect))
    )


stated = st.builds(Stated, slope=st.floats(0, 2), known=effect, missing=effect)
levels = st.builds(Levels, known=st.tuples(effect, effect), missing=effect)


@given(st.lists(curves() | stated | levels, max_size=6), st.integers(0, 4), st.randoms(use_true_random=False))
def test_all_together_are_what_each_term_is_alone(
    terms: list[Curve | Stated | Levels], rows: int, random: np.random.Generator
) -> None:
    values = np.empty((rows, len(terms)))
    for place, term in enumerate(terms):
        drawn = [
            random.uniform(-60, 60) if isinstance(term, Curve) else random.randint(0, 1) for _ in range(rows)
        ]
        values[:, place] = [np.nan if random.random() < 0.3 else value for value in drawn]
    arrays, scores = TermArrays(terms), np.zeros(values.shape)
    added = np.empty(values.shape)
    for place, term in enumerate(terms):
        added[:, place] = term.contributions(values[:, place])
        if not isinstance(term, Levels):
            scores[:, place] = term.rank_score_of(values[:, place])
    assert_array_equal(arrays.rank_scores(values), scores)
    assert_array_equal(arrays.contributions(values, scores), added)


def test_what_each_column_is() -> None:
    falls = Curve(values=(0.0,), rank_scores=(0.0,), slope=-1.0)
    arrays = TermArrays([falls, falls.with_effect(1.0, 0.0, 0.0), Stated(), Levels(known=(), missing=0.0)])
    assert arrays.numbers.tolist() == [True, True, True, False]
    assert arrays.curves.tolist() == [True, True, False, False]
    assert arrays.falls.tolist() == [True, False, False, False]
