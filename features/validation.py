"""Whether tables keep the input contract: every place where they do not is listed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import partial

import pandas as pd

from winprob.features.breach import Breach, breaches_at
from winprob.features.column import dtype_of, read_attribute, read_column
from winprob.features.column_read import ColumnRead
from winprob.features.contract import EVENTS, Column, column_names
from winprob.features.event_table import declared_columns, event_tables
from winprob.features.nearest import nearest
from winprob.features.notice import Notice
from winprob.features.playbook import Playbook
from winprob.features.schema import (
    PLAYBOOK_PARTS,
    is_valid,
    known_codes,
    names_of,
    one_of,
    remedy_for,
    schema,
)

Columns = dict[str, ColumnRead]

CURRENCY_CODE = re.compile(r"[A-Z]{3}")

OTHER_NAMES_OF_CURRENCIES = frozenset({"RMB", "CNH", "NTD", "STG"})
"""What looks like a code of ISO 4217, but is another name of one (CNY, TWD, GBP)."""


def validate(
    raw: Mapping[str, pd.DataFrame], playbook: Playbook, ids: pd.Series | None = None
) -> tuple[dict[str, pd.DataFrame], list[Breach], list[Notice]]:
    """Read the values of tables and list what breaks the contract.

    Parameters
    ----------
    raw : mapping of str to pandas.DataFrame
        Tables as they stand in their files, of the contract and those that the playbook declares; their index
        gives the numbers of the rows.
    playbook : Playbook
        Knows the codes, and how values are written.
    ids : pandas.Series of str, optional
        Of the opportunities, where their table is not among the others.

    Returns
    -------
    tables : dict of str to pandas.DataFrame
        The same with their values read, in the contract's order; fit for use if there is no breach.
    breaches : list of Breach
        In the order of tables, rows and columns.
    notices : list of Notice
        What was taken as missing, and columns whose kind is in doubt.

    Examples
    --------
    >>> from winprob.features.playbook import load_playbook
    >>> opportunities = pd.DataFrame({"opportunity_id": ["A", "A"], "created_at": ["2026-01-05", "soon"]})
    >>> tables, breaches, notices = validate({"opportunities": opportunities}, load_playbook())
    >>> [(breach.row, breach.column, breach.found) for breach in breaches]
    [(1, 'opportunity_id', "'A'"), (1, 'created_at', "'soon'")]
    >>> breaches[0].expected
    'an id that no other row has'
    """
    names = ("opportunities", *event_tables(playbook))
    read = {name: _read(name, raw[name], playbook) for name in names if name in raw}
    tables = {
        name: pd.DataFrame({column: found.values for column, found in columns.items()}, index=raw[name].index)
        for name, columns in read.items()
    }
    known = tables.get("opportunities", pd.DataFrame()).get("opportunity_id", ids)
    breaches: list[Breach] = []
    notices: list[Notice] = []
    for name, values in tables.items():
        breaches += _layout(name, raw[name], playbook)
        cells = list(_unread(name, raw[name], read[name]))
        cells += _refused(name, raw[name], values, read[name], playbook, known)
        if name == "opportunities":
            cells += _closing(raw[name], values, read[name])
        breaches += _in_order(cells, raw[name])
        notices += _notices(name, read[name])
    if "opportunities" in raw or ids is None:
        declared = playbook.input.columns
        notices += _declared_in_vain(declared, [str(column) for column in raw.get("opportunities", ())])
    return tables, breaches, notices


def _read(name: str, raw: pd.DataFrame, playbook: Playbook) -> Columns:
    contract = {column.name: column for column in declared_columns(name, playbook)}
    read = {}
    for column in map(str, raw):
        if column not in contract:
            read[column] = read_attribute(raw[column], column, playbook.reader)
            continue
        read[column] = read_column(raw[column], contract[column], playbook.reader)
        names = playbook.input.currencies if column == "currency" else names_of(contract[column], playbook)
        if names:
            read[column].values.replace(names, inplace=True)
    return read


def _layout(name: str, raw: pd.DataFrame, playbook: Playbook) -> Iterator[Breach]:
    """Columns that should be there and are not, columns that should not, and tables without use."""
    columns = declared_columns(name, playbook)
    known = tuple(column.name for column in columns)
    there = [str(column) for column in raw]
    unknown = [column for column in there if column not in known]
    for column in columns:
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
            remedy = _other_values(name, column_name)
            yield Breach(name, None, None, column_name, "an unknown column", expected, remedy=remedy)
        elif meant in known:
            # As an attribute, an "Outcome" would tell the model what it is to predict.
            yield Breach(name, None, None, column_name, repr(column_name), f"it to be written {meant!r}")
    if name == "opportunities" and raw.empty:
        yield Breach(name, None, None, None, "none", "at least one opportunity")


def _other_values(name: str, column: str) -> str:
    """What to do about numbers in a table of texts, and the other way round."""
    if not name.startswith(EVENTS) or column not in column_names(name):
        return ""
    return (
        f'remove it, or declare values = "{column}" in [events.{name.removeprefix(EVENTS)}] of the playbook'
    )


def _unread(name: str, raw: pd.DataFrame, read: Columns) -> Iterator[Breach]:
    """Values that are not of their column's kind."""
    for column, found in read.items():
        for fault in found.faults:
            yield from breaches_at(name, raw, column, raw.index[fault.rows], fault.expected, fault.remedy)


