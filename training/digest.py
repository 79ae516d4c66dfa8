"""Fingerprint of data: the same digest, the same data."""

from __future__ import annotations

import hashlib

import numpy as np
import pandas as pd

from winprob.features.history import History


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
    ids = pd.util.hash_pandas_object(history.opportunities["opportunity_id"], index=False).to_numpy()
    tables = {"opportunities": history.opportunities}
    for name, rows in history.events.items():
        # The number of an opportunity depends on the order of the rows, its id does not.
        tables[name] = rows.assign(opportunity=ids[rows["opportunity"].to_numpy()])
        tables[f"{name} recorded"] = pd.DataFrame({"opportunity": ids, "recorded": history.recorded[name]})
    fingerprint = hashlib.sha256()
    for name, rows in tables.items():
        fingerprint.update(f"{name}: {list(rows)}\n".encode())
        fingerprint.update(np.sort(pd.util.hash_pandas_object(rows, index=False).to_numpy()).tobytes())
    return fingerprint.hexdigest()
