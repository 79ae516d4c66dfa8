"""The order of rows that are recorded at the same time: it does not depend on the order in a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from winprob.features.contract import EVENTS, column_names, time_of
from winprob.features.notice import Notice
from winprob.features.playbook import Playbook

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


def in_order(name: str, rows: pd.DataFrame, playbook: Playbook) -> pd.DataFrame:
    """Put rows that an opportunity has at the same time into the order in which they count.

    Parameters
    ----------
    name : str
        A table of events.
    rows : pandas.DataFrame
        Its rows, with ``opportunity`` instead of the id.
    playbook : Playbook
        Knows the order of the stages.

    Returns
    -------
    pandas.DataFrame
        The same rows. Those at the same time follow one another by their last column, then by the one before
        it, and so on: stages in the order of the funnel, missing values first. The last one counts.

    Examples
    --------
    >>> from winprob.features.playbook import load_playbook
    >>> day = pd.to_datetime(["2026-01-05"] * 2, utc=True)
    >>> rows = pd.DataFrame({"opportunity": [0, 0], "at": day, "stage": ["intent", "target"]})
    >>> in_order("stage_changes", rows, load_playbook())["stage"].tolist()
    ['target', 'intent']
    """
    keys = ["opportunity", time_of(name)]
    tied = rows.duplicated(keys, keep=False).to_numpy()
    if not tied.any():
        return rows
    slots = np.flatnonzero(tied)
    some = rows.iloc[slots]
    own = _own_columns(name)
    sortable = some[[*keys, *own]].assign(**_positions(name, some, playbook)).reset_index(drop=True)
    by_time = sortable.sort_values(keys, kind="stable", na_position="first").index
    canonical = sortable.sort_values([*keys, *own], kind="stable", na_position="first").index
    order = np.arange(len(rows))
    order[slots[by_time]] = slots[canonical]
    return rows.iloc[order].reset_index(drop=True)


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


def tie_notices(events: Mapping[str, pd.DataFrame], playbook: Playbook) -> Iterator[Notice]:
    """Count the times at which different values were recorded.

    Parameters
    ----------
    events : mapping of str to pandas.DataFrame
        The tables of events of a history.
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
        rows = events[name]
        whose = ["opportunity", time_of(name), *(["item"] if name == "assessments" else [])]
        count = int((rows.drop_duplicates([*whose, column]).groupby(whose).size() > 1).sum())
        if count:
            times = f"{count:,} time{'s' * (count != 1)} at which an opportunity has several"
            remedy = "export the time of day with the date"
            yield Notice("same_time", f"{name}, column {column}", times, f"changed in {rule}", remedy)


def _own_columns(name: str) -> list[str]:
    keys = ("opportunity_id", time_of(name))
    return [column for column in reversed(column_names(name)) if column not in keys]


def _positions(name: str, rows: pd.DataFrame, playbook: Playbook) -> dict[str, pd.Series]:
    """Stages as their places in the funnel."""
    places = _places(name, playbook)
    return {"stage": rows["stage"].map(places).astype("float64")} if places else {}


def _places(name: str, playbook: Playbook) -> dict[str, float]:
    codes = {
        "stage_changes": playbook.stage_codes,
        "buyer_stage_changes": tuple(stage.code for stage in playbook.buyer_stages),
    }
    return {code: float(place) for place, code in enumerate(codes.get(name, ()))}
