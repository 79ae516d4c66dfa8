"""Documents and histories: a served opportunity is a history with one row, so that features have one path."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, get_args

import numpy as np
import pandas as pd

from winprob.features.attribute import Attribute
from winprob.features.column import array_of
from winprob.features.contract import (
    EVENT_TABLES,
    EVENTS,
    OPPORTUNITIES,
    TABLES,
    column_names,
    columns_of,
    time_of,
)
from winprob.features.document import Document
from winprob.features.document_batch import DocumentBatch, Rows, person_id
from winprob.features.event_table import event_tables
from winprob.features.history import History
from winprob.features.instant import TIME, UNKNOWN, Instant, microsecond
from winprob.features.playbook import Playbook
from winprob.features.recorded_table import OWNER, RecordedTable
from winprob.features.row_order import row_key
from winprob.features.timeline import Integers
from winprob.features.track_record import COUNTS, Whose, track_record

OWN_COLUMNS = tuple(name for name in column_names("opportunities") if name not in ("closed_at", "outcome"))


def snapshots_of(documents: Sequence[Document]) -> pd.DataFrame:
    """The snapshots that documents describe, for `winprob.features.build`.

    Parameters
    ----------
    documents : sequence of Document
        One opportunity each.

    Returns
    -------
    pandas.DataFrame
        With the columns ``opportunity`` (the document's number) and ``at``.

    Examples
    --------
    >>> snapshots_of([Document(as_of="2026-03-31")])["at"][0]
    Timestamp('2026-03-31 23:59:59.999999+0000', tz='UTC')
    """
    at = pd.Series([document.as_of for document in documents], dtype=TIME)
    return pd.DataFrame({"opportunity": np.arange(len(documents)), "at": at})


def history_of(
    documents: Sequence[Document], playbook: Playbook, attributes: Sequence[Attribute] = ()
) -> History:
    """Make a history of documents, one opportunity each; none sees another.

    Parameters
    ----------
    documents : sequence of Document
        Read by `winprob.features.checking.read_document`.
    playbook : Playbook
        Gives the codes in the documents their meaning.
    attributes : sequence of Attribute
        The attributes that the history is to have; those that a document lacks are missing.

    Returns
    -------
    History
        With an opportunity for each document, in their order. Rows of one document are sorted by time; those
        at the same time are in the order of `winprob.features.row_order.in_order`.

    Examples
    --------
    >>> from winprob.features.build import build
    >>> from winprob.features.playbook import load_playbook
    >>> document = Document(as_of="2026-03-31", stage="intent", competitor_count=2)
    >>> history = history_of([document], load_playbook())
    >>> features = build(history, snapshots=snapshots_of([document]))
    >>> features["stage_percentage"].tolist(), features["competitors"].tolist(), features["pushes"].tolist()
    ([0.75], [2.0], [nan])
    """
    batch = DocumentBatch(documents, playbook, tuple(attributes))
    tables = {}
    for table in event_tables(playbook):
        columns: dict[str, Any] = {OWNER: batch.owners(table)}
        for column in columns_of(table):
            if column.name != "opportunity_id":
                columns[column.name] = array_of(batch.values(table, column.name), column.kind)
        tables[table] = RecordedTable.of(pd.DataFrame(columns))
    kinds = [(column.name, column.kind) for column in TABLES[OPPORTUNITIES]]
    kinds += [(attribute.name, attribute.kind) for attribute in attributes]
    # Built with its types: to convert it later takes several times as long.
    own = pd.DataFrame({name: array_of(batch.values(OPPORTUNITIES, name), kind) for name, kind in kinds})
    tables = {OPPORTUNITIES: RecordedTable.of(own), **tables}
    return History(playbook, tables, batch.recorded, batch.attributes, pd.DataFrame(batch.stated_counts))


def with_rows_in_order(document: Document, playbook: Playbook) -> Document:
    """Put the rows of a document into the order in which they count.

    Parameters
    ----------
    document : Document
    playbook : Playbook
        Knows the order of the stages.

    Returns
    -------
    Document
        Its rows sorted as `history_of` sorts them; key persons without an id have that of their place.

    Examples
    --------
    >>> from winprob.features.playbook import load_playbook
    >>> rows = [{"at": "2026-03-01", "stage": stage} for stage in ("intent", "target")]
    >>> document = Document.model_validate({"as_of": "2026-03-31", "stage_changes": rows})
    >>> [row.stage for row in with_rows_in_order(document, load_playbook()).stage_changes]
    ['target', 'intent']
    """
    tables = {table: list(getattr(document, table) or ()) for table in EVENT_TABLES}
    tables["key_persons"] = [
        person.model_copy(update={"person_id": person_id(number, person)})
        for number, person in enumerate(tables["key_persons"])
    ]
    ordered: dict[str, Any] = {}
    further: dict[str, Any] = {}
    for table, rows in tables.items():
        key = row_key(table, playbook)
        if rows:
            ordered[table] = sorted(rows, key=lambda row: key(vars(row)))
    for name, events in document.events.items():
        key = row_key(f"{EVENTS}{name}", playbook)
        further[name] = events and sorted(events, key=lambda row: key(vars(row)))
    return document.model_copy(update=ordered | {"events": further})


def document_of(history: History, opportunity: int, as_of: Instant) -> Document:
    """Write down what a CRM would send of one opportunity at a moment.

    Parameters
    ----------
    history : History
        What the CRM has recorded.
    opportunity : int
        Row number in ``history.opportunities``.
    as_of : str, datetime or pandas.Timestamp
        Nothing recorded later goes into the document; of the company's time zone if it says none.

    Returns
    -------
    Document
        In tables, with the track records counted.

    Examples
    --------
    See `history_of`, which reads it back: both give the same features.
    """
    (document,) = documents_of(history, [opportunity], as_of)
    return document


def documents_of(history: History, opportunities: Sequence[int] | Integers, as_of: Instant) -> list[Document]:
    """Write down what a CRM would send of several opportunities at a moment.

    Parameters
    ----------
    history : History
        What the CRM has recorded.
    opportunities : sequence of int
        Row numbers in ``history.opportunities``, each once.
    as_of : str, datetime or pandas.Timestamp
        As for `document_of`.

    Returns
    -------
    list of Document
        In the order of `opportunities`: each what `document_of` gives.
    """
    moment, numbers = history.moment(as_of), np.array(opportunities, np.int64)
    tables = {table: _events_of(history, table, numbers, microsecond(moment)) for table in history.recorded}
    at = np.repeat(microsecond(moment), len(numbers))
    records = {whose: track_record(history, whose, numbers, at) for whose in get_args(Whose)}
    documents = []
    for place, own in enumerate(_rows(history.tables[OPPORTUNITIES].take(numbers))):
        fields: dict[str, Any] = {name: own[name] for name in OWN_COLUMNS}
        fields["attributes"] = {attribute.name: own[attribute.name] for attribute in history.attributes}
        kept = {
            table: rows[place] for table, rows in tables.items() if history.recorded[table][numbers[place]]
        }
        further = {table for table in kept if table.startswith(EVENTS)}
        fields["events"] = {table.removeprefix(EVENTS): kept[table] for table in further}
        fields |= {table: rows for table, rows in kept.items() if table not in further}
        fields["track_records"] = {
            whose: {count: _whole(getattr(record, count)[place]) for count in COUNTS}
            for whose, record in records.items()
        }
        documents.append(Document.model_validate({"as_of": moment.to_pydatetime(), **fields}))
    return documents


def _events_of(history: History, name: str, numbers: Integers, moment: int) -> list[Rows]:
    """The rows of a table that are known of each opportunity, in their order."""
    table = history.tables[name]
    times = table.times(time_of(name))
    mine = table.keep(np.isin(table.owners, numbers) & (times != UNKNOWN) & (times <= moment))
    if name == "competitors":
        mine = mine.without_values("left_at", mine.times("left_at") > moment)
    found: dict[int, Rows] = {number: [] for number in numbers.tolist()}
    for row in _rows(mine):
        found[row.pop(OWNER)].append(row)
    return list(found.values())


def _rows(table: RecordedTable) -> Rows:
    columns = [table.plain(name) for name in table.columns]
    return [dict(zip(table.columns, row, strict=True)) for row in zip(*columns, strict=True)]


def _whole(value: float) -> int | None:
    return None if np.isnan(value) else int(value)
