"""What is there in a history, in figures."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from winprob.features.contract import EVENTS, OPPORTUNITIES, OUTCOMES
from winprob.features.history import History

FAMILY_OF = {
    "stage_changes": "stage",
    "buyer_stage_changes": "stage",
    "checkpoints": "stage",
    "competitors": "competition",
    "assessments": "risk",
    "activities": "contact",
    "key_persons": "key_persons",
    "amounts": "amount",
    "close_dates": "timing",
    "customer_id": "customer",
    "industry": "customer",
    "region": "customer",
    "product": "customer",
    "source": "customer",
    "owner_id": "seller",
    "team": "seller",
}
"""The family of features that each table, or column of ``opportunities``, gives its facts to."""


@dataclass(frozen=True)
class Coverage:
    """How much is recorded of one thing.

    Attributes
    ----------
    family : str
        The family of features that it serves.
    name : str
        The table, or the column of ``opportunities``.
    rows : int
        Rows of the table, or opportunities with a value.
    share : float
        Share of the opportunities that have a row, or a value.
    ignored : int
        Rows left out because their opportunity was closed by then.
    """

    family: str
    name: str
    rows: int
    share: float
    ignored: int = 0


@dataclass(frozen=True)
class Summary:
    """What is there in a history.

    Attributes
    ----------
    opportunities, won, lost, open : int
        How many there are.
    first, last : pandas.Timestamp
        The span of time recorded, in UTC.
    coverage : tuple of Coverage
        One for each table and each column of ``opportunities`` that features are made of; nothing recorded
        is a share of 0.
    attributes : tuple of Coverage
        One for each attribute, its kind in place of the family.
    """

    opportunities: int
    won: int
    lost: int
    open: int
    first: pd.Timestamp
    last: pd.Timestamp
    coverage: tuple[Coverage, ...]
    attributes: tuple[Coverage, ...]


def summary(history: History) -> Summary:
    """Sum up a history.

    Parameters
    ----------
    history : History
        Any history.

    Examples
    --------
    >>> from winprob.features.playbook import load_playbook
    >>> made = pd.DataFrame({"opportunity_id": ["A"], "created_at": [pd.Timestamp("2026-01-05", tz="UTC")]})
    >>> found = summary(History.of(load_playbook(), {"opportunities": made}))
    >>> found.opportunities, found.open, found.coverage[0]
    (1, 1, Coverage(family='stage', name='stage_changes', rows=0, share=0.0, ignored=0))
    """
    outcome = history.texts(OPPORTUNITIES, "outcome")
    won, lost = (int(outcome.equal_to(name).sum()) for name in OUTCOMES)
    families = FAMILY_OF | {name: "events" for name in history.tables if name.startswith(EVENTS)}
    coverage = [
        _of_table(history, name, family) if name in history.tables else _of_column(history, name, family)
        for name, family in families.items()
    ]
    return Summary(
        opportunities=len(history),
        won=won,
        lost=lost,
        open=len(history) - won - lost,
        first=history.first_creation,
        last=history.last_event,
        coverage=tuple(coverage),
        attributes=tuple(_of_column(history, each.name, each.kind) for each in history.attributes),
    )


def _of_table(history: History, name: str, family: str) -> Coverage:
    owners = history.owners(name)
    described = np.unique(owners).size
    return Coverage(family, name, len(owners), described / len(history), history.ignored.get(name, 0))


def _of_column(history: History, name: str, family: str) -> Coverage:
    present = int(history.tables[OPPORTUNITIES].is_recorded(name).sum())
    return Coverage(family, name, present, present / len(history))
