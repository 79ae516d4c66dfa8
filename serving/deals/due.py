"""Contacts that are due: planned for this week, overdue, or not planned at all (a next one is always set)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from winprob.serving.deals.listing import Listing

WEEK = timedelta(days=7)


@dataclass(frozen=True)
class DueContact:
    """A deal and its next contact.

    Attributes
    ----------
    opportunity_id, title, customer, owner : str
        Empty where not recorded.
    day : datetime.date, optional
        When the next contact is, or was, planned; none where none is.
    days_since : int, optional
        Days since the last contact; none where there was none.
    probability : float
        That it is won in the end.
    """

    opportunity_id: str
    title: str
    customer: str
    owner: str
    day: date | None
    days_since: int | None
    probability: float


@dataclass(frozen=True)
class Due:
    """What is due, of all sellers or of one.

    Attributes
    ----------
    today : datetime.date
    overdue : tuple of DueContact
        The longest first.
    planned : tuple of DueContact
        Within the next seven days, in the order of time.
    unplanned : tuple of DueContact
        Those with the most money expected first.
    owners : mapping of str to int
        By seller, how many of these there are; only of those who have any.
    is_recorded : bool
        Whether contacts are recorded at all.
    """

    today: date
    overdue: tuple[DueContact, ...]
    planned: tuple[DueContact, ...]
    unplanned: tuple[DueContact, ...]
    owners: Mapping[str, int]
    is_recorded: bool


def due_contacts(listing: Listing, owner: str | None = None) -> Due:
    """List what is due.

    Parameters
    ----------
    listing : Listing
        The open deals of a moment.
    owner : str, optional
        The seller whose deals are meant, as the list names sellers; all if left out.
    """
    pipeline, table = listing.forecast.pipeline, listing.table
    calendar, today = pipeline.calendar, pipeline.calendar.day(pipeline.at)
    if pipeline.scores is None:
        return Due(today, (), (), (), {}, True)
    columns = pipeline.scores.matrix.columns
    to_next, since, is_planned = (
        np.asarray(columns[name], np.float64)
        for name in ("days_to_next_contact", "days_since_contact", "next_contact_planned")
    )
    contacts = []
    for row, deal in enumerate(table.to_dict("records")):
        if np.isnan(is_planned[row]):
            continue
        ahead = to_next[row]
        day = None if np.isnan(ahead) else calendar.day(pipeline.at + timedelta(days=float(ahead)))
        contacts.append(
            (
                deal["expected"],
                DueContact(
                    deal["opportunity_id"],
                    deal["title"],
                    deal["customer"],
                    deal["owner"],
                    day,
                    None if np.isnan(since[row]) else int(since[row]),
                    deal["probability"],
                ),
            )
        )
    is_due = [(money, each) for money, each in contacts if each.day is None or each.day <= today + WEEK]
    owners: dict[str, int] = {}
    for _, each in is_due:
        owners[each.owner] = owners.get(each.owner, 0) + 1
    own = [(money, each) for money, each in is_due if owner is None or each.owner == owner]
    dated = sorted((each for _, each in own if each.day is not None), key=lambda each: str(each.day))
    return Due(
        today,
        tuple(each for each in dated if each.day is not None and each.day < today),
        tuple(each for each in dated if each.day is not None and each.day >= today),
        tuple(each for _, each in sorted(own, key=lambda each: -each[0]) if each.day is None),
        dict(sorted(owners.items())),
        bool(contacts),
    )
