from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest
from partitions import ROWS, company

from winprob.features.breach import InvalidHistory
from winprob.features.open_pipeline import open_pipeline
from winprob.features.partitions import Partition, Partitions, is_partitioned
from winprob.features.playbook import load_playbook
from winprob.features.reading import read
from winprob.training.digest import digest

AS_OF = "2024-03-04"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return company(tmp_path)[1]


def opened(folder: Path) -> Partitions:
    return Partitions.open(folder, load_playbook())


def first(folder: Path) -> Partition:
    return next(opened(folder).partitions())


def test_the_opportunities_of_all_partitions_are_those_of_the_history(folder: Path) -> None:
    whole = read(folder.parent / "history")
    known = opened(folder)
    pd.testing.assert_frame_equal(known.opportunities.opportunities, whole.opportunities)
    assert known.opportunities.attributes == whole.attributes
    assert list(known.places.items())[1] == ("1", slice(ROWS, 2 * ROWS))
    assert is_partitioned(folder)
    assert not is_partitioned(folder.parent / "history")


def test_all_partitions_are_the_history(folder: Path) -> None:
    whole, known = read(folder.parent / "history"), read(folder)
    assert digest(known) == digest(whole)
    assert known.notices == whole.notices


def test_a_table_that_a_partition_lacks_has_the_rows_of_the_others(folder: Path) -> None:
    shutil.rmtree(folder / "competitors" / "part=0")
    whole = read(folder.parent / "history").events["competitors"]
    assert len(read(folder).events["competitors"]) == (whole["opportunity"] >= ROWS).sum()


def test_what_is_wrong_in_several_partitions_is_listed_together(folder: Path) -> None:
    for key in ("0", "1"):
        (folder / "amounts" / f"part={key}" / "amounts.parquet").write_text("opportunity_id\n")
    with pytest.raises(InvalidHistory) as error:
        read(folder)
    assert [breach.table for breach in error.value.breaches] == [
        f"amounts/part={key}/amounts.parquet" for key in ("0", "1")
    ]


@pytest.mark.parametrize("at", [None, AS_OF])
def test_a_moment_is_that_of_the_history(folder: Path, at: str | None) -> None:
    assert opened(folder).moment(at) == read(folder.parent / "history").moment(at)


def test_track_records_are_counted_over_all_partitions(folder: Path) -> None:
    whole = read(folder.parent / "history")
    at = whole.moment(AS_OF)
    known = opened(folder)
    parts = [open_pipeline(part.read(known.playbook), at) for part in known.partitions(at)]
    together = pd.concat([part.track_records for part in parts], ignore_index=True)
    pd.testing.assert_frame_equal(together, open_pipeline(whole, at).track_records)


def test_a_table_without_rows_in_a_partition_is_kept_there_too(folder: Path) -> None:
    shutil.rmtree(folder / "competitors" / "part=0")
    history = first(folder).read(load_playbook())
    assert history.events["competitors"].empty
    assert history.recorded["competitors"].all()
    assert not history.recorded["buyer_stage_changes"].any()


def test_several_files_are_one_partition(folder: Path) -> None:
    file = folder / "amounts" / "part=0" / "amounts.parquet"
    rows = pd.read_parquet(file, partitioning=None)
    whole = first(folder).read(load_playbook()).events["amounts"]
    rows.iloc[:5].to_parquet(file.with_name("a.parquet"), index=False)
    rows.iloc[5:].to_parquet(file, index=False)
    pd.testing.assert_frame_equal(first(folder).read(load_playbook()).events["amounts"], whole)


def test_an_attribute_is_of_one_kind_in_all_partitions(folder: Path) -> None:
    for number, file in enumerate(sorted((folder / "opportunities").glob("*/*.parquet"))):
        rows = pd.read_parquet(file, partitioning=None)
        rows.assign(size="12" if number else "large").to_parquet(file, index=False)
    kinds = {attribute.name: attribute.kind for attribute in first(folder).read(load_playbook()).attributes}
    assert kinds["size"] == "category"


def test_numbers_are_sorted_by_size_and_before_other_keys(folder: Path) -> None:
    for table in folder.iterdir():
        (table / "part=3").rename(table / "part=b")
        (table / "part=1").rename(table / "part=10")
    assert list(opened(folder).places) == ["0", "2", "4", "10", "b"]


def test_an_id_in_two_partitions_is_refused(folder: Path) -> None:
    shutil.copytree(folder / "opportunities" / "part=0", folder / "opportunities" / "part=9")
    with pytest.raises(InvalidHistory, match="column opportunity_id: expected an id that no other row has"):
        opened(folder)


def test_events_without_opportunities_are_refused(folder: Path) -> None:
    (folder / "amounts" / "part=1").rename(folder / "amounts" / "part=9")
    with pytest.raises(InvalidHistory, match=r"amounts/part=9: expected opportunities of the same partition"):
        opened(folder)


def test_events_in_another_partition_than_their_opportunity_are_refused(folder: Path) -> None:
    file = folder / "amounts" / "part=0" / "amounts.parquet"
    rows = pd.read_parquet(file, partitioning=None).iloc[:1].assign(opportunity_id="X")
    rows.to_parquet(file, index=False)
    expected = r"amounts/part=0, row 1, opportunity X, column opportunity_id: expected an opportunity_id"
    with pytest.raises(InvalidHistory, match=expected):
        first(folder).read(load_playbook())


def test_what_is_no_parquet_file_is_named(folder: Path) -> None:
    (folder / "amounts" / "part=0" / "amounts.parquet").write_text("opportunity_id\n")
    with pytest.raises(InvalidHistory, match=r"amounts/part=0/amounts\.parquet: expected a Parquet file"):
        first(folder).read(load_playbook())


def test_a_partition_without_a_file_is_named(folder: Path) -> None:
    (folder / "opportunities" / "part=1" / "opportunities.parquet").unlink()
    with pytest.raises(InvalidHistory, match=r"opportunities/part=1: expected a Parquet file, found none"):
        opened(folder)


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ("stage_changes", r"stage_changes: expected the folder .*, found only activities, amounts"),
        ("opportunities", r"opportunities: expected a folder part=<key> for each partition, found none"),
    ],
)
def test_a_table_that_is_needed_is_asked_for(folder: Path, table: str, expected: str) -> None:
    shutil.rmtree(folder / table)
    with pytest.raises(InvalidHistory, match=expected):
        opened(folder)


def test_unknown_tables_are_refused_and_undeclared_events_passed_over(folder: Path) -> None:
    (folder / "events_tickets" / "part=0").mkdir(parents=True)
    (folder / "_temporary").mkdir()
    (notice,) = opened(folder).opportunities.read_notices
    assert notice.code == "undeclared_events"
    (folder / "amount").mkdir()
    with pytest.raises(InvalidHistory, match=r"amount: expected one of opportunities, .* an unknown table"):
        opened(folder)
