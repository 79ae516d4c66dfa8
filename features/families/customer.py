"""Customer: who buys, what, and how past business with them went."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
import pandas as pd

from winprob.features.catalogue import Column, Family, Feature
from winprob.features.history import Attribute
from winprob.features.playbook import Playbook, Words
from winprob.features.timeline import Floats
from winprob.features.track_record import TrackRecord, track_record
from winprob.features.view import View


class CustomerView(View):
    """The customers of opportunities at moments."""

    @cached_property
    def past(self) -> TrackRecord:
        """Opportunities of the same customer."""
        return track_record(self.history, "customer", self.opportunity, self.moment)


def _attribute(attribute: Attribute) -> Feature:
    def compute(view: CustomerView) -> Column:
        if attribute.kind == "category":
            return view.text(attribute.name)
        return view.history.opportunities[attribute.name].to_numpy(np.float64)[view.opportunity]

    return Feature(
        f"attribute.{attribute.name}",
        "customer",
        Words(zh=attribute.name, en=attribute.name),
        "Column of the opportunities table, taken as known since the opportunity was created.",
        compute,
        kind=attribute.kind,
    )


def _attributes(_: Playbook, attributes: Sequence[Attribute]) -> list[Feature]:
    return [_attribute(attribute) for attribute in attributes]


FAMILY = Family("customer", Words(zh="客户", en="customer"), CustomerView, more=_attributes)


@FAMILY.feature(zh="该客户过往赢单数", en="past wins with this customer")
def customer_wins(view: CustomerView) -> Floats:
    """Opportunities of the same customer won by then."""
    return view.past.won


@FAMILY.feature(zh="该客户过往丢单数", en="past losses with this customer")
def customer_losses(view: CustomerView) -> Floats:
    """Opportunities of the same customer lost by then."""
    return view.past.lost


@FAMILY.feature(zh="该客户曾成交", en="won from this customer before", kind="flag")
def customer_won_before(view: CustomerView) -> Floats:
    """Whether an opportunity of the same customer had been won by then."""
    return view.where(~np.isnan(view.past.won), view.past.won > 0)


@FAMILY.feature(zh="该客户此前只有丢单", en="only lost with this customer before", kind="flag")
def customer_only_lost_before(view: CustomerView) -> Floats:
    """Whether opportunities of the same customer had been lost by then, and none won."""
    won, lost = view.past.won, view.past.lost
    return view.where((won > 0) | ~np.isnan(won + lost), (won == 0) & (lost > 0))


@FAMILY.feature(zh="行业", en="industry", kind="category")
def industry(view: CustomerView) -> pd.Categorical:
    """The customer's industry."""
    return view.text("industry")


@FAMILY.feature(zh="地区", en="region", kind="category")
def region(view: CustomerView) -> pd.Categorical:
    """The customer's region."""
    return view.text("region")


@FAMILY.feature(zh="商机来源", en="source", kind="category")
def source(view: CustomerView) -> pd.Categorical:
    """Where the opportunity came from."""
    return view.text("source")


@FAMILY.feature(zh="产品", en="product", kind="category")
def product(view: CustomerView) -> pd.Categorical:
    """What is to be sold."""
    return view.text("product")
