from __future__ import annotations

import numpy as np
import pytest
from small import history

from winprob.features.mistake import Mistake
from winprob.models.forecast.cells import Cells

ROWS = [
    {"opportunity_id": "A", "team": "north", "currency": "EUR"},
    {"opportunity_id": "B", "team": "north", "currency": "CNY"},
    {"opportunity_id": "C", "team": None, "currency": "EUR"},
    {"opportunity_id": "D", "team": "east", "currency": None},
    {"opportunity_id": "E", "team": "north", "currency": "EUR"},
]


def test_currencies_are_never_added_up() -> None:
    cells = Cells.of(history(opportunities=ROWS))
    assert cells.names.to_dict("list") == {"currency": ["", "CNY", "EUR"]}
    assert cells.cell.tolist() == [2, 1, 2, 0, 2]


def test_groups_split_each_currency() -> None:
    cells = Cells.of(history(opportunities=ROWS), "team")
    expected = [("", "east"), ("CNY", "north"), ("EUR", ""), ("EUR", "north")]
    assert list(cells.names.itertuples(index=False, name=None)) == expected
    assert cells.cell.tolist() == [3, 1, 2, 0, 3]


def test_values_are_added_up_cell_by_cell() -> None:
    cells = Cells.of(history(opportunities=ROWS))
    assert cells.add(np.array([0, 2, 1, 0]), [1.0, 2.0, 4.0, 8.0]).tolist() == [0.0, 4.0, 11.0]
    assert cells.add(np.array([], dtype=np.int64), []).tolist() == [0.0, 0.0, 0.0]


def test_an_unknown_group_is_refused() -> None:
    with pytest.raises(Mistake, match=r"group: expected one of team .*, found 'tema'"):
        Cells.of(history(opportunities=ROWS), "tema")
