"""Contacts of a deal: on a calendar, and by the 1-15-30 rule."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from winprob.features.calendar import Calendar
from winprob.features.document import Document
from winprob.features.document_rows import Activity
from winprob.features.playbook_part import ContactRule
from winprob.serving.deals.weeks import WEEKS


class Mark(StrEnum):
    """Where a deal stands by the 1-15-30 rule."""

    IN_TIME = "in_time"
    FOLLOW_UP = "follow_up"
    DECIDE = "decide"
    NEVER = "never"


@dataclass(frozen=True)
class ContactDay:
    """A day with contacts, or with one that is planned.

    Attributes
    ----------
    day : datetime.date
        In the company's time zone.
    activities : tuple of Activity
        What took place; empty on a day that is planned.
    """

    day: date
    activities: tuple[Activity, ...] = ()

    @property
    def is_planned(self) -> bool:
        """Whether it is still to come."""
        return not self.activities

    @property
    def is_effective(self) -> bool:
        """Whether any contact was effective."""
        return any(activity.effective for activity in self.activities)


@dataclass(frozen=True)
class Contacts:
    """The contacts of a deal.

    Attributes
    ----------
    today : datetime.date
        In the company's time zone.
    rule : ContactRule
        How many days are too many.
    last : datetime.date, optional
        Of the last contact; none if there was no contact.
    planned : datetime.date, optional
        Of the next contact; none if none is planned. It may be over.
    days : tuple of ContactDay
        Since the Monday `WEEKS` weeks ago, in the order of time.
    """

    today: date
    rule: ContactRule
    last: date | None
    planned: date | None
    days: tuple[ContactDay, ...]

    @property
    def days_since(self) -> int | None:
        """Days since the last contact."""
        return None if self.last is None else (self.today - self.last).days

    @property
    def due(self) -> date | None:
        """The day by which the customer must be followed up again."""
        return None if self.last is None else self.last + timedelta(days=self.rule.follow_up_days)

    @property
    def mark(self) -> Mark:
        """Where the deal stands by the rule."""
        if self.days_since is None:
            return Mark.NEVER
        if self.days_since >= self.rule.decide_days:
            return Mark.DECIDE
        return Mark.FOLLOW_UP if self.days_since >= self.rule.follow_up_days else Mark.IN_TIME

    @property
    def is_overdue(self) -> bool:
        """Whether the next contact was planned for a day that is over."""
        return self.planned is not None and self.planned < self.today

    @property
    def first_monday(self) -> date:
        """Where the calendar begins."""
        return self.today - timedelta(days=self.today.weekday(), weeks=WEEKS)


def contacts_of(document: Document, rule: ContactRule, calendar: Calendar) -> Contacts | None:
    """Put the contacts on a calendar.

    Parameters
    ----------
    document : Document
        Its rows are in the order of time.
    rule : ContactRule
    calendar : Calendar
        Whose days are told.

    Returns
    -------
    Contacts or None
        None where contacts are not recorded.

    Examples
    --------
    >>> from winprob.features.playbook import load_playbook
    >>> playbook = load_playbook()
    >>> rows = [{"at": "2026-03-11", "kind": "visit", "effective": True, "next_at": "2026-04-02"}]
    >>> document = Document.model_validate({"as_of": "2026-03-31", "activities": rows})
    >>> found = contacts_of(document, playbook.contact, playbook.calendar)
    >>> found.days_since, found.mark.value, found.planned.isoformat()
    (20, 'follow_up', '2026-04-02')
    """
    if document.activities is None:
        return None
    today = calendar.day(document.as_of)
    by_day: dict[date, list[Activity]] = {}
    for activity in document.activities:
        by_day.setdefault(calendar.day(activity.at), []).append(activity)
    planned = _day(document.activities[-1].next_at, calendar) if document.activities else None
    known = Contacts(today, rule, max(by_day, default=None), planned, ())
    days = [ContactDay(day, tuple(own)) for day, own in by_day.items()]
    if planned is not None and planned not in by_day:
        days.append(ContactDay(planned))
    shown = sorted((day for day in days if day.day >= known.first_monday), key=lambda day: day.day)
    return Contacts(today, rule, known.last, planned, tuple(shown))


def _day(moment: datetime | None, calendar: Calendar) -> date | None:
    return None if moment is None else calendar.day(moment)
