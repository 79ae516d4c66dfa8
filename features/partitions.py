"""A history in partitions: Parquet files by table and partition, all rows of an opportunity in one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from winprob.features.breach import Breach, InvalidHistory
from winprob.features.contract import NEEDED, OPPORTUNITIES
from winprob.features.event_table import event_tables, undeclared
from winprob.features.history import History
from winprob.features.instant import Instant
from winprob.features.notice import Notice
from winprob.features.open_pipeline import track_records
from winprob.features.playbook import Playbook
from winprob.features.span import Span, recorded_times
from winprob.features.table_file import UnreadableFile, read_table_file
from winprob.features.validation import validate

PART = "part="
"""How the name of a partition's folder begins, as Spark, Dask, DuckDB, Polars and Arrow write it."""


def is_partitioned(folder: Path) -> bool:
    """Tell whether a folder holds a history in partitions: its tables are folders."""
    return (folder / OPPORTUNITIES).is_dir()


@dataclass(frozen=True)
class Partition:
    """One partition, with what the others say of its opportunities; can be sent to another machine.

    Attributes
    ----------
    folder : pathlib.Path
        Of the whole history.
    key : str
        Of the partition: its files are in ``<table>/part=<key>/``.
    tables : tuple of str
        The tables of events that the history has at all.
    opportunities : pandas.DataFrame
        Its opportunities, read and valid.
    track_records : pandas.DataFrame, optional
        Of their customers, sellers and teams, counted over all partitions.
    """

    folder: Path
    key: str
    tables: tuple[str, ...]
    opportunities: pd.DataFrame
    track_records: pd.DataFrame | None = None

    def read(self, playbook: Playbook) -> History:
        """Read its events.

        Parameters
        ----------
        playbook : Playbook
            With which its opportunities were read.

        Raises
        ------
        winprob.features.breach.InvalidHistory
            If it breaks the contract; lists every place.
        """
        events, notices, breaches = self.valid_events(playbook)
        if breaches:
            raise InvalidHistory(str(self.folder), breaches)
        history = History.of(playbook, {OPPORTUNITIES: self.opportunities, **events}, notices)
        return replace(history, track_records=self.track_records)

    def valid_events(self, playbook: Playbook) -> tuple[dict[str, pd.DataFrame], list[Notice], list[Breach]]:
        """Read its tables of events as they are valid; with what should be known, and where they are not.

        A table that other partitions have rows of is kept here too.
        """
        raw, breaches = _load(self.folder, self.key, self.tables)
        tables, wrong, notices = validate(raw, playbook, self.opportunities["opportunity_id"])
        breaches += [replace(one, table=f"{one.table}/{PART}{self.key}") for one in wrong]
        return {name: tables.get(name, pd.DataFrame()) for name in self.tables}, list(notices), breaches


@dataclass(frozen=True)
class Partitions:
    """A history in partitions, of which the opportunities have been read.

    Attributes
    ----------
    folder : pathlib.Path
        Holds a folder for each table: ``<table>/part=<key>/<any name>.parquet``. All rows of an opportunity
        are in partitions of the same key.
    playbook : Playbook
        Gives the codes in the tables their meaning.
    tables : tuple of str
        The tables of events that there are.
    opportunities : winprob.features.history.History
        All opportunities, without events.
    places : mapping of str to slice
        By key of a partition, which of these are its own.
    """

    folder: Path
    playbook: Playbook
    tables: tuple[str, ...]
    opportunities: History
    places: Mapping[str, slice]

    @classmethod
    def open(cls, folder: Path, playbook: Playbook) -> Partitions:
        """Read the opportunities of all partitions: they are valid together, as in one file.

        Raises
        ------
        winprob.features.breach.InvalidHistory
            If they break the contract, or there are other tables or partitions than expected.

        Examples
        --------
        ``Partitions.open(Path("history/"), bundle.playbook)``
        """
        names, breaches, notices = _tables(folder, playbook)
        keys = _keys(folder, OPPORTUNITIES)
        breaches += _lost(folder, names, keys)
        raws: dict[str, pd.DataFrame] = {}
        for key in keys:
            found, wrong = _load(folder, key, (OPPORTUNITIES,))
            breaches += wrong
            if OPPORTUNITIES in found:
                raws[key] = found[OPPORTUNITIES]
            elif not wrong:
                place = f"{OPPORTUNITIES}/{PART}{key}"
                breaches.append(Breach(place, None, None, None, "none", "a Parquet file"))
        raw = pd.concat(raws.values(), ignore_index=True) if raws else pd.DataFrame()
        raw.index += 1
        tables, wrong, remarks = validate({OPPORTUNITIES: raw}, playbook)
        if breaches or wrong:
            raise InvalidHistory(str(folder), [*breaches, *wrong])
        ends = np.cumsum([len(table) for table in raws.values()]).tolist()
        places = {key: slice(end - len(raws[key]), end) for key, end in zip(raws, ends, strict=True)}
        return cls(folder, playbook, names, History.of(playbook, tables, [*notices, *remarks]), places)

    def read(self) -> History:
        """Read all events into memory: the history as if it were in one file a table.

        Raises
        ------
        winprob.features.breach.InvalidHistory
            If partitions break the contract; lists every place.
        """
        parts: dict[str, list[pd.DataFrame]] = {name: [] for name in self.tables}
        notices: list[tuple[str, Notice]] = []
        breaches: list[Breach] = []
        for partition in self.partitions():
            events, remarks, wrong = partition.valid_events(self.playbook)
            notices += [(partition.key, remark) for remark in remarks]
            breaches += wrong
            for name, rows in events.items():
                parts[name].append(rows)
        if breaches:
            raise InvalidHistory(str(self.folder), breaches)
        whole = {name: pd.concat(rows, ignore_index=True) for name, rows in parts.items()}
        known = [*self.opportunities.read_notices, *notices_of_partitions(notices)]
        return History.of(self.playbook, {OPPORTUNITIES: self.opportunities.opportunities, **whole}, known)

    def moment(self, at: Instant | None) -> pd.Timestamp:
        """Read a moment as a history does; without one, all partitions are read for their last event."""
        if at is not None:
            return self.opportunities.moment(at)
        columns: dict[str, list[np.ndarray]] = {}
        for partition in self.partitions():
            history = partition.read(self.playbook)
            for name, times in recorded_times(history.tables).items():
                columns.setdefault(name, []).append(times)
        return Span.of({name: np.concatenate(parts) for name, parts in columns.items()}).last

    def partitions(self, at: pd.Timestamp | None = None) -> Iterator[Partition]:
        """Give the partitions, in the order of their keys.

        Parameters
        ----------
        at : pandas.Timestamp, optional
            For which moment they are to bring track records along; they have none if left out.

        Yields
        ------
        Partition
        """
        everyone = np.arange(len(self.opportunities))
        stated = None if at is None else track_records(self.opportunities, everyone, at)
        for key, place in self.places.items():
            own = self.opportunities.tables[OPPORTUNITIES].take(place).frame
            counts = None if stated is None else stated.iloc[place].reset_index(drop=True)
            yield Partition(self.folder, key, self.tables, own, counts)


