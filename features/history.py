"""A history: the tables of the contract in memory, typed, valid and ready for the timeline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import pandas as pd

from winprob.features.attribute import Attribute, attributes_of
from winprob.features.contract import OPPORTUNITIES, time_of
from winprob.features.event_table import event_tables
from winprob.features.frames import Frames
from winprob.features.instant import NEVER, UNKNOWN, Instant, instant, microsecond, timestamp
from winprob.features.notice import Notice
from winprob.features.playbook import Playbook
from winprob.features.recorded_table import OWNER, RecordedTable
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
    tables : dict of str to RecordedTable
        The columns of ``opportunities`` as arrays, one row per opportunity, numbered from 0: all columns of
        the contract, then the attributes. Then those of the tables of events: every other table of the
        contract, and those that the playbook declares. Instead of ``opportunity_id`` each has
        ``opportunity``, the number of the opportunity. A row whose time is missing was known before anything
        else, since an unknown time: only documents of a CRM that keeps just today's values have such rows.
    recorded : dict of str to numpy.ndarray of bool
        For each table of events, whether it is kept at all for each opportunity. What is not recorded is
        missing, never zero.
    attributes : tuple of Attribute
        The columns of ``opportunities`` beyond the contract.
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
    tables: dict[str, RecordedTable]
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
        typed = complete(OPPORTUNITIES, tables[OPPORTUNITIES])
        found, recorded, ignored = {OPPORTUNITIES: RecordedTable.of(typed)}, {}, {}
        numbers = pd.Index(typed["opportunity_id"])
        closed = found[OPPORTUNITIES].times("closed_at")
        closed = np.where(closed == UNKNOWN, NEVER, closed)
        for name in event_tables(playbook):
            recorded[name] = np.full(len(typed), name in tables)
            rows = complete(name, tables.get(name, pd.DataFrame()))
            rows.insert(0, OWNER, numbers.get_indexer(pd.Index(rows.pop("opportunity_id"))).astype(np.int64))
            table = RecordedTable.of(rows)
            late = table.times(time_of(name)) > closed[table.owners]
            table = table.keep(~late)
            found[name] = in_order(name, table, playbook)
            if late.any():
                ignored[name] = int(late.sum())
        attributes = attributes_of(typed, playbook.identity.columns)
        return cls(playbook, found, recorded, attributes, ignored=ignored, read_notices=tuple(notices))

    def __len__(self) -> int:
        """Count the opportunities."""
        return len(self.tables[OPPORTUNITIES])

    @property
    def opportunities(self) -> pd.DataFrame:
        """The table of opportunities for people, a copy; what is computed takes `numbers` and so on."""
        return self.tables[OPPORTUNITIES].frame

    @property
    def events(self) -> Mapping[str, pd.DataFrame]:
        """Every other table for people, by its name; each a copy, made when it is first looked at."""
        return Frames({name: self.tables[name] for name in self.recorded})

    def with_table(self, name: str, rows: RecordedTable | pd.DataFrame) -> History:
        """The same history with another of its `tables`, its columns as in `opportunities` or `events`."""
        table = RecordedTable.of(rows) if isinstance(rows, pd.DataFrame) else rows
        return replace(self, tables=self.tables | {name: table})

    def ids(self, opportunity: Integers) -> list[str]:
        """The ids of opportunities, by their numbers."""
        ids = self.texts(OPPORTUNITIES, "opportunity_id")
        return [ids.levels[code] for code in ids.codes[opportunity].tolist()]

    def owners(self, table: str) -> Integers:
        """Number of the opportunity that each row of a table of events is of."""
        return self.tables[table].owners

    def numbers(self, table: str, column: str) -> Floats:
        """A column of numbers or flags, missing as NaN."""
        return self.tables[table].numbers(column)

    def times(self, table: str, column: str) -> Integers:
        """A column of times, in microseconds since 1970 in UTC; `UNKNOWN` where missing."""
        return self.tables[table].times(column)

    def texts(self, table: str, column: str) -> Texts:
        """A column of texts."""
        return self.tables[table].texts(column)

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
        return Span.of(recorded_times(self.tables))

    @property
    def first_creation(self) -> pd.Timestamp:
        """When the first opportunity was created, but for wrong dates long before all others, in UTC."""
        created = self.times(OPPORTUNITIES, "created_at")[self.learnable]
        return timestamp(created.min() if len(created) else UNKNOWN)

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
            *self.span.notices(recorded_times(self.tables)),
            *plan_notices(self.tables, self.span),
            *tie_notices(self.tables, self.playbook),
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
        moment = microsecond(self.moment(at))
        closed = self.times(OPPORTUNITIES, "closed_at")
        return np.flatnonzero(self._created_by(moment) & ((closed == UNKNOWN) | (closed > moment)))

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
        moment = microsecond(self.moment(at))
        found = self._kept(self._created_by(moment), moment)
        closed = found.times(OPPORTUNITIES, "closed_at")
        still_open = (closed == UNKNOWN) | (closed > moment)
        opportunities, competitors = found.tables[OPPORTUNITIES], found.tables["competitors"]
        for name in ("closed_at", "outcome"):
            opportunities = opportunities.without_values(name, still_open)
        competitors = competitors.without_values("left_at", competitors.times("left_at") > moment)
        tables = found.tables | {OPPORTUNITIES: opportunities, "competitors": competitors}
        return replace(found, tables=tables)

    def keep(self, which: Flags) -> History:
        """The history of some of the opportunities, numbered anew.

        Parameters
        ----------
        which : numpy.ndarray of bool, shape (n_opportunities,)
        """
        return self._kept(which, NEVER)

    def _created_by(self, moment: int) -> Flags:
        created = self.times(OPPORTUNITIES, "created_at")
        known: Flags = (created != UNKNOWN) & (created <= moment)
        return known

    def _kept(self, which: Flags, moment: int) -> History:
        """Some of the opportunities, and what was known of them at a moment."""
        number = np.cumsum(which) - 1
        tables = {OPPORTUNITIES: self.tables[OPPORTUNITIES].keep(which)}
        for name in self.recorded:
            table = self.tables[name]
            kept = table.keep(which[table.owners] & (table.times(time_of(name)) <= moment))
            tables[name] = kept.with_columns({OWNER: number[kept.owners]})
        recorded = {name: flags[which] for name, flags in self.recorded.items()}
        return History(self.playbook, tables, recorded, self.attributes)

    @property
    def learnable(self) -> Flags:
        """Which opportunities can be learned from: those created within `span`, shape (n_opportunities,)."""
        return self.times(OPPORTUNITIES, "created_at") >= microsecond(self.span.first)
