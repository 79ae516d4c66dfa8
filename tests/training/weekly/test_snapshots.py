from __future__ import annotations

import time

import numpy as np
import pandas as pd
from histories import histories, times
from hypothesis import given

from winprob.features.build import build
from winprob.features.history import History
from winprob.features.instant import TIME
from winprob.features.playbook import load_playbook
from winprob.training.weekly.snapshots import Snapshots, outcomes, weekly_snapshots


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
    pd.testing.assert_frame_equal(snapshots.rows.drop(columns=list(rows)), outcomes(known, rows))


def test_a_hundred_thousand_opportunities_take_seconds() -> None:
    created = pd.Timestamp("2024-01-01", tz="UTC") + pd.to_timedelta(np.arange(100_000), "h") / 10
    opportunities = pd.DataFrame(
        {"opportunity_id": np.arange(100_000).astype(str), "created_at": created, "outcome": "won"}
    ).assign(closed_at=created + pd.Timedelta(weeks=20))
    history = History.of(load_playbook(), {"opportunities": opportunities})
    start = time.process_time()
    assert len(weekly_snapshots(history, "2030-01-01")) == 2_000_000
    assert time.process_time() - start < 5
