"""What changes between two Mondays, written down as rows of the contract's tables."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pandas as pd
from pandas.api.extensions import ExtensionArray

from winprob.features.contract import EVENT_TABLES, TIME_OF
from winprob.training.simulation.calendar import Calendar
from winprob.training.simulation.company import Company
from winprob.training.simulation.deals import Array, Deals
from winprob.training.simulation.vocabulary import CONTACTS

STANCES = np.array(["neutral", "for", "against"])  # at 0, 1 and -1
MOMENTS = 4
"""Minutes of a week that a recorder dates events with: two contacts between the first and the last."""


class Recorder:
    """Keeps the CRM: compares deals on two Mondays and writes the differences into tables.

    Parameters
    ----------
    company : Company
        Meaning of the codes in the state.
    ids : array of str
        `opportunity_id` of each deal's number.
    calendar : Calendar
        Dates plans and expected closes.
    """

    def __init__(self, company: Company, ids: Array, calendar: Calendar) -> None:
        self._company, self._ids, self._calendar = company, ids, calendar
        self._rows: dict[str, list[pd.DataFrame]] = defaultdict(list)

    def record(self, week: int, before: Deals, after: Deals, moments: Array) -> None:
        """Record what happened to deals in one week.

        Parameters
        ----------
        week : int
            Number of the week.
        before, after : Deals
            The same `n` deals on its Monday and on the next; `before` is blank where they are new.
        moments : array of datetime64 (n, MOMENTS)
            Minutes of that week for each deal, in order. Contacts have the middle ones; all else is written
            down at the last, or at the first when the deal is created.
        """
        at = np.where(before.stage < 0, moments[:, 0], moments[:, -1])
        self._record_course(before, after, at)
        self._record_dates(week, before, after, at)
        self._record_buying_group(before, after, at)
        self._record_rivals(before, after, at)
        self._record_answers(before, after, at)
        self._record_contacts(week, after, moments[:, 1:-1])

    def tables(self) -> dict[str, pd.DataFrame]:
        """Give the event tables recorded so far.

        Returns
        -------
        dict of str to pd.DataFrame
            By name, in the contract's order, each sorted by opportunity and time.
        """
        tables = {name: pd.concat(rows, ignore_index=True) for name, rows in self._rows.items()}
        tables["competitors"] = _with_exits(tables["competitors"], tables.pop("exits"))
        return {name: self._finished(name, tables[name]) for name in EVENT_TABLES if name in tables}

    def _finished(self, name: str, table: pd.DataFrame) -> pd.DataFrame:
        table = table.sort_values(["number", TIME_OF[name]], kind="stable", ignore_index=True)
        table.insert(0, "opportunity_id", self._ids[table.pop("number")])
        times = table.select_dtypes("datetime").columns
        return table.assign(**{column: table[column].dt.tz_localize("UTC") for column in times})

    def _note(
        self, table: str, deals: Deals, rows: Array, time: str, at: Array, **columns: Array | ExtensionArray
    ) -> None:
        self._rows[table].append(pd.DataFrame({"number": deals.number[rows], time: at, **columns}))

    def _record_course(self, before: Deals, after: Deals, at: Array) -> None:
        rows = np.flatnonzero(before.stage != after.stage)
        codes = np.array([stage.code for stage in self._company.stages])
        self._note("stage_changes", after, rows, "at", at[rows], stage=codes[after.stage[rows]])
        rows = np.flatnonzero(before.amount != after.amount)
        self._note("amounts", after, rows, "at", at[rows], amount=after.amount[rows])

    def _record_dates(self, week: int, before: Deals, after: Deals, at: Array) -> None:
        rows = np.flatnonzero(before.weeks_to_close - 1 != after.weeks_to_close)
        expected = self._calendar.days(week + 1 + after.weeks_to_close[rows].astype(int))
        self._note("close_dates", after, rows, "at", at[rows], expected_close=expected)

    def _record_buying_group(self, before: Deals, after: Deals, at: Array) -> None:
        changed = ~before.identified | (before.stance != after.stance)
        seats, rows = np.nonzero(after.identified & changed)
        self._note(
            "key_persons",
            after,
            rows,
            "identified_at",
            at[rows],
            person_id=self._persons(after, rows, seats),
            role=np.array([seat.role for seat in self._company.seats])[seats],
            influence=after.influence[seats, rows],
            stance=STANCES[after.stance[seats, rows]],
        )

    def _record_rivals(self, before: Deals, after: Deals, at: Array) -> None:
        names = np.array(self._company.rivals)
        rivals, rows = np.nonzero(after.competing & ~before.competing)
        self._note("competitors", after, rows, "entered_at", at[rows], competitor=names[rivals])
        rivals, rows = np.nonzero(before.competing & ~after.competing)
        self._note("exits", after, rows, "left_at", at[rows], competitor=names[rivals])

    def _record_answers(self, before: Deals, after: Deals, at: Array) -> None:
        items = np.array([question.item for question in self._company.questions])
        questions, rows = np.nonzero(before.scores != after.scores)
        scores = after.scores[questions, rows]
        self._note("assessments", after, rows, "at", at[rows], item=items[questions], score=scores)
        codes = np.array([checkpoint.code for checkpoint in self._company.checkpoints])
        points, rows = np.nonzero(after.met & ~before.met)
        self._note("checkpoints", after, rows, "at", at[rows], checkpoint=codes[points])

    def _record_contacts(self, week: int, after: Deals, moments: Array) -> None:
        """Write the contacts of the week; the last one carries the plan for the next."""
        for slot in (0, 1):
            rows = np.flatnonzero(after.contact_kind[slot] >= 0)
            last = (after.contact_kind[slot + 1 :, rows] < 0).all(axis=0)
            planned_for = week + 1 + after.weeks_to_next[rows].astype(int)
            plan = self._calendar.moments(planned_for, len(rows))[:, 0]
            plan[~(last & after.planned[rows])] = np.datetime64("NaT")
            self._note(
                "activities",
                after,
                rows,
                "at",
                moments[rows, slot],
                kind=np.array(CONTACTS)[after.contact_kind[slot, rows]],
                person_id=self._persons(after, rows, after.contact_person[slot, rows]),
                effective=after.contact_effective[slot, rows],
                next_at=plan,
            )

    def _persons(self, deals: Deals, rows: Array, seats: Array) -> ExtensionArray:
        """Name the person of each seat; nobody in seat -1."""
        ids = self._ids[deals.number[rows]]
        names = [f"{deal}/{seat + 1}" if seat >= 0 else None for deal, seat in zip(ids, seats, strict=True)]
        return pd.array(names, dtype="str")


def _with_exits(entries: pd.DataFrame, exits: pd.DataFrame) -> pd.DataFrame:
    """Join each entry of a rival with the exit that followed, if any: a rival enters and leaves by turns."""
    key = ["number", "competitor"]
    for table in (entries, exits):
        table["turn"] = table.groupby(key).cumcount()
    return entries.merge(exits, how="left", on=[*key, "turn"]).drop(columns="turn")
