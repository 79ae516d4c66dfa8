"""Stale: the customer was not contacted for longer than the playbook's 1-15-30 rule allows.

At stake is what the deal is expected to bring.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np

from winprob.features.playbook import ContactRule, Words
from winprob.features.timeline import Flags, Floats
from winprob.models.attention.kind import Kind
from winprob.models.attention.phrases import days


class Stale(Kind):
    """Deals silent beyond the day that decides, or beyond that of the follow-up with nothing planned.

    Where no contact is recorded, silence lasts since the deal was created.
    """

    code = "D002"
    name = Words(zh="久未联系", en="Stale")
    missing = Words(zh="没有记录客户联系", en="Contacts with customers are not recorded")

    @property
    def known(self) -> Flags:
        """Deals of which contacts are recorded."""
        known: Flags = ~np.isnan(self.look.feature("contacts_in_90_days"))
        return known

    @property
    def found(self) -> Flags:
        """Deals silent for too long."""
        unplanned = self.look.feature("next_contact_planned") == 0
        late, lost = (self._silent > limit for limit in (self._rule.follow_up_days, self._rule.decide_days))
        found: Flags = lost | (late & unplanned)
        return found

    def evidence(self, deal: int) -> Words:
        """Say since when nobody spoke with the customer."""
        silent = self._silent[deal]
        since, when = days(silent), self.look.day(-silent)
        planned = self.look.feature("next_contact_planned")[deal] == 1
        plan = (
            Words(zh="已约定下次联系", en="the next contact is planned")
            if planned
            else Words(zh="未约定下次联系", en="no next contact is planned")
        )
        if np.isnan(self.look.feature("days_since_contact")[deal]):
            return Words(
                zh=f"自{when}建立以来{since.zh}没有任何联系；{plan.zh}。",
                en=f"No contact since it was created on {when}, {since.en} ago; {plan.en}.",
            )
        return Words(
            zh=f"最近一次联系在{when}，距今{since.zh}；{plan.zh}。",
            en=f"The last contact was on {when}, {since.en} ago; {plan.en}.",
        )

    def change(self, deal: int) -> Words:
        """Say what the rule asks for at this point."""
        rule = self._rule
        if self._silent[deal] > rule.decide_days:
            return Words(
                zh=f"现在就与客户有效联系一次，看有无进展：超过{rule.decide_days}天没有进展，就不要再投入。",
                en="Have an effective contact now and see whether the customer moves: without progress after "
                f"{rule.decide_days} days, spend no more time on it.",
            )
        return Words(
            zh=f"现在就与客户有效联系一次，并约定{rule.review_days}天之内的下一次联系。",
            en="Have an effective contact now, and before it ends plan the next, within "
            f"{rule.review_days} days.",
        )

    @property
    def _rule(self) -> ContactRule:
        return self.look.pipeline.bundle.playbook.contact

    @cached_property
    def _silent(self) -> Floats:
        """Days of silence; since the beginning where no contact is recorded."""
        silent = self.look.feature("days_since_contact")
        return np.where(np.isnan(silent), self.look.feature("age"), silent)
