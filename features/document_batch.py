"""Documents as what features are computed from: the rows of each table, in lists; no tables are made."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from functools import cached_property
from typing import Any, get_args

import numpy as np

from winprob.features.attribute import Attribute
from winprob.features.column import EPOCH
from winprob.features.contract import EVENTS, OPPORTUNITIES, column_names
from winprob.features.document import Document
from winprob.features.document_rows import KeyPerson
from winprob.features.event_table import event_tables
from winprob.features.instant import UNKNOWN
from winprob.features.playbook import Playbook
from winprob.features.row_order import row_key
from winprob.features.texts import Texts
from winprob.features.timeline import Flags, Floats, Integers
from winprob.features.track_record import COUNTS, Whose

Rows = list[dict[str, Any]]
MICROSECOND = timedelta(microseconds=1)
OWN_COLUMNS = frozenset(column_names(OPPORTUNITIES))


class DocumentBatch:
    """Documents of opportunities, numbered from 0; none sees another.

    Parameters
    ----------
    documents : sequence of Document
        Read by `winprob.features.checking.read_document`.
    playbook : Playbook
        Gives the codes in the documents their meaning.
    attributes : tuple of Attribute
        The attributes that are asked for; those that a document lacks are missing.

    Attributes
    ----------
    recorded : dict of str to numpy.ndarray of bool
        As of `winprob.features.recorded.Recorded`, as is all else.

    Examples
    --------
    >>> from winprob.features.playbook import load_playbook
    >>> batch = DocumentBatch([Document(as_of="2026-03-31", amount=7)], load_playbook())
    >>> batch.numbers("amounts", "amount").tolist(), batch.owners("amounts").tolist()
    ([7.0], [0])
    """

    def __init__(
        self, documents: Sequence[Document], playbook: Playbook, attributes: tuple[Attribute, ...] = ()
    ) -> None:
        self.playbook, self.attributes = playbook, attributes
        self._documents = documents
        self.recorded: dict[str, Flags] = {}
        self._owners: dict[str, Integers] = {}
        self._rows: dict[str, Rows] = {}
        for table in event_tables(playbook):
            given = [_rows(document, table) for document in documents]
            key = row_key(table, playbook)
            ordered = [sorted(rows or (), key=key) for rows in given]
            self.recorded[table] = np.array([rows is not None for rows in given], bool)
            self._rows[table] = [row for rows in ordered for row in rows]
            self._owners[table] = np.repeat(np.arange(len(documents)), [len(rows) for rows in ordered])

    def __len__(self) -> int:
        """Count the documents."""
        return len(self._documents)

    @cached_property
    def moments(self) -> Integers:
        """When each document is of, microseconds since 1970 in UTC."""
        return np.array([(document.as_of - EPOCH) // MICROSECOND for document in self._documents], np.int64)

    @cached_property
    def stated_counts(self) -> dict[str, Floats]:
        """Past wins and losses as the documents state them."""
        return {
            f"{whose}_{count}": np.array(
                [getattr(getattr(one.track_records, whose), count) for one in self._documents], np.float64
            )
            for whose in get_args(Whose)
            for count in COUNTS
        }

    def ids(self, opportunity: Integers) -> list[str]:
        """The ids of documents, by their numbers."""
        return [self._documents[number].opportunity_id for number in opportunity.tolist()]

    def owners(self, table: str) -> Integers:
        """Number of the document that each row of a table of events is of."""
        return self._owners[table]

    def values(self, table: str, column: str) -> list[Any]:
        """A column as it was sent; missing as None."""
        if table != OPPORTUNITIES:
            return [row.get(column) for row in self._rows[table]]
        if column in OWN_COLUMNS:
            return [getattr(document, column) for document in self._documents]
        return [document.attributes.get(column) for document in self._documents]

    def numbers(self, table: str, column: str) -> Floats:
        """A column of numbers or flags, missing as NaN."""
        return np.array(self.values(table, column), np.float64)

    def times(self, table: str, column: str) -> Integers:
        """A column of times, in microseconds since 1970 in UTC; `UNKNOWN` where missing."""
        values = self.values(table, column)
        whole = [UNKNOWN if value is None else (value - EPOCH) // MICROSECOND for value in values]
        return np.array(whole, np.int64)

    def texts(self, table: str, column: str) -> Texts:
        """A column of texts."""
        return Texts.of(self.values(table, column))


def _rows(document: Document, table: str) -> Rows | None:
    """The rows of a table, as sent or out of a short form; `None` where it is not recorded."""
    if table == "key_persons":
        return None if document.key_persons is None else _key_persons(document.key_persons)
    if table == "activities":
        return _activities(document)
    if table.startswith(EVENTS):
        events = document.events.get(table.removeprefix(EVENTS))
        return None if events is None else [vars(row) for row in events]
    sent = getattr(document, table)
    if sent is not None:
        return [vars(row) for row in sent]
    return _short_form(document, table)


def _short_form(document: Document, table: str) -> Rows | None:
    """Today's values as rows without a time: known now, since an unknown time."""
    if table == "stage_changes" and document.stage is not None:
        return [{"stage": document.stage}]
    if table == "amounts" and document.amount is not None:
        return [{"amount": document.amount}]
    if table == "close_dates" and document.expected_close is not None:
        return [{"expected_close": document.expected_close}]
    if table == "competitors" and document.competitor_count is not None:
        present: Rows = [{"competitor": str(number)} for number in range(document.competitor_count)]
        # Nobody now does not mean that nobody has left: who did, and when they came, is not recorded.
        return present or [{"competitor": "gone", "left_at": document.as_of}]
    if table == "assessments" and document.risk_scores is not None:
        return [{"item": item, "score": score} for item, score in document.risk_scores.items()]
    return None


def _key_persons(persons: Iterable[KeyPerson]) -> Rows:
    return [vars(person) | {"person_id": person_id(number, person)} for number, person in enumerate(persons)]


def _activities(document: Document) -> Rows | None:
    """Contacts as sent; else those that ``reached`` speaks of, then the last one after an unknown past."""
    if document.activities is not None:
        return [vars(row) for row in document.activities]
    rows: Rows = [
        {"effective": person.reached, "person_id": person_id(number, person)}
        for number, person in enumerate(document.key_persons or ())
        if person.reached is not None
    ]
    if document.last_contact_at is not None or document.next_contact_at is not None:
        rows += [{}, {"at": document.last_contact_at, "next_at": document.next_contact_at}]
    return rows or None


def person_id(number: int, person: KeyPerson) -> str:
    """Name a key person of a document: by its id, else by its place among them."""
    return person.person_id or f"key person {number + 1}"
