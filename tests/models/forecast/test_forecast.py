from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from bundles import simulated_history, trained_bundle
from histories import START, histories
from hypothesis import given
from hypothesis import strategies as st

from winprob.features.history import History
from winprob.features.mistake import Mistake
from winprob.models.forecast.forecast import Forecast, forecast
from winprob.models.forecast.pipeline import pipeline
from winprob.models.forecast.table import COLUMNS

AS_OF = "2024-04-10T00:00Z"
ADD_UP = [
    "won",
    "expected",
    "open_expected",
    "new_expected",
    "rule_expected",
    "seller_expected",
    "deals",
    "without_amount",
    "commit",
    "best_case",
    "pipeline",
    "omitted",
]


def made(by: str = "quarter", count: int = 2, group: str | None = None, as_of: str = AS_OF) -> Forecast:
    return forecast(pipeline(trained_bundle(), simulated_history(), as_of), by, count, group)


def test_chances_are_what_is_won_by_the_end_of_each_period_and_not_before_it() -> None:
    found = made()
    through = found.pipeline.won_within([82.0, 174.0])  # to the ends of June and September
    np.testing.assert_allclose(found.chances.sum(axis=1), through[:, 1])
    np.testing.assert_allclose(found.chances[:, 0], through[:, 0])


@pytest.mark.parametrize("by", ["week", "month", "quarter"])
@pytest.mark.parametrize("group", ["team", "owner_id"])
def test_groups_add_up_to_the_whole(by: str, group: str) -> None:
    found = made(by, 2, group).table
    keys = ["period_start", "currency"]
    whole = found[found[group].isna()].set_index(keys)[ADD_UP]
    parts = found[found[group].notna()].groupby(keys)[ADD_UP].sum()
    parts = parts.reindex(whole.index, fill_value=0)  # a currency in which no group has anything
    pd.testing.assert_frame_equal(whole, parts, check_dtype=False)


@given(histories(), st.sampled_from(["week", "quarter"]))
def test_any_history_has_a_forecast(history: History, by: str) -> None:
    found = forecast(pipeline(trained_bundle(), history, START + pd.Timedelta(days=100)), by, 2).table
    assert not found.isna().any(axis=None)
    parts = found["won"] + found["open_expected"] + found["new_expected"]
    assert found["expected"].tolist() == parts.tolist()
    ranges = found[["won", "low_95", "low_80", "low_50", "median", "high_50", "high_80", "high_95"]]
    assert (np.diff(ranges.to_numpy(), axis=1) >= -1e-6).all()


def test_expected_adds_up_over_periods_that_follow_each_other() -> None:
    [quarter], months = made("quarter", 1).table["open_expected"][:1], made("month", 3).table
    cny = months[months["currency"] == "CNY"]
    assert cny["open_expected"].sum() == pytest.approx(quarter)


def test_new_business_grows_with_how_far_one_looks() -> None:
    found = made("quarter", 3, as_of="2024-10-01").table
    new = found.loc[found["currency"] == "CNY", "new_expected"].tolist()
    assert 0 < new[0] < new[1]


def test_ranges_hold_the_expectation_and_are_no_wider_than_all_of_it() -> None:
    whole = made().whole
    assert (whole["low_80"] <= whole["expected"]).all()
    assert (whole["expected"] <= whole["high_95"] + 1e-9).all()


def test_the_past_alone_makes_a_forecast() -> None:
    history = simulated_history()
    before = forecast(pipeline(trained_bundle(), history.until(AS_OF), AS_OF), "quarter", 2)
    pd.testing.assert_frame_equal(made().table, before.table)


def test_before_anything_is_recorded_the_table_is_empty_and_whole() -> None:
    found = made(as_of="2020-01-01")
    assert tuple(found.table) == COLUMNS
    assert len(found.table) == 0


def test_dates_are_periods() -> None:
    found = forecast(made().pipeline, [date(2024, 12, 31)])
    assert found.table["period_end"].tolist() == [date(2024, 12, 31)] * len(found.table)
    with pytest.raises(Mistake, match="by: expected dates from 2024-04-10 on, not in the past"):
        forecast(made().pipeline, [date(2024, 3, 31)])


def test_an_unknown_group_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(
        Mistake, match=r"group: expected one of .*team.* \(did you mean 'team'\?\), found 'taem'; choose"
    ):
        made(group="taem")
