"""A history folder read into memory: refused with every reason, or valid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from winprob.features.breach import Breach, InvalidHistory
from winprob.features.contract import EVENTS, NEEDED
from winprob.features.event_table import event_tables, undeclared
from winprob.features.history import History
from winprob.features.nearest import nearest
from winprob.features.notice import Notice
from winprob.features.partitions import Partitions, is_partitioned
from winprob.features.playbook import Playbook, load_playbook
from winprob.features.table_file import SUFFIXES, UnreadableFile, read_table_file
from winprob.features.validation import validate


def read(folder: str | Path, playbook: str | Path | Playbook = "customer-grades") -> History:
    """Read a history folder.

    Parameters
    ----------
    folder : str or Path
        Holds the tables of the contract, and those that the playbook declares, each a CSV (UTF-8, header) or
        a Parquet file named after its table.
        Times are ISO 8601; without zone they are of the playbook's time zone, and a date alone is the
        beginning of that day, of ``closed_at`` and ``left_at`` its end. Nothing, and what the table
        ``[input]`` of the playbook lists, is a missing value. Further columns of ``opportunities`` are
        attributes: numbers if every value present is one, otherwise categories. Or a folder for each table
        with Parquet files in partitions, see `winprob.features.partitions.Partitions`.
    playbook : str, Path or Playbook
        A playbook, its name, or the path of its file.

    Returns
    -------
    History
        Rows recorded after their opportunity was closed are left out and counted in ``ignored``; what else a
        person should know is in ``notices``.

    Raises
    ------
    InvalidHistory
        If the folder breaks the contract; lists every place.
    InvalidPlaybook
        If the playbook cannot be used.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     made = pd.DataFrame({"opportunity_id": ["A"], "created_at": ["2026-01-05"], "size": [12]})
    ...     moved = pd.DataFrame({"opportunity_id": ["A"], "at": ["2026-01-06"], "stage": ["target"]})
    ...     made.to_csv(Path(folder, "opportunities.csv"), index=False)
    ...     moved.to_parquet(Path(folder, "stage_changes.parquet"))
    ...     history = read(folder)
    >>> history.attributes
    (Attribute(name='size', kind='number'),)
    >>> history.events["stage_changes"]["at"].tolist()
    [Timestamp('2026-01-06 00:00:00+0000', tz='UTC')]
    """
    chosen = playbook if isinstance(playbook, Playbook) else load_playbook(playbook)
    if is_partitioned(Path(folder)):
        return Partitions.open(Path(folder), chosen).read()
    return History.of(chosen, *_valid_tables(folder, chosen))


def _valid_tables(folder: str | Path, playbook: Playbook) -> tuple[dict[str, pd.DataFrame], list[Notice]]:
    """The tables with their values read; what stands in the files is let go before more memory is needed."""
    raw, unread, passed_over = load_tables(folder, playbook)
    tables, breaches, notices = validate(raw, playbook)
    if unread or breaches:
        raise InvalidHistory(str(folder), [*unread, *breaches])
    return tables, [*passed_over, *notices]


def load_tables(
    folder: str | Path, playbook: Playbook
) -> tuple[dict[str, pd.DataFrame], list[Breach], list[Notice]]:
    """Load the tables of a history folder as they stand in their files.

    Parameters
    ----------
    folder : str or Path
        The history folder. Files that are neither CSV nor Parquet, and hidden ones, are not looked at.
    playbook : Playbook
        Declares the tables of events that the contract does not have.

    Returns
    -------
    tables : dict of str to pandas.DataFrame
        By name; see `winprob.features.table_file.read_table_file`.
    breaches : list of Breach
        Files that are missing, unknown, there twice or unreadable, and rows without one value per column.
    notices : list of Notice
        Tables of events that are not declared: a model of before they were kept goes on without them.
    """
    place = Path(folder)
    if not place.is_dir():
        found = "a file" if place.exists() else "nothing of this name"
        return {}, [Breach(str(place), None, None, None, found, "a folder with the tables of a history")], []
    files = _files(place)
    known = ("opportunities", *event_tables(playbook))
    notices = list(undeclared(files, known))
    files = {name: paths for name, paths in files.items() if name in known or not name.startswith(EVENTS)}
    breaches = [*_strangers(files, known), *_absent(files, place), *_twice(files, known)]
    tables = {}
    for name, paths in files.items():
        if name in known and len(paths) == 1:
            try:
                tables[name], ragged = read_table_file(paths[0])
            except UnreadableFile as error:
                breaches += error.breaches
            else:
                breaches += ragged
    return tables, breaches, notices


def _files(folder: Path) -> dict[str, list[Path]]:
    files: dict[str, list[Path]] = {}
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() in SUFFIXES and not path.name.startswith(".") and path.is_file():
            files.setdefault(path.stem, []).append(path)
    return files


def _strangers(files: Mapping[str, list[Path]], known: Sequence[str]) -> list[Breach]:
    return [
        Breach(
            path.name,
            None,
            None,
            None,
            "a file of an unknown table",
            f"one of {', '.join(known)}{nearest(name, known)}",
        )
        for name, paths in files.items()
        if name not in known
        for path in paths
    ]


def _absent(files: Mapping[str, list[Path]], folder: Path) -> list[Breach]:
    here = ", ".join(path.name for path in sorted(folder.iterdir())) or "an empty folder"
    return [
        Breach(name, None, None, None, f"only {here}", f"{name}.csv or {name}.parquet in {folder}")
        for name in NEEDED
        if name not in files
    ]


def _twice(files: Mapping[str, list[Path]], known: Sequence[str]) -> list[Breach]:
    return [
        Breach(name, None, None, None, " and ".join(path.name for path in paths), "one file for the table")
        for name, paths in files.items()
        if name in known and len(paths) > 1
    ]