def _refused(
    name: str,
    raw: pd.DataFrame,
    values: pd.DataFrame,
    read: Columns,
    playbook: Playbook,
    ids: pd.Series | None,
) -> Iterator[Breach]:
    """Values that are missing or not allowed."""
    if is_valid(name, values, playbook, ids):
        return
    from pandera.errors import SchemaErrors

    try:
        schema(name, values, playbook, ids).validate(values, lazy=True)
    except SchemaErrors as error:
        failures = error.failure_cases.drop_duplicates(["column", "index"])
    else:
        return
    contract = {column.name: column for column in declared_columns(name, playbook)}
    for (column, check), cases in failures.groupby(["column", "check"], sort=False):
        rows = raw.index[raw.index.isin(cases["index"])]
        if check == "not_nullable":
            rows = rows.difference(_unread_rows(raw, read.get(column)))
            yield from breaches_at(name, raw, column, rows, "a value")
            continue
        known = contract.get(column, Column(column, "number"))
        expected = partial(_expected, check, known, known_codes(known, playbook) or ())
        yield from breaches_at(name, raw, column, rows, expected, partial(remedy_for, known))


def _expected(check: str, column: Column, codes: tuple[str, ...], value: object) -> str:
    """What should be there, with the nearest code to what is, unless there is another remedy."""
    if not isinstance(value, str) or remedy_for(column, value):
        return check
    return f"{check}{nearest(value, codes)}"


def _closing(raw: pd.DataFrame, values: pd.DataFrame, read: Columns) -> Iterator[Breach]:
    """Opportunities of which ``closed_at`` and ``outcome`` tell different stories."""
    complete = values.reindex(columns=column_names("opportunities"))
    times = [complete[name].astype(dtype_of("time")) for name in ("created_at", "closed_at")]
    created_at, closed_at = times
    outcome = complete["outcome"]
    unread = raw.index.isin(_unread_rows(raw, read.get("closed_at")))
    open_yet = values.index[outcome.notna() & closed_at.isna() & ~unread]
    no_outcome = values.index[closed_at.notna() & outcome.isna()]
    too_early = values.index[closed_at < created_at]
    yield from breaches_at("opportunities", raw, "closed_at", open_yet, "a time, as there is an outcome")
    yield from breaches_at(
        "opportunities", raw, "outcome", no_outcome, "won or lost, as there is a closed_at"
    )
    yield from breaches_at("opportunities", raw, "closed_at", too_early, "a time not before created_at")


def _unread_rows(raw: pd.DataFrame, found: ColumnRead | None) -> pd.Index:
    lost = pd.Series(False, index=raw.index)
    for fault in found.faults if found else ():
        lost |= fault.rows
    return raw.index[lost]


def _notices(name: str, read: Columns) -> Iterator[Notice]:
    """What was read in a way that a person should know of."""
    spelled: dict[str, dict[str, int]] = {}
    for column, found in read.items():
        for spelling, count in (found.missing or {}).items():
            spelled.setdefault(spelling, {})[column] = count
        if found.doubt:
            taken, _, remedy = found.doubt.partition("; ")
            yield Notice("kind_in_doubt", f"{name}, column {column}", "its values", taken, remedy)
    if name == "opportunities" and "currency" in read:
        yield from _currency_notices(read["currency"].values)
    for spelling, columns in spelled.items():
        place = f"{name}, column{'s' * (len(columns) > 1)} {', '.join(columns)}"
        count = sum(columns.values())
        often = f"{spelling!r} in {count:,} row{'s' * (count > 1)}"
        where = "[input] of the playbook, or at the top of a mapping"
        remedy = f"if it is a value, list under missing in {where}, only what means missing"
        yield Notice("missing", place, often, "not recorded", remedy)


def _currency_notices(currencies: pd.Series) -> Iterator[Notice]:
    """Name the currencies that are not written as codes of ISO 4217: some may be one in other spellings."""
    counts = currencies.value_counts()
    strange = [
        name
        for name in sorted(counts.index)
        if not CURRENCY_CODE.fullmatch(name) or name in OTHER_NAMES_OF_CURRENCIES
    ]
    if not strange:
        return
    listed = ", ".join(f"{name!r} ({counts[name]:,})" for name in strange)
    codes = ", ".join(name for name in sorted(counts.index) if name not in strange)
    beside = f" beside {codes}" if codes else ""
    example = f'"{strange[0]}" = "CNY"'
    remedy = f"map them in [input.currencies] of the playbook or [currencies] of a mapping, such as {example}"
    place = "opportunities, column currency"
    yield Notice("currency_spelling", place, f"{listed}{beside}", "currencies of their own", remedy)


def _declared_in_vain(declared: Iterable[str], there: list[str]) -> Iterator[Notice]:
    """Declarations that say of no column what it is."""
    of_contract = column_names("opportunities")
    attributes = [column for column in there if column not in of_contract]
    for name in declared:
        place, found = f"opportunities, column {name}", "its kind is declared"
        if name in of_contract:
            yield Notice("declared_in_vain", place, found, "what the contract says", "remove the declaration")
        elif name not in there:
            found += f", but it is not there{nearest(name, attributes)}"
            yield Notice("declared_in_vain", place, found, "not recorded", "correct the name in columns")


def _in_order(cells: list[Breach], raw: pd.DataFrame) -> list[Breach]:
    place = {column: number for number, column in enumerate(raw)}
    return sorted(cells, key=lambda breach: (breach.row, place.get(breach.column, len(place))))
