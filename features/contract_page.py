"""The input contract as a page for people: every table with its columns, made from the contract itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from winprob.features.contract import EVENT_COLUMNS, EVENTS, TABLES, Column
from winprob.features.mistake import Mistake
from winprob.features.nearest import nearest

FURTHER = f"{EVENTS}NAME"
"""Stands for every table that a playbook declares."""

PAGE = TABLES | {FURTHER: EVENT_COLUMNS}
"""The tables that are described."""

ONE_ROW = {
    "opportunities": "an opportunity; further columns become attributes",
    "stage_changes": "the seller's stage from then on; going back is allowed",
    "buyer_stage_changes": "the stage of the buyer's process from then on, where the playbook has one",
    "amounts": "the amount from then on, in the opportunity's currency",
    "close_dates": "the expected close date from then on",
    "activities": "a contact with the customer; `next_at` is the next one, planned then",
    "key_persons": "a member of the buying group from then on; reached is who has an effective activity",
    "competitors": "a competitor in the deal",
    "assessments": "an item of the risk form, as scored then",
    "checkpoints": "a check point that was met then",
    FURTHER: "an event of a kind that the playbook declares in `[events.NAME]`",
}
"""What one row of a table is."""

VALUES = {
    "id": "text",
    "category": "text",
    "number": "number",
    "flag": "true or false",
    "stage": "a stage of the playbook, by its code or name",
    "buyer_stage": "a stage of the buyer's process, by its code or name",
    "item": "a risk item of the playbook, by its code or name",
    "checkpoint": "a check point of the playbook, by its code or name",
}
"""How values of a kind read; times say more."""


def contract_page(tables: Sequence[str] = ()) -> str:
    """Describe tables of the input contract in Markdown.

    Parameters
    ----------
    tables : sequence of str
        Their names; all of them if there are none.

    Raises
    ------
    winprob.features.mistake.Mistake
        If there is no such table.

    Examples
    --------
    >>> print(contract_page(["amounts"]))
    ## amounts
    <BLANKLINE>
    One row is the amount from then on, in the opportunity's currency.
    <BLANKLINE>
    | column | required | values |
    |---|---|---|
    | opportunity_id | yes | text |
    | at | yes | time, ISO 8601; a date alone is the beginning of that day |
    | amount | yes | number, at least 0 |
    """
    for name in tables:
        if name not in PAGE and not name.startswith(EVENTS):
            known = ", ".join(PAGE)
            raise Mistake(f"expected one of {known}, found {name!r}{nearest(name, PAGE)}; correct the name")
    return "\n\n".join(_table(name if name in PAGE else FURTHER) for name in tables or PAGE)


def _table(name: str) -> str:
    head = [
        f"## {name}",
        "",
        f"One row is {ONE_ROW[name]}.",
        "",
        "| column | required | values |",
        "|---|---|---|",
    ]
    rows = [
        f"| {column.name} | {'yes' if column.required else ''} | {', '.join(_values(column))} |"
        for column in PAGE[name]
    ]
    return "\n".join([*head, *rows])


def _values(column: Column) -> Iterator[str]:
    if column.choices:
        yield f"one of {', '.join(column.choices)}"
    elif column.kind == "time":
        yield f"time, ISO 8601; a date alone is the {'end' if column.end_of_day else 'beginning'} of that day"
    else:
        yield VALUES[column.kind]
    if column in EVENT_COLUMNS[2:]:
        yield f'if the playbook says `values = "{column.name}"`'
        yield "in every row, unless events are only counted"
    if column.minimum is not None:
        yield f"at least {column.minimum:g}"
    if column.positive:
        yield "above 0"
