"""The matrix as arrays, and as the table that people get."""

from __future__ import annotations

import numpy as np
import pandas as pd
from pandas.testing import assert_frame_equal
from small import history

from winprob.features.build import build, compute, open_snapshots
from winprob.features.instant import microseconds
from winprob.features.matrix import Matrix
from winprob.features.texts import Texts


def test_its_frame_is_what_build_gives() -> None:
    found = history(opportunities=[{"opportunity_id": name, "region": name} for name in "BAC"])
    snapshots = open_snapshots(found)
    matrix = compute(found, snapshots["opportunity"].to_numpy(), microseconds(snapshots["at"]))
    whole = build(found, snapshots=snapshots)
    assert_frame_equal(matrix.frame, whole)
    assert len(matrix) == 3
    assert matrix.ids == ["B", "A", "C"]
    assert matrix.index.equals(whole.index)
    head = matrix.take(np.arange(2)).select(["region", "age"])
    assert head.frame["region"].tolist() == ["B", "A"]
    assert head.frame["age"].equals(whole["age"][:2])


def test_texts_keep_their_vocabulary() -> None:
    matrix = Matrix({"region": Texts.of(["b", None, "a"])}, list("XYZ"), np.zeros(3, np.int64))
    frame = matrix.take(np.arange(1)).frame
    assert frame["region"].cat.categories.tolist() == ["a", "b"]
    assert frame.index.get_level_values("as_of")[0] == pd.Timestamp(0, tz="UTC")
