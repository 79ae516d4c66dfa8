"""Fingerprint of data: the same digest, the same data."""

from __future__ import annotations

import hashlib

import numpy as np
import pandas as pd

from winprob.features.contract import OPPORTUNITIES
from winprob.features.history import History
from winprob.features.recorded_table import OWNER, RecordedTable


def digest(history: History) -> str:
    """Fingerprint everything that a history holds.

    Returns
    -------
    str
        SHA-256 in hexadecimal over the tables, their columns and their rows. The order of the rows does not
        count.

    Examples
    --------
    >>> from winprob.features.playbook import load_playbook
    >>> created = [pd.Timestamp("2026-01-05", tz="UTC")]
    >>> one, other = (History.of(load_playbook(), {"opportunities": pd.DataFrame(
    ...     {"opportunity_id": [name], "created_at": created})}) for name in ("A", "B"))
    >>> digest(one) == digest(one), digest(one) == digest(other)
    (True, False)
    """
    fingerprint = hashlib.sha256()
    opportunities = history.tables[OPPORTUNITIES]
    ids = pd.util.hash_pandas_object(_hashable(opportunities, "opportunity_id"), index=False).to_numpy()
    for name, table in history.tables.items():
        rows = pd.DataFrame({column: _hashable(table, column) for column in table.columns})
        if name == OPPORTUNITIES:
            _add(fingerprint, name, rows)
        else:
            # The number of an opportunity depends on the order of the rows, its id does not.
            _add(fingerprint, name, rows.assign(**{OWNER: ids[table.owners]}))
            kept = pd.DataFrame({OWNER: ids, "recorded": history.recorded[name]})
            _add(fingerprint, f"{name} recorded", kept)
    return fingerprint.hexdigest()


def _hashable(table: RecordedTable, name: str) -> pd.Series:
    """A column that has the hashes of that in the table for people: of texts, each level is hashed once."""
    if isinstance(table.dtypes[name], pd.StringDtype):
        return pd.Series(table.texts(name).to_pandas())
    return table.column(name)


def _add(fingerprint: hashlib._Hash, name: str, rows: pd.DataFrame) -> None:
    fingerprint.update(f"{name}: {list(rows)}\n".encode())
    fingerprint.update(np.sort(pd.util.hash_pandas_object(rows, index=False).to_numpy()).tobytes())
