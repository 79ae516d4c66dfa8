"""The score table of a history, as it comes: from files or partitions, here or by a cluster."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd
import typer

from winprob.features.partitions import Partition, Partitions, is_partitioned
from winprob.models.present.partition_scores import joined, score_partition
from winprob.models.present.score_table import ScoreRequest, score_request, score_tables
from winprob.options import Engine
from winprob.serving.load.served_model import ServedModel
from winprob.terminal import notify, read_history


@dataclass(frozen=True)
class Asked:
    """What ``winprob score`` was asked for.

    Attributes
    ----------
    history : pathlib.Path
        A history folder, or one in partitions.
    as_of : str, optional
        The moment.
    explain : bool
        Whether contributions are to be told.
    by : sequence of datetime.date
        Dates to be won by.
    engine : {"local", "dask"}
        What scores partitions.
    scheduler : str, optional
        Address of a Dask scheduler.
    """

    history: Path
    as_of: str | None
    explain: bool
    by: Sequence[date]
    engine: Engine
    scheduler: str | None


@contextmanager
def scored(served: ServedModel, asked: Asked) -> Iterator[tuple[Iterator[pd.DataFrame], int]]:
    """Read a history, and score it as its rows are taken.

    Yields
    ------
    tables : iterator of pandas.DataFrame
        See `winprob.models.present.score_table.score_tables`.
    rows : int
        How many there will be.
    """
    if is_partitioned(asked.history):
        with _scored_partitions(served, asked) as found:
            yield found
        return
    if asked.engine == "dask":
        raise typer.BadParameter(
            f"expected a history in partitions, found {asked.history} without a folder opportunities/part=…; "
            "make one with: winprob partition",
            param_hint="--engine dask",
        )
    known = read_history(asked.history, served.bundle.playbook)
    request = _request(served, asked, known.moment(asked.as_of))
    yield score_tables(served.bundle, known, request, notify), len(known.open_at(request.at))


@contextmanager
def _scored_partitions(served: ServedModel, asked: Asked) -> Iterator[tuple[Iterator[pd.DataFrame], int]]:
    bundle = served.bundle
    known = Partitions.open(asked.history, bundle.playbook)
    for notice in known.opportunities.read_notices:
        notify(notice)
    request = _request(served, asked, known.moment(asked.as_of))
    rows = len(known.opportunities.open_at(request.at))
    partitions: Iterator[Partition] = known.partitions(request.at)
    if asked.engine == "local":
        here = (score_partition(bundle, partition, request) for partition in partitions)
        yield joined(bundle, asked.history, here, request, notify), rows
        return
    from winprob.dask_engine import cluster, score_by_workers

    with cluster(asked.scheduler) as client:
        there = score_by_workers(client, bundle, partitions, request)
        yield joined(bundle, asked.history, there, request, notify), rows


def _request(served: ServedModel, asked: Asked, at: pd.Timestamp) -> ScoreRequest:
    return score_request(served.bundle, at, served.version, asked.explain, asked.by)
