"""The input contract as data: which tables and columns a history has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["id", "time", "number", "category", "flag", "stage", "buyer_stage", "item", "checkpoint"]


@dataclass(frozen=True)
class Column:
    """One column of a table of the contract.

    Attributes
    ----------
    name : str
        The column's name in the file.
    kind : str
        What its values are: an ``id`` or ``category`` (text), a ``time`` (ISO 8601, of the company's time
        zone unless it says another), a ``number``, a ``flag`` (true/false), or a code that the playbook knows
        (``stage``, ``buyer_stage``, ``item``, ``checkpoint``).
    required : bool
        Whether the column must be there and filled in every row.
    choices : tuple of str
        The only values allowed, where the contract lists them.
    minimum : float, optional
        The smallest number allowed.
    positive : bool
        Whether the number must be greater than zero.
    end_of_day : bool
        Whether a date alone means the end of that day; else its beginning.

    Examples
    --------
    >>> Column("amount", "number", required=True, minimum=0.0).required
    True
    """

    name: str
    kind: Kind
    required: bool = False
    choices: tuple[str, ...] = ()
    minimum: float | None = None
    positive: bool = False
    end_of_day: bool = False


def _event(time: str, *columns: Column) -> tuple[Column, ...]:
    return (Column("opportunity_id", "id", required=True), Column(time, "time", required=True), *columns)


OUTCOMES = ("won", "lost")
ACTIVITY_KINDS = ("visit", "call", "meeting", "demo", "negotiation", "message", "other")
ROLES = ("decision_maker", "recommender", "facilitator", "coach", "other")
STANCES = ("for", "neutral", "against")
SCORES = (0, 1, 2)

TABLES: dict[str, tuple[Column, ...]] = {
    "opportunities": (
        Column("opportunity_id", "id", required=True),
        Column("created_at", "time", required=True),
        Column("closed_at", "time", end_of_day=True),
        Column("outcome", "category", choices=OUTCOMES),
        Column("customer_id", "id"),
        Column("owner_id", "id"),
        *(
            Column(name, "category")
            for name in ("team", "product", "industry", "region", "source", "currency")
        ),
    ),
    "stage_changes": _event("at", Column("stage", "stage", required=True)),
    "buyer_stage_changes": _event("at", Column("stage", "buyer_stage", required=True)),
    "amounts": _event("at", Column("amount", "number", required=True, minimum=0.0)),
    "close_dates": _event("at", Column("expected_close", "time", required=True)),
    "activities": _event(
        "at",
        Column("kind", "category", choices=ACTIVITY_KINDS),
        Column("person_id", "id"),
        Column("effective", "flag"),
        Column("next_at", "time"),
    ),
    "key_persons": _event(
        "identified_at",
        Column("person_id", "id", required=True),
        Column("role", "category", required=True, choices=ROLES),
        Column("influence", "number", positive=True),
        Column("stance", "category", choices=STANCES),
    ),
    "competitors": _event(
        "entered_at", Column("competitor", "id", required=True), Column("left_at", "time", end_of_day=True)
    ),
    "assessments": _event(
        "at",
        Column("item", "item", required=True),
        Column("score", "number", required=True, choices=tuple(str(score) for score in SCORES)),
    ),
    "checkpoints": _event("at", Column("checkpoint", "checkpoint", required=True)),
}
"""Every table of the contract with its columns, in the contract's order."""

OPPORTUNITIES = "opportunities"
NEEDED = (OPPORTUNITIES, "stage_changes")
"""The tables that every history has."""
EVENT_TABLES: tuple[str, ...] = tuple(name for name in TABLES if name != OPPORTUNITIES)
"""The tables whose rows are events of an opportunity."""

TIME_OF: dict[str, str] = {name: TABLES[name][1].name for name in EVENT_TABLES}
"""The column that says when a row of a table became known."""

EVENTS = "events_"
"""How the name of a table begins that the contract does not have, and a playbook declares."""

EVENT_COLUMNS = _event("at", Column("number", "number"), Column("text", "category"))
"""The columns of such a table; it has one of the last two, as the playbook says."""


def columns_of(table: str) -> tuple[Column, ...]:
    """Give the columns of a table.

    Parameters
    ----------
    table : str
        A key of `TABLES`, or the name of a table of events that a playbook declares.

    Returns
    -------
    tuple of Column

    Examples
    --------
    >>> [column.name for column in columns_of("events_support_tickets")]
    ['opportunity_id', 'at', 'number', 'text']
    """
    return EVENT_COLUMNS if table.startswith(EVENTS) else TABLES[table]


def time_of(table: str) -> str:
    """Name the column that says when a row became known.

    Parameters
    ----------
    table : str
        A table of events.

    Examples
    --------
    >>> time_of("key_persons"), time_of("events_support_tickets")
    ('identified_at', 'at')
    """
    return columns_of(table)[1].name


def column_names(table: str) -> tuple[str, ...]:
    """Names of the columns that the contract gives to a table.

    Parameters
    ----------
    table : str
        As for `columns_of`.

    Returns
    -------
    tuple of str

    Examples
    --------
    >>> column_names("amounts")
    ('opportunity_id', 'at', 'amount')
    """
    return tuple(column.name for column in columns_of(table))
