from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from bundles import trained_bundle
from partitions import company

from winprob.features.breach import Breach, InvalidHistory
from winprob.features.notice import Notice
from winprob.features.partitions import Partitions
from winprob.features.playbook import load_playbook
from winprob.features.reading import read
from winprob.models.present.partition_scores import PartitionScores, joined, score_partition
from winprob.models.present.score_table import ScoreRequest, score_request, score_table

AS_OF = "2024-03-04"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("company")
    company(place)
    return place


def request(folder: Path) -> ScoreRequest:
    at = Partitions.open(folder / "partitions", load_playbook()).moment(AS_OF)
    return score_request(trained_bundle(), at, "7", explain=True)


def scored(folder: Path) -> list[PartitionScores]:
    asked = request(folder)
    known = Partitions.open(folder / "partitions", load_playbook())
    return [score_partition(trained_bundle(), part, asked) for part in known.partitions(asked.at)]


def told(folder: Path, scores: list[PartitionScores]) -> tuple[pd.DataFrame, list[Notice]]:
    notices: list[Notice] = []
    tables = joined(trained_bundle(), folder, scores, request(folder), notices.append)
    return pd.concat(tables, ignore_index=True), notices


def test_together_they_are_the_table_of_the_whole_history(folder: Path) -> None:
    whole: list[Notice] = []
    history = read(folder / "history")
    expected = score_table(trained_bundle(), history, AS_OF, "7", explain=True, notify=whole.append)
    table, notices = told(folder, scored(folder))
    pd.testing.assert_frame_equal(table, expected, check_exact=True)
    of_all = [notice for notice in (*history.notices, *whole) if notice.code != "same_time"]
    assert [notice for notice in notices if notice.code != "same_time"] == of_all


def test_the_same_of_several_partitions_is_told_once(folder: Path) -> None:
    notice = Notice("missing", "amounts, column amount", "'NULL' in 2 rows", "not recorded", "correct it")
    scores = [replace(found, notices=(notice,)) for found in scored(folder)]
    (first, *_) = told(folder, scores)[1]
    assert first.place == "part=0 (and 4 other partitions): amounts, column amount"
    (only, *_) = told(folder, [scores[0], *(replace(found, notices=()) for found in scores[1:])])[1]
    assert only.place == "part=0: amounts, column amount"


def test_what_is_recorded_in_one_partition_is_not_missing(folder: Path) -> None:
    scores = scored(folder)
    gone = [
        replace(
            found, parts=tuple(part._replace(unrecorded=frozenset({"age", name})) for part in found.parts)
        )
        for found, name in zip(scores, ["pushes", "moves", "moves", "moves", "moves"], strict=True)
    ]
    (notice,) = [notice for notice in told(folder, gone)[1] if notice.code == "unrecorded"]
    assert notice.found == "nothing recorded of age, which the model learned from"


def test_breaches_of_all_partitions_are_told_at_the_end(folder: Path) -> None:
    scores = scored(folder)
    wrong = Breach("amounts/part=1", 1, "A", "amount", "'-1'", "a number not below 0")
    scores[1] = PartitionScores("1", breaches=(wrong,))
    scores[3] = PartitionScores("3", breaches=(replace(wrong, table="amounts/part=3"),))
    with pytest.raises(InvalidHistory) as refused:
        told(folder, scores)
    assert [breach.table for breach in refused.value.breaches] == ["amounts/part=1", "amounts/part=3"]
