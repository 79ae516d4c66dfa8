"""Seller: how the seller and the team did so far, and their load. Who the seller is is not a feature."""

from __future__ import annotations

from functools import cached_property

from winprob.features.catalogue import Family
from winprob.features.message import message
from winprob.features.timeline import Floats
from winprob.features.track_record import TrackRecord, track_record
from winprob.features.view import View


class SellerView(View):
    """The sellers of opportunities at moments."""

    @cached_property
    def owner(self) -> TrackRecord:
        """Opportunities of the same owner."""
        return track_record(self.history, "owner", self.opportunity, self.moment)

    @cached_property
    def team(self) -> TrackRecord:
        """Opportunities of the same team."""
        return track_record(self.history, "team", self.opportunity, self.moment)


FAMILY = Family("seller", message("seller"), SellerView, enabled=lambda playbook: playbook.seller_features)


@FAMILY.feature(message("the seller's win rate (smoothed)"), kind="share", direction=1)
def seller_win_rate(view: SellerView) -> Floats:
    """(won + 1) / (won + lost + 2) over the owner's opportunities closed by then."""
    return view.owner.win_rate


@FAMILY.feature(message("the seller's open opportunities"))
def seller_open_opportunities(view: SellerView) -> Floats:
    """The owner's opportunities open at the moment, this one among them."""
    return view.owner.open


@FAMILY.feature(message("the team's win rate (smoothed)"), kind="share", direction=1)
def team_win_rate(view: SellerView) -> Floats:
    """(won + 1) / (won + lost + 2) over the team's opportunities closed by then."""
    return view.team.win_rate
