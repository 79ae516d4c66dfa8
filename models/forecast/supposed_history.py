"""A history as it would be if something else had been recorded at a moment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import count, islice
from typing import Any

import numpy as np
import pandas as pd

from winprob.features.contract import OPPORTUNITIES, OUTCOMES, time_of
from winprob.features.history import History
from winprob.features.instant import microsecond
from winprob.features.recorded_table import OWNER, RecordedTable, Values
from winprob.features.texts import Texts
from winprob.features.typed_table import complete
from winprob.models.forecast.supposition import Supposition

Row = dict[str, Any]


def supposed_history(history: History, at: pd.Timestamp, supposed: Mapping[str, Supposition]) -> History:
    """Record suppositions as events.

    Parameters
    ----------
    history : History
        Nothing in it is later than the moment; it is not changed.
    at : pandas.Timestamp
        When everything is recorded, in UTC.
    supposed : mapping of str to Supposition
        By opportunity_id, of open opportunities.

    Returns
    -------
    History
        A copy that has a further row for every value. A table that was not kept of an opportunity is kept of
        it now.
    """
    given = [*supposed.values()]
    wanted = history.texts(OPPORTUNITIES, "opportunity_id").positions([*supposed])
    numbers = np.flatnonzero(wanted >= 0)
    numbers = numbers[np.argsort(wanted[numbers])]
    suppositions = {number: given[wanted[number]] for number in numbers.tolist()}
    found = _outcomes(history, at, suppositions)
    found = _departures(found, at, suppositions)
    rows: defaultdict[str, list[Row]] = defaultdict(list)
    for opportunity, supposition in suppositions.items():
        for table, row in _rows(history, opportunity, supposition):
            rows[table].append({OWNER: opportunity, time_of(table): at} | row)
    tables, recorded = dict(found.tables), dict(found.recorded)
    for table, added in rows.items():
        tables[table] = tables[table].followed_by(_typed(table, added))
        recorded[table] = recorded[table].copy()
        recorded[table][[row[OWNER] for row in added]] = True
    return replace(found, tables=tables, recorded=recorded)


def _outcomes(history: History, at: pd.Timestamp, suppositions: Mapping[int, Supposition]) -> History:
    outcomes = {row: each.outcome for row, each in suppositions.items() if each.outcome}
    opportunities = history.tables[OPPORTUNITIES]
    levels = tuple(sorted(OUTCOMES))
    outcome = opportunities.texts("outcome").positions(levels)
    closed = opportunities.times("closed_at").copy()
    outcome[[*outcomes]] = [levels.index(each) for each in outcomes.values()]
    closed[[*outcomes]] = microsecond(at)
    changed: dict[str, Values] = {"outcome": Texts(outcome, levels), "closed_at": closed}
    return history.with_table(OPPORTUNITIES, opportunities.with_columns(changed))


def _departures(history: History, at: pd.Timestamp, suppositions: Mapping[int, Supposition]) -> History:
    competitors, recorded = history.tables["competitors"], history.recorded["competitors"].copy()
    left_at = competitors.times("left_at").copy()
    for opportunity, supposition in suppositions.items():
        if _tells_competitors(supposition):
            present = _present(history, opportunity)
            left_at[present.index[~present.isin(_wanted(present, supposition))]] = microsecond(at)
            recorded[opportunity] = True
    found = history.with_table("competitors", competitors.with_columns({"left_at": left_at}))
    return replace(found, recorded=history.recorded | {"competitors": recorded})


def _rows(history: History, opportunity: int, supposition: Supposition) -> Iterator[tuple[str, Row]]:
    """The rows to be added, each with the name of its table."""
    calendar, close = history.playbook.calendar, supposition.expected_close
    simple: dict[str, Row] = {
        "stage_changes": {"stage": supposition.stage},
        "buyer_stage_changes": {"stage": supposition.buyer_stage},
        "amounts": {"amount": supposition.amount},
        "close_dates": {"expected_close": None if close is None else calendar.since(close)},
    }
    for table, row in simple.items():
        if None not in row.values():
            yield table, row
    for item, score in (supposition.risk_scores or {}).items():
        yield "assessments", {"item": item, "score": score}
    for checkpoint in supposition.checkpoints or ():
        yield "checkpoints", {"checkpoint": checkpoint}
    if _tells_competitors(supposition):
        present = _present(history, opportunity)
        for name in _wanted(present, supposition):
            if name not in set(present):
                yield "competitors", {"competitor": name}


def _tells_competitors(supposition: Supposition) -> bool:
    return supposition.competitors is not None or supposition.competitor_count is not None


def _present(history: History, opportunity: int) -> pd.Series[str]:
    """Competitors in a deal, by the row of the table that says so, the last to come at the end."""
    own = np.flatnonzero(history.owners("competitors") == opportunity)
    rows = history.tables["competitors"].take(own).frame.set_axis(own)
    mine = rows.sort_values("entered_at", kind="stable")
    last = mine.drop_duplicates("competitor", keep="last")
    return last["competitor"][last["left_at"].isna()]


def _wanted(present: pd.Series[str], supposition: Supposition) -> list[str]:
    """Competitors that are to be in a deal."""
    if supposition.competitors is not None:
        return list(dict.fromkeys(supposition.competitors))
    number = supposition.competitor_count or 0
    names = (f"competitor {which}" for which in count(1))
    strangers = (name for name in names if name not in set(present))
    stay = list(present)[:number]
    return stay + list(islice(strangers, number - len(stay)))


def _typed(table: str, rows: list[Row]) -> RecordedTable:
    """Rows as a history holds them."""
    return RecordedTable.of(complete(table, pd.DataFrame(rows)).drop(columns="opportunity_id"))