def notices_of_partitions(notices: Iterable[tuple[str, Notice]]) -> list[Notice]:
    """Say once what is the case in several partitions.

    Parameters
    ----------
    notices : iterable of (str, Notice)
        Each with the key of its partition.

    Returns
    -------
    list of Notice
        The first of each kind and place, with the partitions that have it.

    Examples
    --------
    >>> notice = Notice("ties", "amounts", "2 at one time", "one", "nothing")
    >>> [each.place for each in notices_of_partitions([("0", notice), ("1", notice)])]
    ['part=0 (and 1 other partition): amounts']
    """
    alike: dict[tuple[str, str], list[tuple[str, Notice]]] = {}
    for key, notice in notices:
        alike.setdefault((notice.code, notice.place), []).append((key, notice))
    told = []
    for (key, first), *others in alike.values():
        more = len(others)
        beside = f" (and {more:,} other partition{'s' * (more > 1)})" if more else ""
        told.append(replace(first, place=f"{PART}{key}{beside}: {first.place}"))
    return told


def _tables(folder: Path, playbook: Playbook) -> tuple[tuple[str, ...], list[Breach], list[Notice]]:
    """The tables of events that there are; what is strange or missing; what is passed over."""
    known = (OPPORTUNITIES, *event_tables(playbook))
    there = [path for path in sorted(folder.iterdir()) if path.is_dir() and path.name[0] not in "._"]
    names = [path.name for path in there]
    notices = list(undeclared({path.name: [path] for path in there}, known))
    passed_over = {notice.place for notice in notices}
    breaches = [
        Breach(name, None, None, None, "a folder of an unknown table", f"one of {', '.join(known)}")
        for name in names
        if name not in known and name not in passed_over
    ]
    breaches += [
        Breach(name, None, None, None, f"only {', '.join(names)}", f"the folder {folder / name}")
        for name in NEEDED
        if name not in names
    ]
    return tuple(name for name in known[1:] if name in names), breaches, notices


def _keys(folder: Path, table: str) -> list[str]:
    found = [path.name.removeprefix(PART) for path in (folder / table).glob(f"{PART}*") if path.is_dir()]
    # Numbers by size: 2 before 10, however many zeros they begin with.
    return sorted(found, key=lambda key: (not key.isdecimal(), int(key) if key.isdecimal() else 0, key))


def _lost(folder: Path, names: tuple[str, ...], keys: list[str]) -> list[Breach]:
    """Partitions of events that have no opportunities."""
    if not keys:
        expected = f"a folder {PART}<key> for each partition"
        return [Breach(OPPORTUNITIES, None, None, None, "none", expected)]
    expected = "opportunities of the same partition"
    return [
        Breach(f"{name}/{PART}{key}", None, None, None, "none", expected)
        for name in names
        for key in sorted(set(_keys(folder, name)) - set(keys))
    ]


def _load(folder: Path, key: str, names: tuple[str, ...]) -> tuple[dict[str, pd.DataFrame], list[Breach]]:
    """The tables of a partition as they stand in their files, rows numbered on from file to file."""
    tables: dict[str, pd.DataFrame] = {}
    breaches: list[Breach] = []
    for name in names:
        parts = []
        for file in sorted((folder / name / f"{PART}{key}").glob("*.parquet")):
            try:
                parts.append(read_table_file(file)[0])
            except UnreadableFile as error:
                place = file.relative_to(folder).as_posix()
                breaches += [replace(breach, table=place) for breach in error.breaches]
        if parts:
            tables[name] = pd.concat(parts, ignore_index=True)
            tables[name].index += 1
    return tables, breaches
