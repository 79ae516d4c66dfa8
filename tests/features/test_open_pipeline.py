from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from bundles import simulated_history

from winprob.features.build import build, open_snapshots
from winprob.features.history import History
from winprob.features.open_pipeline import in_parts, open_pipeline

AS_OF = "2024-03-04"


def snapshots(history: History) -> pd.DataFrame:
    at = history.moment(AS_OF)
    return pd.DataFrame({"opportunity": np.arange(len(history)), "at": pd.Series([at] * len(history))})


@pytest.mark.parametrize("size", [1, 7, 10_000])
def test_parts_have_the_features_that_they_have_in_the_whole_history(size: int) -> None:
    history = simulated_history()
    whole = build(history, AS_OF)
    parts = [build(part, snapshots=snapshots(part)) for part in in_parts(open_pipeline(history, AS_OF), size)]
    assert [len(part) for part in parts[:-1]] == [size] * (len(parts) - 1)
    together = pd.concat([part.astype("object") for part in parts])
    pd.testing.assert_frame_equal(together, whole.astype("object"))


def test_rows_in_any_order_give_the_same_parts() -> None:
    history = simulated_history()
    random = np.random.default_rng(0)
    tables = {name: rows.sample(frac=1, random_state=random) for name, rows in history.events.items()}
    ids = history.opportunities["opportunity_id"]
    given = {
        name: rows.assign(opportunity_id=ids.take(rows["opportunity"]).to_numpy()).drop(columns="opportunity")
        for name, rows in tables.items()
    }
    mixed = History.of(history.playbook, {"opportunities": history.opportunities, **given})
    for part, other in zip(
        in_parts(open_pipeline(history, AS_OF), 7), in_parts(open_pipeline(mixed, AS_OF), 7), strict=True
    ):
        pd.testing.assert_frame_equal(
            build(part, snapshots=snapshots(part)), build(other, snapshots=snapshots(other))
        )


def test_track_records_that_are_stated_stay_as_they_are() -> None:
    pipeline = open_pipeline(simulated_history(), AS_OF)
    again = open_pipeline(pipeline, AS_OF)
    pd.testing.assert_frame_equal(again.track_records, pipeline.track_records)


def test_without_an_open_opportunity_there_is_no_part() -> None:
    history = simulated_history()
    before = history.first_creation - pd.Timedelta(days=1)
    assert open_snapshots(history, before).empty
    assert list(in_parts(open_pipeline(history, before), 5)) == []
