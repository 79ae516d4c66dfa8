from __future__ import annotations

import numpy as np
import pytest
from estimators import deals
from sklearn.base import ClassifierMixin
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

from winprob.models.own_estimator.encoding import by_column, encoder_for, owners
from winprob.models.win.columns import Columns


@pytest.mark.parametrize(
    ("estimator", "expected"),
    [
        (LogisticRegression(), ["industry"] * 3 + ["a", "b", "c", "stage_position", "constant", "c"]),
        (HistGradientBoostingClassifier(), ["industry"] * 3 + ["a", "b", "c", "stage_position", "constant"]),
    ],
)
def test_each_number_has_its_column(estimator: ClassifierMixin, expected: list[str]) -> None:
    X, _ = deals(80)
    columns = Columns.learn(X)
    values = columns.encode(X)
    encoder = encoder_for(estimator, columns, values)
    numbers, owner = encoder.transform(values), owners(encoder)
    assert [columns.names[place] for place in owner] == expected
    assert numbers.shape == (80, len(owner))
    # A number changes with its column, and with no other.
    for place in range(values.shape[1]):
        if columns.names[place] in ("constant", "never"):
            continue
        changed = values.copy()
        changed[:, place] = values[::-1, place]
        moved = np.flatnonzero(~np.isclose(encoder.transform(changed), numbers, equal_nan=True).all(axis=0))
        assert set(owner[moved]) == {place}


def test_an_estimator_that_takes_no_gaps_gets_none_and_one_that_does_gets_them() -> None:
    X, _ = deals(80)
    columns = Columns.learn(X)
    values = columns.encode(X)
    imputed, plain = (
        encoder_for(each, columns, values).transform(values)
        for each in (LogisticRegression(), HistGradientBoostingClassifier())
    )
    assert not np.isnan(imputed).any()
    assert np.isnan(plain).sum() == X["c"].isna().sum()


def test_a_level_that_was_never_seen_is_none_of_those_that_were() -> None:
    X, _ = deals(80)
    columns = Columns.learn(X)
    encoder = encoder_for(LogisticRegression(), columns, columns.encode(X))
    later = columns.encode(X[:1].assign(industry="ships"))
    assert encoder.transform(later)[0, :3].tolist() == [0, 0, 0]


def test_sums_by_column_are_those_of_a_loop() -> None:
    rng = np.random.default_rng(0)
    values, owner = rng.normal(size=(5, 7)), rng.integers(0, 4, 7)
    expected = np.zeros((5, 4))
    for place, column in enumerate(owner):
        expected[:, column] += values[:, place]
    np.testing.assert_allclose(by_column(values, owner, 4), expected)
