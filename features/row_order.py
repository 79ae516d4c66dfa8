"""The order of rows that are recorded at the same time: it does not depend on the order in a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from features.contract import TIME_OF, column_names
from features.notice import Notice
from features.playbook import Playbook

RULES = {
    "stage_changes": ("stage", "the order of the funnel, the furthest stage last"),
    "buyer_stage_changes": ("stage", "the order of the funnel, the furthest stage last"),
    "amounts": ("amount", "the largest amount last"),
    "close_dates": ("expected_close", "the latest date last"),
    "assessments": ("score", "the best score last"),
}
"""Of each table in which rows follow one another: the column that changes, and which row at a time counts."""


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
    >>> from features.playbook import load_playbook
    >>> day = pd.to_datetime(["2026-01-05"] * 2, utc=True)
    >>> rows = pd.DataFrame({"opportunity": [0, 0], "at": day, "stage": ["intent", "target"]})
    >>> in_order("stage_changes", rows, load_playbook())["stage"].tolist()
    ['target', 'intent']
    """
    keys = ["opportunity", TIME_OF[name]]
    tied = rows.duplicated(keys, keep=False).to_numpy()
    if not tied.any():
        return rows
    slots = np.flatnonzero(tied)
    some = rows.iloc[slots]
    own = [column for column in reversed(column_names(name)) if column in rows and column not in keys]
    sortable = some[[*keys, *own]].assign(**_positions(name, some, playbook)).reset_index(drop=True)
    by_time = sortable.sort_values(keys, kind="stable", na_position="first").index
    canonical = sortable.sort_values([*keys, *own], kind="stable", na_position="first").index
    order = np.arange(len(rows))
    order[slots[by_time]] = slots[canonical]
    return rows.iloc[order].reset_index(drop=True)


def tie_notices(events: Mapping[str, pd.DataFrame]) -> Iterator[Notice]:
    """Count the times at which different values were recorded.

    Parameters
    ----------
    events : mapping of str to pandas.DataFrame
        The tables of events of a history.

    Yields
    ------
    Notice
        One for each table that has any.
    """
    for name, (column, rule) in RULES.items():
        rows = events[name]
        whose = ["opportunity", TIME_OF[name], *(["item"] if name == "assessments" else [])]
        count = int((rows.drop_duplicates([*whose, column]).groupby(whose).size() > 1).sum())
        if count:
            times = f"{count:,} time{'s' * (count != 1)} at which an opportunity has several"
            remedy = "export the time of day with the date"
            yield Notice("same_time", f"{name}, column {column}", times, f"changed in {rule}", remedy)


def _positions(name: str, rows: pd.DataFrame, playbook: Playbook) -> dict[str, pd.Series]:
    """Stages as their places in the funnel."""
    if RULES.get(name, ("", ""))[0] != "stage":
        return {}
    codes = playbook.stage_codes
    if name == "buyer_stage_changes":
        codes = tuple(stage.code for stage in playbook.buyer_stages)
    places = {code: float(place) for place, code in enumerate(codes)}
    return {"stage": rows["stage"].map(places).astype("float64")}
