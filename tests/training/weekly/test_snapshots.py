from __future__ import annotations

import time

import numpy as np
import pandas as pd
import pytest
from histories import histories, times
from hypothesis import given
from hypothesis import strategies as st

from winprob.features.build import build
from winprob.features.history import History
from winprob.features.instant import TIME
from winprob.features.playbook import load_playbook
from winprob.training.weekly.snapshots import Snapshots, outcomes, thinned, weekly_snapshots


@given(histories(), times)
def test_moments_are_the_mondays_while_an_opportunity_is_open(history: History, until: pd.Timestamp) -> None:
    mondays = pd.date_range(pd.Timestamp("2024-12-30", tz="UTC"), until, freq="W-MON")
    slow = [(int(row), monday) for monday in mondays for row in history.open_at(monday)]
    rows = weekly_snapshots(history, until)
    assert list(rows.itertuples(index=False, name=None)) == sorted(slow)
    assert rows.dtypes.astype(str).to_dict() == {"opportunity": "int64", "at": TIME}


@given(histories(), times)
def test_outcomes_are_those_of_the_opportunity(history: History, until: pd.Timestamp) -> None:
    rows = weekly_snapshots(history, until)
    known = outcomes(history, rows)
    for (opportunity, at), outcome in zip(rows.to_numpy().tolist(), known.itertuples(), strict=True):
        own = history.opportunities.iloc[opportunity]
        if pd.isna(own["closed_at"]):
            assert np.isnan(outcome.won)
            assert np.isnan(outcome.days)
        else:
            assert outcome.won == (own["outcome"] == "won")
            assert outcome.days == (own["closed_at"] - at) / pd.Timedelta(days=1)


@given(histories(), times)
def test_each_snapshot_has_its_row_of_the_matrix(history: History, until: pd.Timestamp) -> None:
    snapshots = Snapshots.weekly(history, until)
    known = history.until(until)
    assert (snapshots.end, len(snapshots)) == (until, len(snapshots.X))
    rows = snapshots.rows[["opportunity", "at"]]
    pd.testing.assert_frame_equal(snapshots.X, build(known, snapshots=rows))
    told = snapshots.rows.drop(columns=[*rows, "stands_for"])
    pd.testing.assert_frame_equal(told, outcomes(known, rows))
    assert (snapshots.rows["stands_for"] == 1).all()


@given(st.lists(st.integers(0, 9), max_size=8), st.integers(1, 40))
def test_every_so_many_weeks_of_each_opportunity_are_taken(weeks: list[int], most: int) -> None:
    opportunity = np.repeat(np.arange(len(weeks)), weeks)
    week = np.concatenate([np.arange(number) for number in [0, *weeks]])
    at = pd.Timestamp("2026-01-05", tz="UTC") + pd.to_timedelta(7 * week, "D")
    listed = pd.DataFrame({"opportunity": opportunity, "at": at})
    every = next(every for every in range(1, 99) if every * most >= len(listed))
    expected = [
        (own, moment, max(1.0, every / weeks[own]))
        for own, moment, number in zip(opportunity, at, week, strict=True)
        if (own + number) % every == 0
    ]
    taken = thinned(listed, most)
    assert list(taken.itertuples(index=False, name=None)) == expected


@pytest.mark.parametrize("weeks", [1, 3, 7, 8, 30])
def test_opportunities_stand_for_as_many_as_there_are(weeks: int) -> None:
    at = pd.Timestamp("2026-01-05", tz="UTC") + pd.to_timedelta(7 * np.tile(np.arange(weeks), 80), "D")
    listed = pd.DataFrame({"opportunity": np.repeat(np.arange(80), weeks), "at": at})
    taken = thinned(listed, len(listed) // 8)
    assert len(taken) == len(listed) / 8
    assert taken.groupby("opportunity")["stands_for"].first().sum() == pytest.approx(80)


def test_a_hundred_thousand_opportunities_take_seconds() -> None:
    created = pd.Timestamp("2024-01-01", tz="UTC") + pd.to_timedelta(np.arange(100_000), "h") / 10
    opportunities = pd.DataFrame(
        {"opportunity_id": np.arange(100_000).astype(str), "created_at": created, "outcome": "won"}
    ).assign(closed_at=created + pd.Timedelta(weeks=20))
    history = History.of(load_playbook(), {"opportunities": opportunities})
    start = time.process_time()
    assert len(weekly_snapshots(history, "2030-01-01")) == 2_000_000
    assert time.process_time() - start < 5
