"""Stale: the customer was not contacted for longer than the playbook's 1-15-30 rule allows.

At stake is what the deal is expected to bring.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np

from winprob.features.message import Wording, message
from winprob.features.playbook_part import ContactRule
from winprob.features.timeline import Flags, Floats
from winprob.models.attention.kind import Kind
from winprob.models.attention.phrases import days


class Stale(Kind):
    """Deals silent beyond the day that decides, or beyond that of the follow-up with nothing planned.

    Where no contact is recorded, silence lasts since the deal was created.
    """

    code = "D002"
    name = message("Stale")
    missing = message("Contacts with customers are not recorded")

    @property
    def known(self) -> Flags:
        """Deals of which contacts are recorded."""
        known: Flags = ~np.isnan(self.snapshot.feature("contacts_in_90_days"))
        return known

    @property
    def found(self) -> Flags:
        """Deals silent for too long."""
        unplanned = self.snapshot.feature("next_contact_planned") == 0
        late, lost = (self._silent > limit for limit in (self._rule.follow_up_days, self._rule.decide_days))
        found: Flags = lost | (late & unplanned)
        return found

    def evidence(self, deal: int) -> Wording:
        """Say since when nobody spoke with the customer."""
        silent = self._silent[deal]
        since, when = days(silent), self.snapshot.day(-silent)
        planned = self.snapshot.feature("next_contact_planned")[deal] == 1
        plan = message("the next contact is planned") if planned else message("no next contact is planned")
        if np.isnan(self.snapshot.feature("days_since_contact")[deal]):
            return message(
                "No contact since it was created on {when}, {since} ago; {plan}.",
                when=when,
                since=since,
                plan=plan,
            )
        return message(
            "The last contact was on {when}, {since} ago; {plan}.", when=when, since=since, plan=plan
        )

    def change(self, deal: int) -> Wording:
        """Say what the rule asks for at this point."""
        rule = self._rule
        if self._silent[deal] > rule.decide_days:
            return message(
                "Have an effective contact now and see whether the customer moves: without progress "
                "after {decide_days} days, spend no more time on it.",
                decide_days=rule.decide_days,
            )
        return message(
            "Have an effective contact now, and before it ends plan the next, within {review_days} days.",
            review_days=rule.review_days,
        )

    @property
    def _rule(self) -> ContactRule:
        return self.snapshot.pipeline.bundle.playbook.contact

    @cached_property
    def _silent(self) -> Floats:
        """Days of silence; since the beginning where no contact is recorded."""
        silent = self.snapshot.feature("days_since_contact")
        return np.where(np.isnan(silent), self.snapshot.feature("age"), silent)
