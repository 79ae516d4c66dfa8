"""An action: something a seller can do, and what the record would then say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from features.document import Document
from features.playbook import Playbook, Words


@dataclass(frozen=True)
class Action:
    """Something that a seller can do about an opportunity.

    Attributes
    ----------
    code : str
        Stable, such as ``contact`` or ``risk.fit``.
    feature : str
        The feature that it is meant to move.
    words : Words
        What to do.
    document : Document
        The opportunity's document after it.

    Examples
    --------
    See `models.levers.actions`.
    """

    code: str
    feature: str
    words: Words
    document: Document


@dataclass(frozen=True)
class Situation:
    """Where an opportunity stands: what levers look at.

    Attributes
    ----------
    document : Document
        Its rows are in the order in which they count, see `features.record.with_rows_in_order`.
    playbook : Playbook
        How the company sells.

    Examples
    --------
    >>> from features.playbook import load_playbook
    >>> situation = Situation(Document(as_of="2026-03-31", stage="intent"), load_playbook())
    >>> situation.days_later(7).isoformat(), situation.after(stage="near_won").stage
    ('2026-04-07T23:59:59.999999+00:00', 'near_won')
    """

    document: Document
    playbook: Playbook

    def after(self, **fields: Any) -> Document:
        """The document with other values in some fields.

        Parameters
        ----------
        **fields
            The new values by field.

        Returns
        -------
        Document
        """
        return self.document.model_copy(update=fields)

    def days_later(self, days: int) -> datetime | None:
        """The moment some days after the document's.

        Parameters
        ----------
        days : int

        Returns
        -------
        datetime or None
            In UTC; `None` beyond the end of the calendar.
        """
        try:
            return self.document.as_of + timedelta(days=days)
        except OverflowError:
            return None
