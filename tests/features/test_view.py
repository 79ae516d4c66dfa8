from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from small import history

from winprob.features.contract import TIME_OF
from winprob.features.history import History
from winprob.features.instant import UNKNOWN, instant, microseconds
from winprob.features.view import Table, View


@pytest.fixture
def found() -> History:
    """B's rows come first in the table, and A's are not in the order of time."""
    return history(
        opportunities=[{"opportunity_id": "A"}, {"opportunity_id": "B"}],
        activities=[
            {"opportunity_id": "B", "at": "2026-02-01", "kind": "call", "effective": True},
            {"at": "2026-03-01", "kind": "visit", "next_at": "2026-03-08"},
            {"at": "2026-01-05", "effective": False},
        ],
        amounts=[{"at": "2026-01-05", "amount": 7}],
    )


def test_a_table_is_in_the_order_of_opportunity_and_time(found: History) -> None:
    table = Table(found, "activities")
    assert table.timeline.group.tolist() == [0, 0, 1]
    assert table.timeline.order.tolist() == [2, 1, 0]
    np.testing.assert_array_equal(table.numbers("effective"), [0.0, np.nan, 1.0])
    assert table.codes("kind", ["visit", "call"]).tolist() == [-1, 0, 1]
    planned = microseconds(pd.Series([instant("2026-03-08T00:00")]))[0]
    assert table.times("next_at").tolist() == [UNKNOWN, planned, UNKNOWN]


@pytest.mark.parametrize("name", TIME_OF)
def test_a_table_that_is_not_recorded_has_no_rows(name: str) -> None:
    assert len(Table(history(), name).timeline.time) == 0


def test_a_view_looks_at_opportunities_at_moments(found: History) -> None:
    opportunity = np.array([1, 0, 0])
    moment = microseconds(pd.Series([instant("2026-02-15")] * 2 + [instant("2026-03-15")]))
    view = View(found, opportunity, moment)
    assert view.as_of(Table(found, "activities")).within(90).tolist() == [1.0, 1.0, 2.0]
    assert view.as_of(Table(found, "amounts")).any.tolist() == [False, True, True]


def test_a_view_says_whether_a_table_is_kept(found: History) -> None:
    view = View(found, np.array([1, 0]), np.array([0, 0]))
    assert view.recorded("amounts").tolist() == [True, True]
    assert view.recorded("competitors").tolist() == [False, False]


def test_where_something_does_not_hold_a_value_is_missing(found: History) -> None:
    view = View(found, np.array([0, 1]), np.array([0, 0]))
    for values in (np.array([2.0, 3.0]), np.array([2, 3]), np.array([True, False])):
        np.testing.assert_array_equal(view.where(np.array([True, False]), values), [values[0], np.nan])
