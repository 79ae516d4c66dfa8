"""The order of rows that are recorded at the same time: it does not depend on the order in a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from winprob.features.contract import EVENTS, column_names, time_of
from winprob.features.instant import UNKNOWN
from winprob.features.notice import Notice
from winprob.features.playbook import Playbook
from winprob.features.recorded_table import RecordedTable
from winprob.features.texts import Texts
from winprob.features.timeline import Timeline

RULES = {
    "stage_changes": ("stage", "the order of the funnel, the furthest stage last"),
    "buyer_stage_changes": ("stage", "the order of the funnel, the furthest stage last"),
    "amounts": ("amount", "the largest amount last"),
    "close_dates": ("expected_close", "the latest date last"),
    "assessments": ("score", "the best score last"),
}
"""Of each table in which rows follow one another: the column that changes, and which row at a time counts."""


LAST = {"number": "the largest number last", "text": "the order of the alphabet"}
"""The same for tables of events that a playbook declares, by what their values are."""


def in_order(name: str, table: RecordedTable, playbook: Playbook) -> RecordedTable:
    """Put rows that an opportunity has at the same time into the order in which they count.

    Parameters
    ----------
    name : str
        A table of events.
    table : RecordedTable
        Its rows, with ``opportunity`` instead of the id.
    playbook : Playbook
        Knows the order of the stages.

    Returns
    -------
    RecordedTable
        The same rows. Those at the same time follow one another by their last column, then by the one before
        it, and so on: stages in the order of the funnel, missing values first. The last one counts.

    Examples
    --------
    >>> from winprob.features.playbook import load_playbook
    >>> day = pd.to_datetime(["2026-01-05"] * 2, utc=True)
    >>> rows = pd.DataFrame({"opportunity": [0, 0], "at": day, "stage": ["intent", "target"]})
    >>> in_order("stage_changes", RecordedTable.of(rows), load_playbook()).texts("stage").tolist()
    ['target', 'intent']
    """
    timeline = Timeline(table.owners, table.times(time_of(name)))
    again = (np.diff(timeline.group) == 0) & (np.diff(timeline.time) == 0)
    if not again.any():
        return table
    slots = np.sort(timeline.order[np.append(again, False) | np.append(False, again)])
    some = table.take(slots)
    keys = (some.times(time_of(name)), some.owners)
    columns = reversed(_own_columns(name))
    values = [key for column in columns for key in _sort_keys(name, column, some, playbook)]
    order = np.arange(len(table))
    order[slots[np.lexsort(keys)]] = slots[np.lexsort((*values, *keys))]
    return table.take(order)


def row_key(name: str, playbook: Playbook) -> Callable[[Mapping[str, Any]], tuple[Any, ...]]:
    """Give what a few rows of one opportunity are sorted by, so that they stand as `in_order` puts them.

    A table of a few rows takes thousands of times as long to make and to sort as the rows themselves.

    Parameters
    ----------
    name : str
        A table of events.
    playbook : Playbook
        Knows the order of the stages.

    Returns
    -------
    callable
        From a row, missing values as None, to its key: its time, then its columns from the last one on.

    Examples
    --------
    >>> from winprob.features.playbook import load_playbook
    >>> rows = [{"stage": "intent"}, {"stage": "target"}]
    >>> sorted(rows, key=row_key("stage_changes", load_playbook()))
    [{'stage': 'target'}, {'stage': 'intent'}]
    """
    columns = (time_of(name), *_own_columns(name))
    places = _places(name, playbook)

    def key(row: Mapping[str, Any]) -> tuple[Any, ...]:
        values = [row.get(column) for column in columns]
        if places:
            values = [values[0], places.get(str(values[1]))]
        return tuple((value is not None, value) for value in values)

    return key


def tie_notices(tables: Mapping[str, RecordedTable], playbook: Playbook) -> Iterator[Notice]:
    """Count the times at which different values were recorded.

    Parameters
    ----------
    tables : mapping of str to RecordedTable
        Of a history.
    playbook : Playbook
        Knows of which further tables the last value counts.

    Yields
    ------
    Notice
        One for each table that has any.
    """
    last = {f"{EVENTS}{name}": table for name, table in playbook.events.items() if "last" in table.features}
    rules = RULES | {name: (table.values, LAST[table.values]) for name, table in last.items()}
    for name, (column, rule) in rules.items():
        count = _ties(name, tables[name], column)
        if count:
            times = f"{count:,} time{'s' * (count != 1)} at which an opportunity has several"
            remedy = "export the time of day with the date"
            yield Notice("same_time", f"{name}, column {column}", times, f"changed in {rule}", remedy)


def _own_columns(name: str) -> list[str]:
    keys = ("opportunity_id", time_of(name))
    return [column for column in reversed(column_names(name)) if column not in keys]


def _ties(name: str, table: RecordedTable, column: str) -> int:
    """Count the times at which an opportunity, or a risk item of it, has several values."""
    rows = {"owner": table.owners, "time": table.times(time_of(name)), "value": _comparable(table, column)}
    dated = rows["time"] != UNKNOWN
    if name == "assessments":
        rows["item"] = _comparable(table, "item")
        dated &= rows["item"] >= 0
    distinct = pd.DataFrame(rows)[dated].drop_duplicates()
    whose = [key for key in rows if key != "value"]
    return int((distinct.groupby(whose).size() > 1).sum())


def _comparable(table: RecordedTable, column: str) -> npt.NDArray[Any]:
    """Numbers that are alike where the values of a column are."""
    values = table.columns[column]
    return values.codes if isinstance(values, Texts) else values


def _sort_keys(
    name: str, column: str, table: RecordedTable, playbook: Playbook
) -> tuple[npt.NDArray[Any], ...]:
    """What rows are sorted by, missing values first; the last one counts most."""
    places = _places(name, playbook)
    if places and column == "stage":
        return (table.texts(column).positions(tuple(places)),)
    values = _comparable(table, column)
    if values.dtype != np.float64:
        return (values,)
    return np.nan_to_num(values, posinf=np.inf, neginf=-np.inf), ~np.isnan(values)


def _places(name: str, playbook: Playbook) -> dict[str, float]:
    codes = {
        "stage_changes": playbook.stage_codes,
        "buyer_stage_changes": tuple(stage.code for stage in playbook.buyer_stages),
    }
    return {code: float(place) for place, code in enumerate(codes.get(name, ()))}
