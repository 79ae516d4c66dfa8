"""Fingerprint of data: the same digest, the same data."""

from __future__ import annotations

import hashlib

import pandas as pd

from features.history import History


def digest(history: History) -> str:
    """Fingerprint everything that a history holds.

    Parameters
    ----------
    history : History

    Returns
    -------
    str
        SHA-256 in hexadecimal over the tables, their columns and their rows in order.

    Examples
    --------
    >>> from features.playbook import load_playbook
    >>> created = [pd.Timestamp("2026-01-05", tz="UTC")]
    >>> one, other = (History.of(load_playbook(), {"opportunities": pd.DataFrame(
    ...     {"opportunity_id": [name], "created_at": created})}) for name in ("A", "B"))
    >>> digest(one) == digest(one), digest(one) == digest(other)
    (True, False)
    """
    fingerprint = hashlib.sha256()
    for name, rows in {"opportunities": history.opportunities, **history.events}.items():
        kept = history.recorded[name].tobytes() if name in history.recorded else b""
        fingerprint.update(f"{name}: {list(rows)}\n".encode() + kept)
        fingerprint.update(pd.util.hash_pandas_object(rows, index=False).to_numpy().tobytes())
    return fingerprint.hexdigest()
