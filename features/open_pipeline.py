"""The open pipeline: the opportunities open at a moment alone, in parts that each answer for themselves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import get_args

import numpy as np
import pandas as pd

from winprob.features.contract import OPPORTUNITIES
from winprob.features.history import History
from winprob.features.instant import Instant, microsecond
from winprob.features.recorded_table import OWNER, RecordedTable
from winprob.features.timeline import Floats, Integers
from winprob.features.track_record import COUNTS, Whose, track_record


def open_pipeline(history: History, at: Instant) -> History:
    """Keep the opportunities that are open at a moment, with what the others say of them.

    Parameters
    ----------
    history : History
    at : str, datetime or pandas.Timestamp
        The moment, as `winprob.features.history.History.moment` reads it.

    Returns
    -------
    History
        Of these alone, in their order. The track records of their customers, sellers and teams are stated as
        they stood then: counted over all opportunities, so that each part of it can do without the rest.

    Examples
    --------
    >>> from winprob.features.playbook import load_playbook
    >>> begin, end = pd.to_datetime(["2026-01-05", "2026-02-05"], utc=True)
    >>> history = History.of(load_playbook(), {"opportunities": pd.DataFrame({
    ...     "opportunity_id": ["A", "B"], "created_at": [begin, begin], "closed_at": [end, pd.NaT],
    ...     "outcome": ["won", None], "customer_id": ["C", "C"]})})
    >>> pipeline = open_pipeline(history, "2026-03-31")
    >>> len(pipeline), pipeline.track_records["customer_won"].tolist()
    (1, [1.0])
    """
    moment = history.moment(at)
    which = history.open_at(moment)
    if history.track_records is None:
        stated = track_records(history, which, moment)
    else:
        stated = history.track_records.iloc[which].reset_index(drop=True)
    flags = np.zeros(len(history), bool)
    flags[which] = True
    return replace(history.keep(flags), track_records=stated)


def track_records(history: History, opportunity: Integers, at: pd.Timestamp) -> pd.DataFrame:
    """Count past wins, losses and open opportunities of customers, sellers and teams.

    Parameters
    ----------
    history : History
        Counted over its opportunities.
    opportunity : numpy.ndarray of int64, shape (n,)
        Numbers of the opportunities whose customers, sellers and teams they are.
    at : pandas.Timestamp
        The moment, in UTC.

    Returns
    -------
    pandas.DataFrame of float64, shape (n, 9)
        ``customer_won``, ``customer_lost``, ``customer_open`` and so on; missing where it is not known whose.

    Examples
    --------
    ``track_records(history, history.open_at(at), history.moment(at))``
    """
    moment = np.repeat(microsecond(at), len(opportunity))
    found: dict[str, Floats] = {}
    for whose in get_args(Whose):
        record = track_record(history, whose, opportunity, moment)
        found |= {f"{whose}_{count}": getattr(record, count) for count in COUNTS}
    return pd.DataFrame(found)


def in_parts(pipeline: History, size: int) -> Iterator[History]:
    """Cut a history whose track records are stated into parts of consecutive opportunities.

    Parameters
    ----------
    pipeline : History
        As `open_pipeline` gives it.
    size : int
        Opportunities in a part; the last has what is left.

    Yields
    ------
    History

    Examples
    --------
    >>> from winprob.features.playbook import load_playbook
    >>> begin = pd.Timestamp("2026-01-05", tz="UTC")
    >>> history = History.of(load_playbook(), {"opportunities": pd.DataFrame(
    ...     {"opportunity_id": ["A", "B", "C"], "created_at": [begin] * 3})})
    >>> [part.opportunities["opportunity_id"].tolist() for part in in_parts(open_pipeline(history, begin), 2)]
    [['A', 'B'], ['C']]
    """
    # Rows of one opportunity keep their order among themselves.
    tables = {
        name: pipeline.tables[name].take(np.argsort(pipeline.owners(name), kind="stable"))
        for name in pipeline.recorded
    }
    for begin in range(0, len(pipeline), size):
        yield _part(pipeline, slice(begin, min(begin + size, len(pipeline))), tables)


def _part(pipeline: History, which: slice, sorted_tables: dict[str, RecordedTable]) -> History:
    tables = {OPPORTUNITIES: pipeline.tables[OPPORTUNITIES].take(which)}
    for name, table in sorted_tables.items():
        first, end = np.searchsorted(table.owners, [which.start, which.stop])
        own = table.take(slice(first, end))
        tables[name] = own.with_columns({OWNER: own.owners - which.start})
    stated = pipeline.track_records
    return replace(
        pipeline,
        tables=tables,
        recorded={name: flags[which] for name, flags in pipeline.recorded.items()},
        track_records=None if stated is None else stated.iloc[which].reset_index(drop=True),
    )
