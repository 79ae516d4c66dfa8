"""A history: the tables of the contract in memory, typed, valid and ready for the timeline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import pandas as pd

from winprob.features.attribute import Attribute
from winprob.features.contract import OPPORTUNITIES, column_names, time_of
from winprob.features.event_table import event_tables
from winprob.features.instant import NEVER, UNKNOWN, Instant, instant, microseconds
from winprob.features.notice import Notice
from winprob.features.playbook import Playbook
from winprob.features.row_order import in_order, tie_notices
from winprob.features.span import Span, plan_notices, recorded_times
from winprob.features.texts import Texts
from winprob.features.timeline import Flags, Floats, Integers
from winprob.features.typed_table import complete


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
        Every other table of the contract, then those that the playbook declares. Instead of
        ``opportunity_id`` each has ``opportunity``, the row number in `opportunities`. A row whose time is
        missing was known before anything else, since an unknown time: only documents of a CRM that keeps just
        today's values have such rows.
    recorded : dict of str to numpy.ndarray of bool
        For each table of events, whether it is kept at all for each opportunity. What is not recorded is
        missing, never zero.
    attributes : tuple of Attribute
        The columns of `opportunities` beyond the contract.
    track_records : pandas.DataFrame, optional
        What a document states of past wins and losses; `None` where they are counted from `opportunities`.
    ignored : dict of str to int
        Rows recorded after their opportunity was closed, by table: left out and counted.
    read_notices : tuple of Notice
        What a person should know of how values were read.

    Examples
    --------
    >>> from winprob.features.playbook import load_playbook
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
    read_notices: tuple[Notice, ...] = ()

    @classmethod
    def of(
        cls, playbook: Playbook, tables: Mapping[str, pd.DataFrame], notices: Sequence[Notice] = ()
    ) -> History:
        """Make a history of valid tables with ``opportunity_id`` and times in UTC.

        Parameters
        ----------
        playbook : Playbook
            The codes used in the tables.
        tables : mapping of str to pandas.DataFrame
            Tables by their name in the contract; those left out count as not recorded.
        notices : sequence of Notice
            What a person should know of how values were read.

        Returns
        -------
        History
            Without the rows recorded after an opportunity was closed. Rows at the same time are in
            the order of `winprob.features.row_order.in_order`.
        """
        opportunities = complete("opportunities", tables["opportunities"]).reset_index(drop=True)
        numbers = pd.Index(opportunities["opportunity_id"])
        closed = microseconds(opportunities["closed_at"])
        closed = np.where(closed == UNKNOWN, NEVER, closed)
        events, recorded, ignored = {}, {}, {}
        for name in event_tables(playbook):
            recorded[name] = np.full(len(opportunities), name in tables)
            rows = complete(name, tables.get(name, pd.DataFrame()))
            owner = numbers.get_indexer(pd.Index(rows.pop("opportunity_id"))).astype(np.int64)
            rows.insert(0, "opportunity", owner)
            late = microseconds(rows[time_of(name)]) > closed[owner]
            events[name] = in_order(name, rows[~late].reset_index(drop=True), playbook)
            if late.any():
                ignored[name] = int(late.sum())
        attributes = _attributes(opportunities)
        return cls(
            playbook,
            opportunities,
            events,
            recorded,
            attributes,
            ignored=ignored,
            read_notices=tuple(notices),
        )

    def __len__(self) -> int:
        """Count the opportunities."""
        return len(self.opportunities)

    def ids(self, opportunity: Integers) -> list[str]:
        """The ids of opportunities, by their numbers."""
        found: list[str] = self.opportunities["opportunity_id"].take(opportunity).tolist()
        return found

    def owners(self, table: str) -> Integers:
        """Number of the opportunity that each row of a table of events is of."""
        return self.events[table]["opportunity"].to_numpy(np.int64)

    def numbers(self, table: str, column: str) -> Floats:
        """A column of numbers or flags, missing as NaN."""
        return self._column(table, column).to_numpy(dtype=np.float64, na_value=np.nan)

    def times(self, table: str, column: str) -> Integers:
        """A column of times, in microseconds since 1970 in UTC; `UNKNOWN` where missing."""
        return microseconds(self._column(table, column))

    def texts(self, table: str, column: str) -> Texts:
        """A column of texts."""
        return Texts.of_pandas(self._column(table, column))

    def _column(self, table: str, column: str) -> pd.Series:
        return (self.opportunities if table == OPPORTUNITIES else self.events[table])[column]

    @property
    def stated_counts(self) -> dict[str, Floats] | None:
        """Past wins and losses as documents state them; None where they are counted here."""
        stated = self.track_records
        return None if stated is None else {str(name): stated[name].to_numpy(np.float64) for name in stated}

    @cached_property
    def span(self) -> Span:
        """When what is recorded begins and ends, but for what is implausible.

        Raises
        ------
        ValueError
            If there are no opportunities.
        """
        if not len(self):
            raise ValueError(
                "expected a history with opportunities, found one without any: choose a later moment"
            )
        return Span.of(recorded_times(self.opportunities, self.events))

    @property
    def first_creation(self) -> pd.Timestamp:
        """When the first opportunity was created, but for wrong dates long before all others, in UTC."""
        first: pd.Timestamp = self.opportunities["created_at"][self.learnable].min()
        return first

    @property
    def last_event(self) -> pd.Timestamp:
        """Time of the last thing recorded that is plausible, in UTC; it is "now" where nobody says a moment.

        Plans (next contact, expected close) do not count, nor does what is dated in the future, or far from
        all else. A history without opportunities has none.
        """
        return self.span.last

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What a person should know of this history before its numbers are used."""
        return (
            *self.read_notices,
            *self.span.notices(recorded_times(self.opportunities, self.events)),
            *plan_notices(self.events, self.span),
            *tie_notices(self.events, self.playbook),
        )

    def moment(self, at: Instant | None) -> pd.Timestamp:
        """Read a moment to look at this history.

        Parameters
        ----------
        at : str, datetime or pandas.Timestamp, optional
            Of the company's time zone if it says none, and a date alone is the end of that day;
            `last_event` if left out.

        Returns
        -------
        pandas.Timestamp
            In UTC.
        """
        return self.last_event if at is None else instant(at, self.playbook.reader.zone)

    def open_at(self, at: Instant) -> Integers:
        """Row numbers of the opportunities open at a moment: created by then and not closed by then.

        Parameters
        ----------
        at : str, datetime or pandas.Timestamp
            The moment, as `moment` reads it.

        Returns
        -------
        numpy.ndarray of int64, shape (n_open,)

        Examples
        --------
        >>> from winprob.features.playbook import load_playbook
        >>> created = pd.to_datetime(pd.Series(["2026-01-05", "2026-02-05"]), utc=True)
        >>> history = History.of(load_playbook(), {"opportunities": pd.DataFrame(
        ...     {"opportunity_id": ["A", "B"], "created_at": created})})
        >>> history.open_at("2026-01-31").tolist()
        [0]
        """
        moment = self.moment(at)
        closed = self.opportunities["closed_at"]
        is_open = (self.opportunities["created_at"] <= moment) & (closed.isna() | (closed > moment))
        return np.flatnonzero(is_open).astype(np.int64)

    def until(self, at: Instant) -> History:
        """The history as it stood at a moment, as if nothing later had been recorded.

        Parameters
        ----------
        at : str, datetime or pandas.Timestamp
            The moment, as `moment` reads it.

        Returns
        -------
        History
            The opportunities created by then, numbered anew; who closed later is open.

        Examples
        --------
        >>> from winprob.features.playbook import load_playbook
        >>> begin, end = pd.to_datetime(["2026-01-05", "2026-02-05"], utc=True)
        >>> history = History.of(load_playbook(), {"opportunities": pd.DataFrame(
        ...     {"opportunity_id": ["A"], "created_at": [begin], "closed_at": [end], "outcome": ["won"]})})
        >>> history.until("2026-01-31").opportunities["outcome"].isna().tolist()
        [True]
        """
        moment = self.moment(at)
        found = self.keep((self.opportunities["created_at"] <= moment).to_numpy())
        still_open = ~(found.opportunities["closed_at"] <= moment)
        for name in ("closed_at", "outcome"):
            found.opportunities[name] = found.opportunities[name].mask(still_open)
        events = {
            name: rows[~(rows[time_of(name)] > moment).to_numpy()].reset_index(drop=True)
            for name, rows in found.events.items()
        }
        competitors = events["competitors"]
        competitors["left_at"] = competitors["left_at"].mask(competitors["left_at"] > moment)
        return replace(found, events=events)

    def keep(self, which: Flags) -> History:
        """The history of some of the opportunities, numbered anew.

        Parameters
        ----------
        which : numpy.ndarray of bool, shape (n_opportunities,)
        """
        number = np.cumsum(which) - 1
        events = {}
        for name, rows in self.events.items():
            kept = rows[which[rows["opportunity"].to_numpy()]].reset_index(drop=True)
            events[name] = kept.assign(opportunity=number[kept["opportunity"].to_numpy()])
        recorded = {name: flags[which] for name, flags in self.recorded.items()}
        opportunities = self.opportunities[which].reset_index(drop=True)
        return History(self.playbook, opportunities, events, recorded, self.attributes)

    @property
    def learnable(self) -> Flags:
        """Which opportunities can be learned from: those created within `span`.

        Returns
        -------
        numpy.ndarray of bool, shape (n_opportunities,)
        """
        return (self.opportunities["created_at"] >= self.span.first).to_numpy()


def _attributes(opportunities: pd.DataFrame) -> tuple[Attribute, ...]:
    own = [name for name in opportunities if name not in column_names("opportunities")]
    return tuple(
        Attribute(str(name), "number" if pd.api.types.is_numeric_dtype(opportunities[name]) else "category")
        for name in own
    )
