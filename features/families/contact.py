"""Contact: how lately and how well the customer was met, and whether the next contact is planned."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from winprob.features.catalogue import Family
from winprob.features.contract import ACTIVITY_KINDS
from winprob.features.instant import UNKNOWN, days_between
from winprob.features.message import message
from winprob.features.timeline import AsOf, Flags, Floats, Integers, Timeline
from winprob.features.view import Table, View


class ContactView(View):
    """The contacts with customers at moments."""

    @cached_property
    def table(self) -> Table:
        """The table ``activities``."""
        return Table(self.history, "activities")

    @cached_property
    def contacts(self) -> AsOf:
        """The rows of ``activities``."""
        return self.as_of(self.table)

    @cached_property
    def kept(self) -> Flags:
        """Whether contacts are recorded."""
        return self.recorded("activities")

    @cached_property
    def next_contact(self) -> Integers:
        """The next contact planned at the last one, `UNKNOWN` where none is."""
        planned = self.table.times("next_at")
        last = self.contacts.last_row(np.arange(len(planned)))
        return np.append(planned, UNKNOWN).take(last)

    @cached_property
    def plan_recorded(self) -> Flags:
        """Whether it is known if a next contact is planned: it is stated, or all contacts are recorded."""
        return self.kept & (self.contacts.complete | self.planned)

    @cached_property
    def planned(self) -> Flags:
        """Whether the last contact set a next one."""
        planned: Flags = self.next_contact != UNKNOWN
        return planned


FAMILY = Family("contact", message("contact"), ContactView)


@FAMILY.feature(
    message("days since the last contact"),
    phrase=message("{value} since the last contact"),
    unit="days",
    direction=-1,
    lever=True,
)
def days_since_contact(view: ContactView) -> Floats:
    """Days since the last contact; missing before the first."""
    return view.contacts.days_since_last


@FAMILY.feature(
    message("contacts within 7 days"), phrase=message("Contacts within 7 days: {value}"), lever=True
)
def contacts_in_7_days(view: ContactView) -> Floats:
    """Contacts in the last 7 days."""
    return view.where(view.kept, view.contacts.within(7))


@FAMILY.feature(
    message("contacts within 30 days"), phrase=message("Contacts within 30 days: {value}"), lever=True
)
def contacts_in_30_days(view: ContactView) -> Floats:
    """Contacts in the last 30 days."""
    return view.where(view.kept, view.contacts.within(30))


@FAMILY.feature(
    message("contacts within 90 days"), phrase=message("Contacts within 90 days: {value}"), lever=True
)
def contacts_in_90_days(view: ContactView) -> Floats:
    """Contacts in the last 90 days."""
    return view.where(view.kept, view.contacts.within(90))


@FAMILY.feature(
    message("effective contacts within 30 days"),
    phrase=message("Effective contacts within 30 days: {value}"),
    lever=True,
)
def effective_contacts_in_30_days(view: ContactView) -> Floats:
    """Effective contacts in the last 30 days."""
    effective = view.table.numbers("effective") == 1
    rows = view.table.timeline
    lately = Timeline(rows.group[effective], rows.time[effective]).at(view.opportunity, view.moment)
    return view.where(view.kept & view.contacts.complete, lately.within(30))


@FAMILY.feature(message("next contact planned"), kind="flag", direction=1, lever=True)
def next_contact_planned(view: ContactView) -> Floats:
    """Whether the last contact set a next one that is still to come."""
    return view.where(view.plan_recorded, view.planned & (view.next_contact >= view.moment))


@FAMILY.feature(
    message("days to the next contact"),
    phrase=message("{value} to the next contact"),
    past=message("{value} past the next contact"),
    unit="days",
)
def days_to_next_contact(view: ContactView) -> Floats:
    """Days until the next contact planned; negative once it is overdue, missing where none is planned."""
    return days_between(view.moment, view.next_contact)


@FAMILY.feature(message("next contact overdue"), kind="flag", direction=-1, lever=True)
def next_contact_overdue(view: ContactView) -> Floats:
    """Whether the next contact planned has passed without a contact."""
    return view.where(view.plan_recorded, view.planned & (view.next_contact < view.moment))


@FAMILY.feature(message("step of the 1-15-30 rule"), direction=-1, lever=True)
def follow_up_step(view: ContactView) -> Floats:
    """Where the last contact stands: 0 within the week, 1 to day 15, 2 to day 30, 3 beyond (by playbook)."""
    rule = view.playbook.contact
    days = view.contacts.days_since_last
    steps = np.searchsorted([rule.review_days, rule.follow_up_days, rule.decide_days], days)
    return view.where(~np.isnan(days), steps)


@FAMILY.feature(message("share of effective contacts"), kind="share", direction=1, lever=True)
def effective_share(view: ContactView) -> Floats:
    """Effective contacts among those of which it is recorded."""
    effective = view.table.numbers("effective")
    said = view.contacts.total((~np.isnan(effective)).astype(np.int64))
    hits = view.contacts.total((effective == 1).astype(np.int64))
    return view.where(view.contacts.complete & (said > 0), hits / np.maximum(said, 1))


@FAMILY.feature(message("negotiation rounds"))
def negotiation_rounds(view: ContactView) -> Floats:
    """Contacts of the kind negotiation."""
    negotiation = view.table.codes("kind", ACTIVITY_KINDS) == ACTIVITY_KINDS.index("negotiation")
    return view.where(view.kept & view.contacts.complete, view.contacts.total(negotiation.astype(np.int64)))
