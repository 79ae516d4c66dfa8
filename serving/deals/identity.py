"""What people call a deal, its customer and its seller: columns that a playbook names, else their ids."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from winprob.features.contract import OPPORTUNITIES
from winprob.features.history import History


@dataclass(frozen=True)
class Identity:
    """Names of a deal.

    Attributes
    ----------
    title : str
        Its name, or its id.
    customer, owner : str, optional
        Names, or ids; none where neither is recorded.
    link : str, optional
        Where the CRM shows it.
    """

    title: str
    customer: str | None
    owner: str | None
    link: str | None


def identity_of(history: History, number: int) -> Identity:
    """Name an opportunity.

    Parameters
    ----------
    history : History
        Its playbook says which columns have the names.
    number : int
        Of the opportunity.

    Examples
    --------
    >>> import pandas as pd
    >>> from winprob.features.playbook import load_playbook
    >>> day = pd.Timestamp("2026-01-05", tz="UTC")
    >>> history = History.of(load_playbook(), {"opportunities": pd.DataFrame(
    ...     {"opportunity_id": ["A-1"], "created_at": [day], "customer_id": ["C7"]})})
    >>> identity_of(history, 0)
    Identity(title='A-1', customer='C7', owner=None, link=None)
    """
    row = history.tables[OPPORTUNITIES].take(slice(number, number + 1))
    names = history.playbook.identity

    def text(*columns: str | None) -> str | None:
        recorded = (row.plain(name)[0] for name in columns if name is not None and name in row.columns)
        return next((_text(value) for value in recorded if value is not None), None)

    opportunity_id = text("opportunity_id") or ""
    return Identity(
        title=text(names.title) or opportunity_id,
        customer=text(names.customer_name, "customer_id"),
        owner=text(names.owner_name, "owner_id"),
        link=names.crm_link and names.crm_link.replace("{opportunity_id}", quote(opportunity_id, safe="")),
    )


def _text(value: Any) -> str:
    """A name as it was recorded: a column of numbers has fractions, which nobody wrote."""
    return f"{value:.0f}" if isinstance(value, float) and value.is_integer() else str(value)
