"""Slipping: the seller's date is over, or so early that most of what stage and date claim has no grounds.

At stake is the money that is expected not to come by the seller's date: final amount times the chance that
the deal is won after it.
"""

from __future__ import annotations

import numpy as np

from winprob.features.message import Wording, message
from winprob.features.timeline import Flags, Floats
from winprob.models.attention.kind import Kind
from winprob.models.attention.phrases import ahead, days
from winprob.models.wording.percent import percent

HARDLY_EVER = 0.1
"""One win in ten comes by such a date: with more, the date is tight but not out of the question."""
FAR = 0.5
"""A claim is far above the model if it exceeds it by half of the deal: half of its amount stands in the sum
of stages and dates without grounds."""
COUNTED_ON = 0.5
"""Dates ahead matter for deals that the seller's stage calls as likely as not: of those before it, which are
many, a date says little yet."""


class Slipping(Kind):
    """Deals hardly ever won by the seller's date, even if they are won in the end.

    Also those whose stage the record supports, but not by that date: what the stage claims is far above the
    chance of being won by then. Where the stage is too high as well, see `winprob.models.attention.inflated`.

    A date that is over counts once the playbook's days of review have passed since: until then the weekly
    review may not have come to it.
    """

    code = "D001"
    name = message("Date too early")
    missing = message("No deal has an expected close date recorded")
    stake = message("expected after that date")

    @property
    def known(self) -> Flags:
        """Deals with an expected close."""
        known: Flags = ~np.isnan(self.snapshot.days_to_date)
        return known

    @property
    def found(self) -> Flags:
        """Deals long overdue, and those counted on of which hardly any win comes by the date."""
        left = self.snapshot.days_to_date
        overdue = left <= -self.snapshot.pipeline.bundle.playbook.contact.review_days
        claimed, by_date = self.snapshot.claimed, self.snapshot.wins_by_date
        early = (claimed - self.snapshot.probability * by_date >= FAR) & ~self.snapshot.overstaged
        tight = (left > 0) & (claimed >= COUNTED_ON) & ((by_date < HARDLY_EVER) | early)
        found: Flags = overdue | tight
        return found

    @property
    def at_stake(self) -> Floats:
        """Money expected after the seller's date."""
        return self.snapshot.expected_money * (1.0 - self.snapshot.wins_by_date)

    def evidence(self, deal: int) -> Wording:
        """Say how the date stands."""
        date, left = self.snapshot.seller_date(deal), self.snapshot.days_to_date[deal]
        if left <= 0:
            since = days(1 - left)
            return message(
                "The seller expected {date}, which is {since} ago; the deal is still open.",
                date=date,
                since=since,
            )
        when, share = ahead(left), percent(self.snapshot.wins_by_date[deal])
        return message(
            "The seller expects {date}, {when}; of deals like this one that are won, {share} are won by "
            "then.",
            date=date,
            when=when,
            share=share,
        )

    def change(self, deal: int) -> Wording:
        """Say what date would hold."""
        half = self.snapshot.day(self.snapshot.days_to_win[deal])
        return message(
            "Agree with the customer on a date that holds and on the steps up to it: of such deals that "
            "are won, half are won by {half}.",
            half=half,
        )
