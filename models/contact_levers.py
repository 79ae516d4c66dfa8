"""Levers of contact: meet the customer, and plan the next meeting."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from features.document import Document
from features.document_rows import Activity
from features.playbook import Words
from models.action import Action, Situation


def contact(situation: Situation) -> Iterator[Action]:
    """Have an effective contact with the customer now.

    Parameters
    ----------
    situation : Situation

    Yields
    ------
    Action
        At most one; none where contacts are not recorded.
    """
    after = contacted(situation.document)
    if after is not None:
        words = Words(zh="现在就与客户进行一次有效联系", en="Have an effective contact with the customer now")
        yield Action("contact", "days_since_contact", words, after)


def plan_next_contact(situation: Situation) -> Iterator[Action]:
    """Plan the next contact within the days of the playbook's review, where none is planned or it has passed.

    Parameters
    ----------
    situation : Situation

    Yields
    ------
    Action
        At most one; none where no contact is recorded that could have set the next.
    """
    document, days = situation.document, situation.playbook.contact.review_days
    when = situation.days_later(days)
    if when is None or _still_planned(document) is not None:
        return
    if document.activities:
        *earlier, last = document.activities
        after = situation.after(activities=[*earlier, last.model_copy(update={"next_at": when})])
    elif _short(document):
        after = situation.after(next_contact_at=when)
    else:
        return
    words = Words(
        zh=f"与客户约定下一次联系（{days}天之内）",
        en=f"Plan the next contact with the customer, within {days} days",
    )
    yield Action("plan_next_contact", "next_contact_planned", words, after)


def contacted(document: Document, person_id: str | None = None) -> Document | None:
    """The document after an effective contact at its moment.

    A next contact that is still to come stays planned.

    Parameters
    ----------
    document : Document
    person_id : str, optional
        Whom the contact was with.

    Returns
    -------
    Document or None
        `None` where contacts are not recorded.

    Examples
    --------
    >>> contacted(Document(as_of="2026-03-31", last_contact_at="2026-02-01")).last_contact_at.isoformat()
    '2026-03-31T23:59:59.999999+00:00'
    """
    planned = _still_planned(document)
    if document.activities is not None:
        now = Activity(at=document.as_of, person_id=person_id, effective=True, next_at=planned)
        return document.model_copy(update={"activities": [*document.activities, now]})
    if _short(document):
        return document.model_copy(update={"last_contact_at": document.as_of, "next_contact_at": planned})
    return None


def _still_planned(document: Document) -> datetime | None:
    """The next contact as the last one set it, if it is still to come."""
    planned = document.next_contact_at
    if document.activities:
        planned = document.activities[-1].next_at
    return planned if planned is not None and planned >= document.as_of else None


def _short(document: Document) -> bool:
    return document.last_contact_at is not None or document.next_contact_at is not None
