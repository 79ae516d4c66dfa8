"""Texts as positions in their vocabulary, beside what pandas makes of them."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from winprob.features.texts import Texts

columns = st.lists(st.none() | st.sampled_from(["b", "a", "", "税", "z"]), max_size=12)


@given(columns)
def test_they_are_what_pandas_calls_a_categorical(values: list[str | None]) -> None:
    texts = Texts.of(values)
    expected = pd.Categorical(pd.Series(values, dtype="str"))
    assert texts.tolist() == list(texts) == values
    assert len(texts) == len(values)
    assert pd.Series(texts.to_pandas()).equals(pd.Series(expected))
    again = Texts.of_pandas(expected)
    assert (again.codes.tolist(), again.levels) == (texts.codes.tolist(), texts.levels)


@given(columns, columns)
def test_columns_that_follow_one_another_are_as_made_at_once(
    one: list[str | None], two: list[str | None]
) -> None:
    joined, whole = Texts.of(one).followed_by(Texts.of(two)), Texts.of(one + two)
    assert (joined.tolist(), joined.levels) == (whole.tolist(), whole.levels)
    part = Texts(whole.codes[: len(one)], whole.levels).compact()
    assert (part.tolist(), part.levels) == (one, Texts.of(one).levels)


@given(columns, st.sampled_from(["", "a", "m"]))
def test_what_is_missing_is_filled(values: list[str | None], text: str) -> None:
    found, filled = Texts.of(values), [text if value is None else value for value in values]
    assert found.filled(text).tolist() == filled
    assert found.equal_to(text).tolist() == [value == text for value in values]


@given(columns, st.lists(st.sampled_from(["a", "b", "c"]), unique=True))
def test_positions_are_those_in_the_list(values: list[str | None], choices: list[str]) -> None:
    found = Texts.of(values).positions(choices).tolist()
    assert found == [choices.index(value) if value in choices else -1 for value in values]


def test_rows_are_taken_by_position_and_negative_ones_are_missing() -> None:
    texts = Texts.of(["b", None, "a"])
    assert texts.take(np.array([2, -1, 0, 1])).tolist() == ["a", None, "b", None]
    assert Texts.of([]).take(np.array([-1])).tolist() == [None]
