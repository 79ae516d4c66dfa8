"""An action: something a seller can do, and what the record would then say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from winprob.features.document import Document
from winprob.features.message import Wording
from winprob.features.playbook import Playbook


@dataclass(frozen=True)
class Action:
    """Something that a seller can do about an opportunity.

    Attributes
    ----------
    code : str
        Stable, such as ``find_coach`` or ``risk.fit``.
    feature : str
        The feature that it is meant to move.
    words : Wording
        What to do.
    document : Document
        The opportunity's document after it.
    control : Document, optional
        Where the action takes an effective contact: the document after one with nobody in particular.
    """

    code: str
    feature: str
    words: Wording
    document: Document
    control: Document | None = None


@dataclass(frozen=True)
class Situation:
    """Where an opportunity stands: what levers look at.

    Attributes
    ----------
    document : Document
        Its rows are in the order in which they count, see `winprob.features.record.with_rows_in_order`.
    playbook : Playbook
        How the company sells.

    Examples
    --------
    >>> from winprob.features.playbook import load_playbook
    >>> situation = Situation(Document(as_of="2026-03-31", stage="intent"), load_playbook())
    >>> situation.after(stage="near_won").stage
    'near_won'
    """

    document: Document
    playbook: Playbook

    def after(self, **fields: Any) -> Document:
        """The document with other values in some fields.

        Parameters
        ----------
        **fields
            The new values by field.
        """
        return self.document.model_copy(update=fields)
