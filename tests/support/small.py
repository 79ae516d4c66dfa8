"""Histories and documents of a few rows: small enough to see what every feature must be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from winprob.features.attribute import Attribute
from winprob.features.build import build
from winprob.features.checking import read_document
from winprob.features.column import read_attribute, read_column
from winprob.features.contract import column_names, columns_of
from winprob.features.history import History
from winprob.features.instant import TIME, instant
from winprob.features.playbook import Playbook, load_playbook
from winprob.features.record import history_of, snapshots_of
from winprob.features.values import ValueReader

GRADES = load_playbook("customer-grades")
EIGHT_STEPS = load_playbook("eight-step")
BIG_PROJECT = load_playbook("big-project")

AT = "2026-03-31T00:00Z"
"""The moment at which the examples are looked at, unless they say otherwise."""

Row = dict[str, Any]


def history(playbook: Playbook = GRADES, **tables: Sequence[Row]) -> History:
    """Rows as in files; those that name no opportunity belong to "A", created on 2026-01-01."""
    rows = {"opportunities": [{}], **tables}
    return History.of(playbook, {name: table(name, found) for name, found in rows.items()})


def table(name: str, rows: Sequence[Row]) -> pd.DataFrame:
    """A table of the contract, typed as if it had been read from a file."""
    own = {"opportunity_id": "A"} | ({"created_at": "2026-01-01"} if name == "opportunities" else {})
    contract = {column.name: column for column in columns_of(name)}
    frame = pd.DataFrame([own | row for row in rows]) if rows else pd.DataFrame(columns=column_names(name))
    reader = ValueReader()
    read = {
        str(column): read_column(frame[column], contract[column], reader)
        if column in contract
        else read_attribute(frame[column], str(column), reader)
        for column in frame
    }
    return pd.DataFrame({column: found.values for column, found in read.items()})


def seen(
    at: str = AT, playbook: Playbook = GRADES, opportunity: int = 0, **tables: Sequence[Row]
) -> dict[str, Any]:
    """Features of one opportunity of a history of these rows, by name."""
    return look(history(playbook, **tables), at, opportunity)


def look(found: History, at: str = AT, opportunity: int = 0) -> dict[str, Any]:
    """Features of one opportunity of a history at a moment, by name."""
    snapshots = pd.DataFrame({"opportunity": [opportunity], "at": pd.Series([instant(at)], dtype=TIME)})
    return _by_name(build(found, snapshots=snapshots))


def served(*, playbook: Playbook = GRADES, known: Sequence[Attribute] = (), **fields: Any) -> dict[str, Any]:
    """Features of a document with these fields, by name, for a model that knows these attributes."""
    document = read_document({"as_of": AT, **fields}, playbook, known)
    return _by_name(build(history_of([document], playbook, known), snapshots=snapshots_of([document])))


def present(features: dict[str, Any]) -> dict[str, Any]:
    """The features that are not missing."""
    return {name: value for name, value in features.items() if not pd.isna(value)}


def _by_name(matrix: pd.DataFrame) -> dict[str, Any]:
    (row,) = matrix.to_dict("records")
    return {str(name): value for name, value in row.items()}
