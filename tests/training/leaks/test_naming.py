from __future__ import annotations

import numpy as np
import pytest
from leaking import snapshots_of

from winprob.training.leaks import naming

WON = np.repeat([1.0, 0.0], [40, 60])


def values(few: str, ending: float, count: int = 12) -> np.ndarray:
    """One value for a few opportunities of an ending, another for all others."""
    column = np.full(100, "talks", dtype=object)
    column[np.flatnonzero(ending == WON)[:count]] = few
    return column


@pytest.mark.parametrize(
    ("value", "ending"),
    [
        ("Won", 1.0),
        ("CLOSED WON", 1.0),
        ("Closed - Won (framework)", 1.0),
        ("signed 2026", 1.0),
        ("赢单", 1.0),
        ("已签约", 1.0),
        ("closed lost", 0.0),
        ("Lost to a competitor", 0.0),
        ("丢单：价格", 0.0),
    ],
)
def test_a_few_values_that_name_the_ending_are_enough(value: str, ending: float) -> None:
    ((feature, evidence),) = naming.find(snapshots_of(WON, status=values(value, ending)))
    assert feature == "status"
    assert f"12 of 12 opportunities with {value!r} are {'won' if ending else 'lost'}" in evidence


@pytest.mark.parametrize("value", ["Wonderful", "Lostwithiel", "winter", "design win", "closed", "Signal"])
def test_other_words_name_no_ending(value: str) -> None:
    assert list(naming.find(snapshots_of(WON, status=values(value, 1.0)))) == []


def test_a_name_that_is_wrong_is_only_a_name() -> None:
    kind = np.where(np.arange(100) % 2, "lost customer", "customer")
    assert list(naming.find(snapshots_of(WON, kind=kind))) == []


def test_fewer_than_ten_are_a_handful() -> None:
    assert list(naming.find(snapshots_of(WON, status=values("Won", 1.0, count=9)))) == []


def test_numbers_name_nothing() -> None:
    assert naming.obstacle(snapshots_of(WON, size=WON)) == "no column holds texts"
    assert naming.obstacle(snapshots_of(WON, status=values("Won", 1.0))) == ""
