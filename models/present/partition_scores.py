"""Score tables of a history in partitions, each scored by itself, here or on another machine."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from winprob.features.breach import Breach, InvalidHistory
from winprob.features.notice import Notice
from winprob.features.open_pipeline import in_parts, open_pipeline
from winprob.features.partitions import Partition, notices_of_partitions
from winprob.features.row_order import tie_notices
from winprob.features.span import Span, Times, plan_notices, recorded_times
from winprob.models.bundle.bundle import Bundle
from winprob.models.bundle.scoring import unrecorded_notices
from winprob.models.present.score_table import (
    PART,
    ScoredPart,
    ScoreRequest,
    no_scores,
    score_part,
)


@dataclass(frozen=True)
class PartitionScores:
    """What was found of a partition.

    Attributes
    ----------
    key : str
        Of the partition.
    parts : tuple of ScoredPart
        Its rows, in their order; none if it breaks the contract, or nothing in it is open.
    notices : tuple of Notice
        What a person should know of it, but for what lies outside the span of the whole history.
    times : mapping of str to numpy.ndarray of int64
        When something was recorded, by what the columns are called, microseconds since 1970 in UTC.
    breaches : tuple of Breach
        Where it breaks the contract.
    """

    key: str
    parts: tuple[ScoredPart, ...] = ()
    notices: tuple[Notice, ...] = ()
    times: Mapping[str, Times] = field(default_factory=dict)
    breaches: tuple[Breach, ...] = ()


def score_partition(bundle: Bundle, partition: Partition, request: ScoreRequest) -> PartitionScores:
    """Score what is open in a partition.

    Parameters
    ----------
    bundle : Bundle
    partition : Partition
        With its track records at the moment of the request.
    request : ScoreRequest
        Made by `winprob.models.present.score_table.score_request`.
    """
    try:
        history = partition.read(bundle.playbook)
    except InvalidHistory as error:
        return PartitionScores(partition.key, breaches=error.breaches)
    waiting = in_parts(open_pipeline(history, request.at), PART)
    parts = tuple(score_part(bundle, part, request) for part in waiting)
    plans = plan_notices(history.tables, history.span)
    notices = (*history.read_notices, *plans, *tie_notices(history.tables, bundle.playbook))
    return PartitionScores(partition.key, parts, notices, recorded_times(history.tables))


def joined(
    bundle: Bundle,
    folder: Path,
    scores: Iterable[PartitionScores],
    request: ScoreRequest,
    notify: Callable[[Notice], object],
) -> Iterator[pd.DataFrame]:
    """Put the scores of partitions together: the score table of the whole history, some rows at a time.

    Parameters
    ----------
    bundle : Bundle
    folder : pathlib.Path
        Of the history, for the message.
    scores : iterable of PartitionScores
        Of every partition, in their order.
    request : ScoreRequest
    notify : callable
        Told at the end what should be known of partitions, once for those in which the same is the case, and
        what the model learned from but none of them has.

    Yields
    ------
    pandas.DataFrame
        As of `winprob.models.present.score_table.score_tables`.

    Raises
    ------
    winprob.features.breach.InvalidHistory
        If partitions break the contract: at the end, with the places of all.
    """
    gone: frozenset[str] | None = None
    breaches: list[Breach] = []
    notices: list[tuple[str, Notice]] = []
    times: dict[str, list[Times]] = {}
    for found in scores:
        breaches += found.breaches
        for name, column in found.times.items():
            times.setdefault(name, []).append(column)
        notices += [(found.key, notice) for notice in found.notices]
        for part in found.parts:
            gone = part.unrecorded if gone is None else gone & part.unrecorded
            yield part.table
    if breaches:
        raise InvalidHistory(str(folder), breaches)
    if gone is None:
        yield no_scores(bundle, request)
    recorded = {name: np.concatenate(columns) for name, columns in times.items()}
    outside = Span.of(recorded).notices(recorded)
    for notice in [*notices_of_partitions(notices), *outside, *unrecorded_notices(bundle, gone or ())]:
        notify(notice)
