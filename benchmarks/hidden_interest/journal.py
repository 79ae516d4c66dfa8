"""What is written down: rows of the contract's tables."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.hidden_interest.states import Array
from winprob.features.contract import EVENT_TABLES, TIME_OF

NOT_YET = np.datetime64("NaT", "us")


class Journal:
    """The CRM of the company: takes rows as they happen and gives tables.

    Parameters
    ----------
    ids : array of str
        `opportunity_id` of each deal's number.
    rivals : tuple of str
        Names of the rivals.

    Examples
    --------
    >>> journal = Journal(np.array(["A", "B"]), ("Nordwerk",))
    >>> journal.note("amounts", np.array([1]), np.array(["2026-01-05T09:00"], "M8[us]"), amount=[5.0])
    >>> journal.tables()["amounts"].to_dict("records")
    [{'opportunity_id': 'B', 'at': Timestamp('2026-01-05 09:00:00+0000', tz='UTC'), 'amount': 5.0}]
    """

    def __init__(self, ids: Array, rivals: tuple[str, ...]) -> None:
        self.ids, self._rivals = ids, rivals
        self._rows: dict[str, list[dict[str, Array]]] = defaultdict(list)
        self._entered = np.full((len(ids), len(rivals)), NOT_YET)

    def note(self, table: str, number: Array, at: Array, **columns: Any) -> None:
        """Write rows.

        Parameters
        ----------
        table : str
            A table of events.
        number : array of int (n,)
            Numbers of the deals.
        at : array of datetime64 (n,)
            When it became known, UTC.
        **columns
            The other columns, one value for all rows or one each.
        """
        if len(number):
            rows = {"number": number, TIME_OF[table]: at, **columns}
            self._rows[table].append({name: np.broadcast_to(rows[name], len(number)) for name in rows})

    def enter(self, rival: int, number: Array, at: Array) -> None:
        """Note that a rival enters deals.

        Parameters
        ----------
        rival : int
            Which rival.
        number : array of int (n,)
            Numbers of the deals.
        at : array of datetime64 (n,)
            When, UTC.
        """
        self._entered[number, rival] = at

    def leave(self, rival: int, number: Array, at: Array) -> None:
        """Note that a rival leaves deals.

        Parameters
        ----------
        rival : int
            Which rival.
        number : array of int (n,)
            Numbers of deals that it has entered.
        at : array of datetime64 (n,)
            When, UTC; missing if it never does.
        """
        entered = self._entered[number, rival]
        self.note("competitors", number, entered, competitor=self._rivals[rival], left_at=at)
        self._entered[number, rival] = NOT_YET

    def tables(self) -> dict[str, pd.DataFrame]:
        """Give the tables; nothing can be written afterwards.

        Returns
        -------
        dict of str to pandas.DataFrame
            In the contract's order, each sorted by opportunity and time; times are UTC.
        """
        for rival in range(len(self._rivals)):
            still_in = np.flatnonzero(~np.isnat(self._entered[:, rival]))
            self.leave(rival, still_in, np.full(len(still_in), NOT_YET))
        return {name: self._table(name) for name in EVENT_TABLES if name in self._rows}

    def _table(self, name: str) -> pd.DataFrame:
        rows = self._rows[name]
        columns = {column: np.concatenate([part[column] for part in rows]) for column in rows[0]}
        table = pd.DataFrame(columns).sort_values(["number", TIME_OF[name]], kind="stable", ignore_index=True)
        table.insert(0, "opportunity_id", self.ids[table.pop("number")])
        times = table.select_dtypes("datetime").columns
        return table.assign(**{column: table[column].dt.tz_localize("UTC") for column in times})
