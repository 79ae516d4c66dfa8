"""A history: the tables of the contract in memory, typed, valid and ready for the timeline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from features.contract import EVENT_TABLES, TABLES, TIME_OF, Column, column_names
from features.instant import NEVER, TIME, UNKNOWN, Instant, instant, microseconds
from features.playbook import Playbook

Flags = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Attribute:
    """A column of ``opportunities`` that the contract does not name.

    Attributes
    ----------
    name : str
        The column's name.
    kind : {"number", "category"}
        How its values are read.

    Examples
    --------
    >>> Attribute("company_size", "category").kind
    'category'
    """

    name: str
    kind: Literal["number", "category"]


@dataclass(frozen=True)
class History:
    """Opportunities and everything recorded about them, in UTC.

    Attributes
    ----------
    playbook : Playbook
        Gives the codes in the tables their meaning.
    opportunities : pandas.DataFrame
        One row per opportunity, numbered from 0: all columns of the contract, then the attributes.
    events : dict of str to pandas.DataFrame
        Every other table of the contract. Instead of ``opportunity_id`` each has ``opportunity``, the row
        number in `opportunities`. A row whose time is missing was known before anything else, since an
        unknown time: only documents of a CRM that keeps just today's values have such rows.
    recorded : dict of str to numpy.ndarray of bool
        For each table of events, whether it is kept at all for each opportunity. What is not recorded is
        missing, never zero.
    attributes : tuple of Attribute
        The columns of `opportunities` beyond the contract.
    track_records : pandas.DataFrame, optional
        What a document states of past wins and losses; `None` where they are counted from `opportunities`.
    ignored : dict of str to int
        Rows recorded after their opportunity was closed, by table: left out and counted.

    Examples
    --------
    >>> from features.playbook import load_playbook
    >>> day = pd.Timestamp("2026-01-05", tz="UTC")
    >>> history = History.of(load_playbook(), {"opportunities": pd.DataFrame(
    ...     {"opportunity_id": ["A", "B"], "created_at": [day, day], "size": [3.0, 4.0]})})
    >>> len(history), history.attributes
    (2, (Attribute(name='size', kind='number'),))
    """

    playbook: Playbook
    opportunities: pd.DataFrame
    events: dict[str, pd.DataFrame]
    recorded: dict[str, Flags]
    attributes: tuple[Attribute, ...] = ()
    track_records: pd.DataFrame | None = None
    ignored: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, playbook: Playbook, tables: Mapping[str, pd.DataFrame]) -> History:
        """Make a history of valid tables with ``opportunity_id`` and times in UTC.

        Parameters
        ----------
        playbook : Playbook
            The codes used in the tables.
        tables : mapping of str to pandas.DataFrame
            Tables by their name in the contract; those left out count as not recorded.

        Returns
        -------
        History
            Without the rows recorded after an opportunity was closed.

        Examples
        --------
        See `History`.
        """
        opportunities = complete("opportunities", tables["opportunities"]).reset_index(drop=True)
        numbers = pd.Index(opportunities["opportunity_id"])
        closed = microseconds(opportunities["closed_at"])
        closed = np.where(closed == UNKNOWN, NEVER, closed)
        events, recorded, ignored = {}, {}, {}
        for name in EVENT_TABLES:
            recorded[name] = np.full(len(opportunities), name in tables)
            rows = complete(name, tables.get(name, pd.DataFrame()))
            owner = numbers.get_indexer(pd.Index(rows.pop("opportunity_id"))).astype(np.int64)
            rows.insert(0, "opportunity", owner)
            late = microseconds(rows[TIME_OF[name]]) > closed[owner]
            events[name] = rows[~late].reset_index(drop=True)
            if late.any():
                ignored[name] = int(late.sum())
        return cls(playbook, opportunities, events, recorded, _attributes(opportunities), ignored=ignored)

    def __len__(self) -> int:
        """Count the opportunities."""
        return len(self.opportunities)

    @property
    def last_event(self) -> pd.Timestamp:
        """Time of the last thing recorded, in UTC; plans (next contact, expected close) do not count.

        Raises
        ------
        ValueError
            If there are no opportunities.
        """
        if not len(self):
            raise ValueError(
                "expected a history with opportunities, found one without any: choose a later moment"
            )
        times = [self.opportunities["created_at"].max(), self.opportunities["closed_at"].max()]
        times += [rows[TIME_OF[name]].max() for name, rows in self.events.items()]
        times.append(self.events["competitors"]["left_at"].max())
        last: pd.Timestamp = max(time for time in times if not pd.isna(time))
        return last

    def open_at(self, at: Instant) -> Rows:
        """Row numbers of the opportunities open at a moment: created by then and not closed by then.

        Parameters
        ----------
        at : str, datetime or pandas.Timestamp
            The moment; UTC if it says no zone.

        Returns
        -------
        numpy.ndarray of int64, shape (n_open,)

        Examples
        --------
        >>> from features.playbook import load_playbook
        >>> created = pd.to_datetime(pd.Series(["2026-01-05", "2026-02-05"]), utc=True)
        >>> history = History.of(load_playbook(), {"opportunities": pd.DataFrame(
        ...     {"opportunity_id": ["A", "B"], "created_at": created})})
        >>> history.open_at("2026-01-31").tolist()
        [0]
        """
        moment = instant(at)
        closed = self.opportunities["closed_at"]
        is_open = (self.opportunities["created_at"] <= moment) & (closed.isna() | (closed > moment))
        return np.flatnonzero(is_open).astype(np.int64)

    def until(self, at: Instant) -> History:
        """The history as it stood at a moment, as if nothing later had been recorded.

        Parameters
        ----------
        at : str, datetime or pandas.Timestamp
            The moment; UTC if it says no zone.

        Returns
        -------
        History
            The opportunities created by then, numbered anew; who closed later is open.

        Examples
        --------
        >>> from features.playbook import load_playbook
        >>> begin, end = pd.to_datetime(["2026-01-05", "2026-02-05"], utc=True)
        >>> history = History.of(load_playbook(), {"opportunities": pd.DataFrame(
        ...     {"opportunity_id": ["A"], "created_at": [begin], "closed_at": [end], "outcome": ["won"]})})
        >>> history.until("2026-01-31").opportunities["outcome"].isna().tolist()
        [True]
        """
        moment = instant(at)
        known = (self.opportunities["created_at"] <= moment).to_numpy()
        opportunities = self.opportunities[known].reset_index(drop=True)
        still_open = ~(opportunities["closed_at"] <= moment)
        opportunities["closed_at"] = opportunities["closed_at"].mask(still_open)
        opportunities["outcome"] = opportunities["outcome"].mask(still_open)
        number = np.cumsum(known) - 1
        events = {}
        for name, rows in self.events.items():
            owner = rows["opportunity"].to_numpy()
            kept = rows[known[owner] & ~(rows[TIME_OF[name]] > moment).to_numpy()].reset_index(drop=True)
            events[name] = kept.assign(opportunity=number[kept["opportunity"].to_numpy()])
        competitors = events["competitors"]
        competitors["left_at"] = competitors["left_at"].mask(competitors["left_at"] > moment)
        recorded = {name: flags[known] for name, flags in self.recorded.items()}
        return History(self.playbook, opportunities, events, recorded, self.attributes)


def complete(table: str, rows: pd.DataFrame) -> pd.DataFrame:
    """All columns of the contract in its order, missing where the table lacks them, then its own.

    Parameters
    ----------
    table : str
        A key of `features.contract.TABLES`.
    rows : pandas.DataFrame
        The table with any of its columns.

    Returns
    -------
    pandas.DataFrame
        Each column of the contract in its type: times datetime64[us, UTC], numbers float64, flags boolean,
        everything else text.

    Examples
    --------
    >>> complete("amounts", pd.DataFrame({"opportunity_id": ["A"], "amount": [1]})).columns.tolist()
    ['opportunity_id', 'at', 'amount']
    """
    names = column_names(table)
    columns = {
        column.name: rows[column.name].astype(_dtype(column))
        if column.name in rows
        else pd.Series(index=rows.index, dtype=_dtype(column))
        for column in TABLES[table]
    }
    return pd.DataFrame(columns | {name: rows[name] for name in rows if name not in names}, index=rows.index)


def typed(values: Sequence[Any], column: Column) -> pd.api.extensions.ExtensionArray:
    """Convert the values of a column of the contract to the type in which a history holds them.

    Parameters
    ----------
    values : sequence
        Missing as None.
    column : Column
        What the values are.

    Returns
    -------
    pandas array

    Examples
    --------
    >>> typed([1, None], Column("amount", "number")).isna().tolist()
    [False, True]
    """
    dtype: Any = _dtype(column)
    array: pd.api.extensions.ExtensionArray = pd.array(values, dtype=dtype)
    return array


def _dtype(column: Column) -> pd.api.extensions.ExtensionDtype | np.dtype[Any]:
    named = {"time": TIME, "number": "float64", "flag": "boolean"}
    return pd.api.types.pandas_dtype(named.get(column.kind, "str"))


def _attributes(opportunities: pd.DataFrame) -> tuple[Attribute, ...]:
    own = [name for name in opportunities if name not in column_names("opportunities")]
    return tuple(
        Attribute(str(name), "number" if pd.api.types.is_numeric_dtype(opportunities[name]) else "category")
        for name in own
    )
