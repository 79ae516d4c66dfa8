"""A table of dated events that a playbook declares, and the tables that a company's history has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from pydantic import Field

from winprob.features.contract import EVENT_TABLES, EVENTS, TABLES, Column, columns_of
from winprob.features.message import Language
from winprob.features.nearest import nearest
from winprob.features.notice import Notice
from winprob.features.playbook_part import Part, Text

if TYPE_CHECKING:
    from winprob.features.playbook import Playbook

Feature: TypeAlias = Literal["last", "count", "sum"]


class EventTable(Part):
    """A table ``[events.<name>]`` of a playbook: what the table ``events_<name>`` of a history holds.

    Attributes
    ----------
    name : dict of str to str
        What people call the events, by language; the table's own name is shown where it is not given.
    values : {"number", "text"}
        What each event has, and which column holds it.
    features : tuple of {"last", "count", "sum"}
        What models learn from: the last value by then, how many events, the sum of their numbers.

    Examples
    --------
    >>> EventTable(name={"en": "support tickets"}, features=["count", "sum"]).values
    'number'
    """

    name: dict[Language, Text] = Field(default_factory=dict)
    values: Literal["number", "text"] = "number"
    features: tuple[Feature, ...]

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns that the table has; who only counts events needs no values."""
        *keys, number, text = columns_of(EVENTS)
        value = number if self.values == "number" else text
        return (*keys, replace(value, required=not {*self.features} <= {"count"}))


def event_tables(playbook: Playbook) -> tuple[str, ...]:
    """Name the tables of events that histories of a company have.

    Parameters
    ----------
    playbook : Playbook
        Declares those that the contract does not have.

    Returns
    -------
    tuple of str

    Examples
    --------
    >>> from winprob.features.playbook import load_playbook
    >>> event_tables(load_playbook()) == EVENT_TABLES
    True
    """
    return (*EVENT_TABLES, *_declared(playbook)) if playbook.events else EVENT_TABLES


def declared_columns(table: str, playbook: Playbook) -> tuple[Column, ...]:
    """Give the columns that a table of a company has.

    Parameters
    ----------
    table : str
        A table of the contract or of the playbook.
    playbook : Playbook
        Says which values its own tables have.

    Returns
    -------
    tuple of Column

    Examples
    --------
    >>> from winprob.features.playbook import load_playbook
    >>> [column.name for column in declared_columns("amounts", load_playbook())]
    ['opportunity_id', 'at', 'amount']
    """
    return playbook.events[table.removeprefix(EVENTS)].columns if table.startswith(EVENTS) else TABLES[table]


def undeclared(files: Mapping[str, list[Path]], known: Sequence[str]) -> Iterator[Notice]:
    """Name the tables of events that the playbook does not declare.

    Parameters
    ----------
    files : mapping of str to list of pathlib.Path
        By name of a table, where it is.
    known : sequence of str
        Names of the tables that the contract has, or the playbook declares.

    Yields
    ------
    Notice
    """
    for name, paths in files.items():
        if name.startswith(EVENTS) and name not in known:
            declared = [other for other in known if other.startswith(EVENTS)]
            found = f"events that the playbook does not declare{nearest(name, declared)}"
            remedy = (
                f"declare them in [events.{name.removeprefix(EVENTS)}] of the playbook to learn from them"
            )
            yield Notice("undeclared_events", paths[0].name, found, "not there", remedy)


def _declared(playbook: Playbook) -> Iterator[str]:
    return (f"{EVENTS}{name}" for name in playbook.events)
