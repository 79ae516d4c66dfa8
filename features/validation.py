"""Whether tables keep the input contract: every place where they do not is listed."""

from __future__ import annotations

import re
import reprlib
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from features.breach import Breach
from features.contract import TABLES, column_names
from features.nearest import nearest
from features.playbook import Playbook
from features.schema import PLAYBOOK_PARTS, known_codes, one_of, schema
from features.values import READERS, WRITTEN, attribute, text, unreadable


def validate(
    raw: Mapping[str, pd.DataFrame], playbook: Playbook
) -> tuple[dict[str, pd.DataFrame], list[Breach]]:
    """Read the values of tables and list what breaks the contract.

    Parameters
    ----------
    raw : mapping of str to pandas.DataFrame
        Tables of the contract as they stand in their files; their index gives the numbers of the rows.
    playbook : Playbook
        Knows the codes.

    Returns
    -------
    tables : dict of str to pandas.DataFrame
        The same with their values read, in the contract's order; fit for use if there is no breach.
    breaches : list of Breach
        In the order of tables, rows and columns.

    Examples
    --------
    >>> from features.playbook import load_playbook
    >>> opportunities = pd.DataFrame({"opportunity_id": ["A", "A"], "created_at": ["2026-01-05", "soon"]})
    >>> tables, breaches = validate({"opportunities": opportunities}, load_playbook())
    >>> [(breach.row, breach.column, breach.found) for breach in breaches]
    [(1, 'opportunity_id', "'A'"), (1, 'created_at', "'soon'")]
    >>> breaches[0].expected
    'an id that no other row has'
    """
    tables = {name: _read(name, raw[name]) for name in TABLES if name in raw}
    opportunities = tables.get("opportunities", pd.DataFrame())
    breaches: list[Breach] = []
    for name, values in tables.items():
        breaches += _layout(name, raw[name], playbook)
        cells = _unread(name, raw[name], values)
        cells += _refused(name, raw[name], values, playbook, opportunities.get("opportunity_id"))
        if name == "opportunities":
            cells += _closing(raw[name], values)
        breaches += _in_order(cells, raw[name])
    return tables, breaches


def _read(name: str, raw: pd.DataFrame) -> pd.DataFrame:
    readers = {column.name: READERS[column.kind] for column in TABLES[name]}
    values = {column: readers.get(column, attribute)(raw[column]) for column in map(str, raw)}
    return pd.DataFrame(values, index=raw.index)


def _layout(name: str, raw: pd.DataFrame, playbook: Playbook) -> Iterator[Breach]:
    """Columns that should be there and are not, columns that should not, and tables without use."""
    known = column_names(name)
    there = [str(column) for column in raw]
    unknown = [column for column in there if column not in known]
    for column in TABLES[name]:
        if column.required and column.name not in there:
            found = f"only {', '.join(there)}{nearest(column.name, unknown)}"
            yield Breach(name, None, None, column.name, found, "this column, which the table needs")
        if len(raw) and column.name in there and known_codes(column, playbook) == ():
            expected = f"a playbook with {PLAYBOOK_PARTS[column.kind]}, or no such table"
            found = f"its {len(raw)} row(s) with the playbook {playbook.code!r}, which has none"
            yield Breach(name, None, None, column.name, found, expected)
    for column_name in unknown:
        meant = re.sub(r"\W+", "_", column_name.strip()).casefold()
        if name != "opportunities":
            expected = f"{one_of(known)}{nearest(column_name, known)}"
            yield Breach(name, None, None, column_name, "an unknown column", expected)
        elif meant in known:
            # As an attribute, an "Outcome" would tell the model what it is to predict.
            yield Breach(name, None, None, column_name, repr(column_name), f"it to be written {meant!r}")
    if name == "opportunities" and raw.empty:
        yield Breach(name, None, None, None, "none", "at least one opportunity")


def _unread(name: str, raw: pd.DataFrame, values: pd.DataFrame) -> list[Breach]:
    """Values that are not of their column's kind."""
    found = []
    for column in TABLES[name]:
        if column.kind in WRITTEN and column.name in raw:
            rows = unreadable(raw[column.name], values[column.name])
            found += _at(name, raw, column.name, raw.index[rows], WRITTEN[column.kind])
    return found


def _refused(
    name: str, raw: pd.DataFrame, values: pd.DataFrame, playbook: Playbook, ids: pd.Series | None
) -> list[Breach]:
    """Values that are missing or not allowed."""
    from pandera.errors import SchemaErrors

    try:
        schema(name, values, playbook, ids).validate(values, lazy=True)
    except SchemaErrors as error:
        failures = error.failure_cases.drop_duplicates(["column", "index"])
    else:
        return []
    columns = {column.name: column for column in TABLES[name]}
    found = []
    for (column, check), cases in failures.groupby(["column", "check"]):
        rows = pd.Index(cases["index"])
        if check == "not_nullable":
            rows = rows[~unreadable(raw.loc[rows, column], values.loc[rows, column])]
            found += _at(name, raw, column, rows, "a value")
        else:
            codes = known_codes(columns[column], playbook) if column in columns else None
            found += _at(name, raw, column, rows, check, codes or ())
    return found


def _closing(raw: pd.DataFrame, values: pd.DataFrame) -> list[Breach]:
    """Opportunities of which ``closed_at`` and ``outcome`` tell different stories."""
    complete = values.reindex(columns=column_names("opportunities"))
    closed_at, outcome = pd.to_datetime(complete["closed_at"], utc=True), complete["outcome"]
    unread = unreadable(raw.get("closed_at", closed_at), closed_at)
    open_yet = values.index[outcome.notna() & closed_at.isna() & ~unread]
    no_outcome = values.index[closed_at.notna() & outcome.isna()]
    too_early = values.index[closed_at < pd.to_datetime(complete["created_at"], utc=True)]
    return [
        *_at("opportunities", raw, "closed_at", open_yet, "a time, as there is an outcome"),
        *_at("opportunities", raw, "outcome", no_outcome, "won or lost, as there is a closed_at"),
        *_at("opportunities", raw, "closed_at", too_early, "a time not before created_at"),
    ]


def _at(
    name: str, raw: pd.DataFrame, column: str, rows: pd.Index, expected: str, codes: tuple[str, ...] = ()
) -> list[Breach]:
    """One breach per row."""
    blank = pd.Series(index=raw.index, dtype="str")
    values, ids = raw.get(column, blank)[rows], text(raw.get("opportunity_id", blank)[rows])
    hints = {value: nearest(value, codes) for value in values.unique() if isinstance(value, str)}
    return [
        Breach(
            name,
            int(row),
            None if pd.isna(id_) else id_,
            column,
            _written(value),
            expected + hints.get(value, ""),
        )
        for row, value, id_ in zip(rows, values, ids, strict=True)
    ]


def _written(value: Any) -> str:
    if isinstance(value, str) and value:
        return reprlib.repr(value)
    return "nothing" if pd.isna(value) or value == "" else str(value)


def _in_order(cells: list[Breach], raw: pd.DataFrame) -> list[Breach]:
    place = {column: number for number, column in enumerate(raw)}
    return sorted(cells, key=lambda breach: (breach.row, place.get(breach.column, len(place))))
