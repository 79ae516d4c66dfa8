from __future__ import annotations

import pytest
from small import history

from winprob.features.mistake import Mistake
from winprob.models.forecast.group import group_names, group_of

ROWS = [
    {"opportunity_id": "A", "team": "north", "currency": "EUR", "employees": "12", "segment": "a"},
    {"opportunity_id": "B", "team": None, "currency": "EUR", "employees": "7", "segment": "b"},
]


def test_groups_are_recorded_columns_that_sort_opportunities() -> None:
    assert group_names(history(opportunities=ROWS)) == ("team", "segment")


def test_an_opportunity_without_a_group_is_in_the_empty_one() -> None:
    assert group_of(history(opportunities=ROWS), "team").tolist() == ["north", ""]


@pytest.mark.parametrize("name", ["taem", "currency", "employees", "region", "opportunity_id"])
def test_what_is_no_group_is_refused_with_those_that_are(name: str) -> None:
    with pytest.raises(Mistake, match=f"group: expected one of team, segment.*, found '{name}'"):
        group_of(history(opportunities=ROWS), name)
