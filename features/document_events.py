"""Events in a document that the contract has no table for: whether they are what the playbook declares."""

from __future__ import annotations

import reprlib
from collections.abc import Iterator, Sequence

from winprob.features.document import Document
from winprob.features.document_rows import Event
from winprob.features.event_table import EventTable
from winprob.features.nearest import nearest
from winprob.features.playbook import Playbook
from winprob.features.problem import Problem


def event_problems(document: Document, playbook: Playbook) -> Iterator[Problem]:
    """Name tables that the playbook does not declare, and events with other values than it says.

    Parameters
    ----------
    document : Document
    playbook : Playbook

    Yields
    ------
    Problem
        One for each table, or each event, that is wrong.

    Examples
    --------
    >>> from winprob.features.playbook import load_playbook
    >>> print(*event_problems(Document(events={"orders": []}), load_playbook()))
    events.orders: expected events that the playbook declares: it declares none, found an unknown table; ...
    """
    for name, rows in document.events.items():
        table = playbook.events.get(name)
        if table is not None:
            yield from _wrong_values(f"events.{name}", table, rows or ())
            continue
        known = ", ".join(playbook.events) or "it declares none"
        expected = f"events that the playbook declares: {known}{nearest(name, playbook.events)}"
        yield Problem(f"events.{name}", expected, "an unknown table", "rename or remove it")


def _wrong_values(place: str, table: EventTable, rows: Sequence[Event]) -> Iterator[Problem]:
    value = table.columns[-1]
    other = "text" if value.name == "number" else "number"
    for number, row in enumerate(rows):
        if getattr(row, other) is not None:
            found, remedy = reprlib.repr(getattr(row, other)), f"send it as {value.name}, or leave it out"
            expected = f"a {value.name}, as the playbook declares"
            yield Problem(f"{place}[{number}].{other}", expected, found, remedy)
        elif value.required and getattr(row, value.name) is None:
            yield Problem(f"{place}[{number}].{value.name}", "a value", "nothing", "add the key")
