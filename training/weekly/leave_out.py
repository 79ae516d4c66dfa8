"""Leave columns of a history out: those that become known only at closing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from winprob.features.contract import OPPORTUNITIES
from winprob.features.history import History
from winprob.features.mistake import Mistake
from winprob.features.nearest import nearest

OWN = ("product", "industry", "region", "source")
"""Columns of the contract without a date that are features as they are."""


def leave_out(history: History, columns: Sequence[str]) -> History:
    """Make a history in which nothing is known of some columns of ``opportunities``.

    Parameters
    ----------
    history : History
    columns : sequence of str
        Attributes, or product, industry, region or source.

    Returns
    -------
    History
        Without these attributes, and with nothing in these columns of the contract.

    Raises
    ------
    winprob.features.mistake.Mistake
        If a column is not one of these.

    Examples
    --------
    >>> import pandas as pd
    >>> from winprob.features.playbook import load_playbook
    >>> day = pd.Timestamp("2026-01-05", tz="UTC")
    >>> history = History.of(load_playbook(), {"opportunities": pd.DataFrame(
    ...     {"opportunity_id": ["A"], "created_at": [day], "loss_reason": ["price"], "size": [3.0]})})
    >>> leave_out(history, ["loss_reason"]).attributes
    (Attribute(name='size', kind='number'),)
    """
    known = [*(attribute.name for attribute in history.attributes), *OWN]
    for name in columns:
        if name not in known:
            raise Mistake(
                f"opportunities, {name}: expected a column to leave out, one of {', '.join(known)}"
                f"{nearest(name, known)}, found no such column; correct the mapping"
            )
    gone = {*columns} - {*OWN}
    opportunities = history.tables[OPPORTUNITIES]
    everywhere = np.ones(len(history), bool)
    for name in set(OWN).intersection(columns):
        opportunities = opportunities.without_values(name, everywhere)
    attributes = tuple(each for each in history.attributes if each.name not in columns)
    opportunities = opportunities.select(name for name in opportunities.columns if name not in gone)
    return replace(history.with_table(OPPORTUNITIES, opportunities), attributes=attributes)
