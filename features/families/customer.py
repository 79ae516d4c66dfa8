"""Customer: who buys, what, and how past business with them went."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from winprob.features.attribute import Attribute
from winprob.features.catalogue import Column, Family, Feature
from winprob.features.contract import OPPORTUNITIES
from winprob.features.message import Wording, message
from winprob.features.playbook import Playbook
from winprob.features.texts import Texts
from winprob.features.timeline import Floats
from winprob.features.track_record import TrackRecord, track_record
from winprob.features.view import View


class CustomerView(View):
    """The customers of opportunities at moments."""

    @cached_property
    def past(self) -> TrackRecord:
        """Opportunities of the same customer."""
        return track_record(self.history, "customer", self.opportunity, self.moment)


def _attribute(attribute: Attribute, words: Wording) -> Feature:
    def compute(view: CustomerView) -> Column:
        if attribute.kind == "category":
            return view.text(attribute.name)
        return view.history.numbers(OPPORTUNITIES, attribute.name)[view.opportunity]

    return Feature(
        f"attribute.{attribute.name}",
        "customer",
        words,
        "Column of the opportunities table, taken as known since the opportunity was created.",
        compute,
        kind=attribute.kind,
    )


def _attributes(playbook: Playbook, attributes: Sequence[Attribute]) -> list[Feature]:
    return [_attribute(attribute, playbook.attribute_words(attribute.name)) for attribute in attributes]


FAMILY = Family("customer", message("customer"), CustomerView, more=_attributes)


@FAMILY.feature(message("past wins with this customer"))
def customer_wins(view: CustomerView) -> Floats:
    """Opportunities of the same customer won by then."""
    return view.past.won


@FAMILY.feature(message("past losses with this customer"))
def customer_losses(view: CustomerView) -> Floats:
    """Opportunities of the same customer lost by then."""
    return view.past.lost


@FAMILY.feature(message("won from this customer before"), kind="flag")
def customer_won_before(view: CustomerView) -> Floats:
    """Whether an opportunity of the same customer had been won by then."""
    return view.where(~np.isnan(view.past.won), view.past.won > 0)


@FAMILY.feature(message("only lost with this customer before"), kind="flag")
def customer_only_lost_before(view: CustomerView) -> Floats:
    """Whether opportunities of the same customer had been lost by then, and none won."""
    won, lost = view.past.won, view.past.lost
    return view.where((won > 0) | ~np.isnan(won + lost), (won == 0) & (lost > 0))


@FAMILY.feature(message("industry"), kind="category")
def industry(view: CustomerView) -> Texts:
    """The customer's industry."""
    return view.text("industry")


@FAMILY.feature(message("region"), kind="category")
def region(view: CustomerView) -> Texts:
    """The customer's region."""
    return view.text("region")


@FAMILY.feature(message("source"), kind="category")
def source(view: CustomerView) -> Texts:
    """Where the opportunity came from."""
    return view.text("source")


@FAMILY.feature(message("product"), kind="category")
def product(view: CustomerView) -> Texts:
    """What is to be sold."""
    return view.text("product")
