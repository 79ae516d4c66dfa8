"""Which features a model is of: its own, whatever else there is by now."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from bundles import simulated_history, trained_bundle
from pandas.testing import assert_frame_equal, assert_series_equal

from winprob.features.attribute import Attribute
from winprob.features.build import build, open_snapshots
from winprob.features.families.timing import FAMILY, TimingView
from winprob.features.message import message
from winprob.features.record import document_of
from winprob.features.timeline import Floats
from winprob.models.bundle.bundle import Bundle
from winprob.models.bundle.scoring import score
from winprob.models.closing.closing_times import ClosingTimes
from winprob.models.coaching.gains import log_odds_added
from winprob.training.fit import train


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return trained_bundle().save(tmp_path / "bundle")


def test_closing_times_of_other_features_are_refused() -> None:
    X, at = (
        pd.DataFrame({"stage_position": [0.0, 1.0]}),
        pd.Series([pd.Timestamp("2026-01-05", tz="UTC")] * 2),
    )
    of_one = ClosingTimes.fit(X, at, [1.0, 2.0], [1.0, 0.0])
    with pytest.raises(ValueError, match=r"found columns that differ in .*; train it on a matrix"):
        replace(trained_bundle(), closing_times=of_one)


def test_a_feature_added_later_makes_no_bundle_unusable(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = trained_bundle()
    history = simulated_history()
    moments = open_snapshots(history, "2024-06-03")
    expected = score(before, history, moments)
    monkeypatch.setitem(vars(FAMILY), "declared", list(FAMILY.declared))

    @FAMILY.feature(message("weather"))
    def weather(view: TimingView) -> Floats:
        """Degrees, all the same."""
        return np.full(len(view.opportunity), 20.0)

    assert "weather" in build(history, snapshots=moments)
    read = Bundle.load(folder)
    after = score(read, history, moments)
    assert_series_equal(after.probability, expected.probability, check_exact=True)
    assert_frame_equal(after.features, expected.features)
    assert [feature.name for feature in read.features] == list(before.manifest.features)
    documents = [document_of(history, int(row), history.last_event) for row in moments["opportunity"][:3]]
    assert log_odds_added(read, documents) == log_odds_added(before, documents)
    assert len(train(history).features.columns) == len(read.features) + 1


def test_a_model_of_other_features_makes_no_bundle() -> None:
    bundle = trained_bundle()
    more = replace(bundle, attributes=(*bundle.attributes, Attribute("colour", "category")))
    assert [one.digest for one in more.features] == [one.digest for one in bundle.features]
    with pytest.raises(ValueError, match=r"and its \d attributes, found columns that differ in attribute\."):
        replace(bundle, attributes=bundle.attributes[:-1])
