"""Which test rows are in which segment."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st
from small import GRADES

from winprob.training.judge.segments import BANDS, MOST_REGIONS, Rows, by_amount, by_region, by_stage


def matrix(**columns: list[object]) -> pd.DataFrame:
    """Rows of as many opportunities, unless `opportunity` says which they are of."""
    names = columns.pop("opportunity", None) or list(range(len(next(iter(columns.values())))))
    index = pd.MultiIndex.from_arrays([names, range(len(names))], names=["opportunity_id", "as_of"])
    return pd.DataFrame(columns, index=index)


def counted(found: list[Rows]) -> dict[str, int]:
    return {rows.name.in_language("en"): int(rows.chosen.sum()) for rows in found}


def amounts(*values: float, opportunity: list[object] | None = None) -> pd.DataFrame:
    return matrix(log_amount=list(np.log1p(values)), opportunity=opportunity)  # type: ignore[arg-type]


def test_stages_are_in_the_order_of_the_playbook_with_names_in_both_languages() -> None:
    found = by_stage(matrix(stage_position=[4.0, np.nan, 0.0, 4.0]), GRADES)
    assert counted(found) == {"Target": 1, "Near won": 2, "not recorded": 1}
    assert [rows.name.zh for rows in found] == [GRADES.stages[0].name.zh, GRADES.stages[4].name.zh, "未记录"]


def test_what_no_row_has_recorded_makes_no_segments() -> None:
    assert by_stage(matrix(stage_position=[np.nan]), GRADES) == []
    assert by_region(matrix(region=pd.Categorical([None])), GRADES) == []  # type: ignore[arg-type]
    assert by_amount(amounts(np.nan)) == []
    none = matrix(stage_position=[], region=[], log_amount=[])
    assert by_stage(none, GRADES) == by_region(none, GRADES) == by_amount(none) == []


def test_regions_are_sorted_by_opportunities_not_rows() -> None:
    X = matrix(region=["north"] * 5 + ["south", "south"], opportunity=[*"AAAAA", *"BC"])
    assert counted(by_region(X, GRADES)) == {"south": 2, "north": 5}


def test_small_regions_are_put_together_and_blank_ones_are_not_recorded() -> None:
    many = [f"region {number:02}" for number in range(MOST_REGIONS)]
    found = by_region(matrix(region=[*many, *many, "alone", "lonely", "  ", None]), GRADES)
    assert len(found) == MOST_REGIONS + 2
    assert list(counted(found).items())[-2:] == [("2 other regions", 2), ("not recorded", 2)]


def test_bands_have_as_many_opportunities_not_rows() -> None:
    values, own = [10.0] * 20 + [20.0, 3000.0, 4000.0, 500_000.0, 600_000.0], [*"A" * 20, *"BCDEF"]
    assert counted(by_amount(amounts(*values, opportunity=own))) == {  # type: ignore[arg-type]
        "up to 2,000": 21,
        "over 2,000 up to 170,000": 2,
        "over 170,000": 2,
    }


def test_an_amount_on_the_bound_is_below_it_and_missing_ones_have_their_own_band() -> None:
    found = by_amount(amounts(100, 100, 100, 100, 200, np.nan))
    assert counted(found) == {"up to 100": 4, "over 100": 1, "not recorded": 1}
    assert [rows.name.zh for rows in found] == ["不超过100", "超过100", "未记录"]


@given(st.lists(st.floats(0, 1e12) | st.just(np.nan), min_size=1, max_size=40))
def test_every_row_is_in_one_band(values: list[float]) -> None:
    found = by_amount(amounts(*values))
    if not np.isnan(values).all():
        assert (np.sum([rows.chosen for rows in found], axis=0) == 1).all()
    assert len(found) <= BANDS + 1
