"""Partitions scored by two workers, in processes of their own: the same file, byte for byte."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import distributed
import pytest
from command import verb
from partitions import company

from winprob.features.mistake import Mistake

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    """Address of a scheduler with two workers."""
    workers = distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    )
    with workers:
        yield workers.scheduler_address


@pytest.mark.parametrize("options", [[], ["--as-of", "2024-03-04", "--explain", "--by", "2024-12-31"]])
def test_two_workers_give_the_file_of_one_process(tmp_path: Path, scheduler: str, options: list[str]) -> None:
    history, partitions, bundle = company(tmp_path)
    written = []
    for name, place, engine in (
        ("one.csv", history, []),
        ("two.csv", partitions, ["--engine", "dask", "--scheduler", scheduler]),
    ):
        arguments = ["--out", str(tmp_path / name), "--model", str(bundle), *options, *engine]
        done = verb("score", str(place), *arguments)
        assert done.exit_code == 0, done.output
        written.append((tmp_path / name).read_bytes())
    assert written[0] == written[1]


def test_where_no_scheduler_answers_it_says_how_to_start_one() -> None:
    from winprob.dask_engine import cluster

    with (
        pytest.raises(Mistake, match=r"found tcp://127\.0\.0\.1:1, where none answers"),
        cluster("tcp://127.0.0.1:1"),
    ):
        raise AssertionError("nothing is there")
